import { PoolctlError } from '../../base/errors.ts';
import { formatDuration, formatNumber } from '../../base/units.ts';
import { holdDistribution } from '../distribution.ts';
import type { HoldLaw } from '../hold-law.ts';
import {
  gammaOfMean,
  gammaThrough,
  lawOfMeanAnd,
  least,
  lognormalOfMean,
  lognormalThrough,
  type Percentile,
  twoPoint,
} from './fit-families.ts';

/** What is known of the hold times, in ms. */
export interface HoldKnowledge {
  readonly meanMs?: number;
  readonly p50Ms?: number;
  readonly p95Ms?: number;
  readonly p99Ms?: number;
  /** How many holds were measured; gives the percentiles and the law an uncertainty. */
  readonly sampleCount?: number;
  /** No hold lasts longer: a statement time-out, the deadline of the caller. Without it, ten times the last percentile. */
  readonly longestMs?: number;
}

/** The law that the figures stand for. Throws INPUT_MISSING without any, INPUT_CONTRADICTION for what no distribution has. */
export function lawOf({ meanMs }: HoldKnowledge, percentiles: readonly Percentile[]): HoldLaw {
  const [first, second, third] = percentiles;
  if (!first) {
    if (meanMs !== undefined) return { kind: 'exponential', meanMs };
    throw new PoolctlError('INPUT_MISSING', 'Nothing is known of the hold times.', {
      hint: 'Give a mean or percentiles.',
    });
  }
  const last = third ?? second ?? first;
  const isConstant = last.ms === first.ms && Math.abs((meanMs ?? first.ms) / first.ms - 1) < 1e-9;
  if (isConstant) return { kind: 'constant', meanMs: first.ms };
  if (meanMs !== undefined) return lawWithMean(meanMs, percentiles, first, last);
  // The same time up to p95, and another at p99: some requests of the last 5 % are of another class.
  if (second && third && first.ms === second.ms) return twoPoint(0.03, first.ms, third.ms);
  const lognormal = lognormalThrough(first, percentiles.slice(1));
  const gamma = second && third && gammaThrough(first, second);
  return gamma && misfit(gamma, percentiles) < misfit(lognormal, percentiles) ? gamma : lognormal;
}

/** Little's law needs the mean: it is kept, and the percentiles are met as nearly as they can be. */
function lawWithMean(meanMs: number, percentiles: readonly Percentile[], first: Percentile, last: Percentile): HoldLaw {
  if (meanMs < first.ms && first.p === 0.5) return belowMedian(meanMs, first.ms);
  // Nearly all take no longer than the last percentile, and the mean is above it: a few take very long.
  if (last.p > 0.5 && meanMs >= last.ms)
    return twoPoint((1 - last.p) / 2, last.ms, slowMs(meanMs, (1 - last.p) / 2, last.ms));
  if (first === last) {
    if (first.p === 0.5) return lognormalOfMean(meanMs, Math.sqrt(2 * Math.log(meanMs / first.ms)));
    return lawOfMeanAnd(meanMs, first) ?? aboveAll(meanMs, first);
  }
  const error = (law: HoldLaw) => misfit(law, percentiles);
  const lognormal = lognormalOfMean(
    meanMs,
    least((sigma) => error(lognormalOfMean(meanMs, sigma)), 0.001, 3),
  );
  const shapeOf = (logShape: number) => gammaOfMean(meanMs, Math.exp(logShape));
  const gamma = shapeOf(least((logShape) => error(shapeOf(logShape)), Math.log(0.1), Math.log(1e4)));
  return error(gamma) < error(lognormal) ? gamma : lognormal;
}

/** Sum of the squared logarithms of fitted over given. */
function misfit(law: HoldLaw, percentiles: readonly Percentile[]): number {
  const { quantile } = holdDistribution(law);
  return percentiles.reduce((sum, { p, ms }) => sum + Math.log(quantile(p) / ms) ** 2, 0);
}

/** No usual law has its mean below its median; just under half of the requests are a faster class then. */
function belowMedian(meanMs: number, p50Ms: number): HoldLaw {
  if (meanMs > p50Ms * 0.999) return { kind: 'constant', meanMs };
  const fastMs = (meanMs - 0.501 * p50Ms) / 0.499;
  if (fastMs > 0) return twoPoint(0.501, fastMs, p50Ms);
  throw new PoolctlError(
    'INPUT_CONTRADICTION',
    `A mean of ${formatDuration(meanMs)} is impossible with a p50 of ${formatDuration(p50Ms)}: it is at least half of it.`,
    { hint: 'Are they from the same measurement, and in the same unit?' },
  );
}

/** The percentile is higher above the mean than a lognormal or a gamma has it: just as many requests as it takes are slow. */
function aboveAll(meanMs: number, { p, ms }: Percentile): HoldLaw {
  const share = (1 - p) * 1.01;
  const fastMs = (meanMs - share * ms) / (1 - share);
  if (fastMs > 0) return twoPoint(share, fastMs, ms);
  throw new PoolctlError(
    'INPUT_CONTRADICTION',
    `A p${Math.round(p * 100)} of ${formatDuration(ms)} is impossible with a mean of ${formatDuration(meanMs)}: the slowest ${formatNumber(100 * (1 - p))} % alone make it larger.`,
    { hint: 'Are they from the same measurement, and in the same unit?' },
  );
}

function slowMs(meanMs: number, slowShare: number, fastMs: number): number {
  return (meanMs - (1 - slowShare) * fastMs) / slowShare;
}
