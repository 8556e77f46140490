import { gammaQuantile } from '../../stats/gamma.ts';
import { normalQuantile } from '../../stats/normal.ts';
import type { HoldLaw } from '../hold-law.ts';

/** A percentile that was measured: a share p of the holds takes at most ms. */
export interface Percentile {
  readonly p: number;
  readonly ms: number;
}

/** A lognormal of this mean and spread. */
export function lognormalOfMean(meanMs: number, sigma: number): HoldLaw {
  return { kind: 'lognormal', medianMs: meanMs * Math.exp(-(sigma ** 2) / 2), sigma };
}

export function gammaOfMean(meanMs: number, shape: number): HoldLaw {
  return { kind: 'gamma', shape, scaleMs: meanMs / shape };
}

/**
 * The lognormal through the first percentile that comes nearest to the others, by least squares of ln ms on the normal
 * quantile (Aitchison and Brown, The Lognormal Distribution (1957), section 3.5: the probability plot).
 */
export function lognormalThrough(first: Percentile, others: readonly Percentile[]): HoldLaw {
  const from = normalQuantile(first.p);
  let [products, squares] = [0, 0];
  for (const { p, ms } of others) {
    const z = normalQuantile(p) - from;
    products += z * Math.log(ms / first.ms);
    squares += z * z;
  }
  const sigma = products / squares;
  return { kind: 'lognormal', medianMs: first.ms * Math.exp(-sigma * from), sigma };
}

/** The gamma through two percentiles: their ratio falls as the shape rises. Undefined beyond shapes from 0.01 to a million. */
export function gammaThrough(low: Percentile, high: Percentile): HoldLaw | undefined {
  const ratio = high.ms / low.ms;
  const ratioAt = (shape: number) => gammaQuantile(shape, high.p) / gammaQuantile(shape, low.p);
  let [small, large] = [Math.log(0.01), Math.log(1e6)];
  if (!(ratioAt(Math.exp(small)) >= ratio && ratioAt(Math.exp(large)) <= ratio)) return undefined;
  for (let round = 0; round < 32; round += 1) {
    const middle = (small + large) / 2;
    if (ratioAt(Math.exp(middle)) > ratio) small = middle;
    else large = middle;
  }
  const shape = Math.exp((small + large) / 2);
  return { kind: 'gamma', shape, scaleMs: low.ms / gammaQuantile(shape, low.p) };
}

/**
 * The law of this mean with a percentile this many times the mean, the less variable one of the two that there are; the
 * ratio of a lognormal is at most exp(z^2 / 2), of a gamma more. Undefined where neither reaches it.
 */
export function lawOfMeanAnd(meanMs: number, { p, ms }: Percentile): HoldLaw | undefined {
  const z = normalQuantile(p);
  const logRatio = Math.log(ms / meanMs);
  if (logRatio >= 0 && logRatio <= z ** 2 / 2) return lognormalOfMean(meanMs, z - Math.sqrt(z ** 2 - 2 * logRatio));
  if (logRatio < 0) return undefined;
  const over = (shape: number) => Math.log(gammaQuantile(shape, p) / shape) - logRatio;
  // From shape 1 down the ratio first rises.
  let [small, large] = [1, 1];
  while (over(small) < 0) {
    if (small < 0.01) return undefined;
    [small, large] = [small * 0.9, small];
  }
  for (let round = 0; round < 50; round += 1) {
    const middle = (small + large) / 2;
    if (over(middle) > 0) small = middle;
    else large = middle;
  }
  return gammaOfMean(meanMs, (small + large) / 2);
}

/** Most requests take `fastMs`, a share of them `slowMs`: two classes, each of constant times. */
export function twoPoint(slowShare: number, fastMs: number, slowMs: number): HoldLaw {
  return {
    kind: 'mixture',
    parts: [
      { share: 1 - slowShare, law: { kind: 'constant', meanMs: fastMs } },
      { share: slowShare, law: { kind: 'constant', meanMs: slowMs } },
    ],
  };
}

/** Where the function of x is least, for x between `low` and `high`: the best of a grid, then by golden section. */
export function least(of: (x: number) => number, low: number, high: number): number {
  const steps = 60;
  let best = low;
  for (let i = 0; i <= steps; i += 1) {
    const x = low + ((high - low) * i) / steps;
    if (of(x) < of(best)) best = x;
  }
  const golden = (Math.sqrt(5) - 1) / 2;
  let [from, to] = [Math.max(low, best - (high - low) / steps), Math.min(high, best + (high - low) / steps)];
  for (let round = 0; round < 40; round += 1) {
    const [left, right] = [to - golden * (to - from), from + golden * (to - from)];
    if (of(left) < of(right)) to = right;
    else from = left;
  }
  return (from + to) / 2;
}
