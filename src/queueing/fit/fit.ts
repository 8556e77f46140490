import { PoolctlError } from '../../base/errors.ts';
import { formatDuration, formatNumber } from '../../base/units.ts';
import { normalQuantile } from '../../stats/normal.ts';
import { percentileRanks } from '../../stats/percentile-bounds.ts';
import { holdDistribution } from '../distribution.ts';
import type { HoldLaw } from '../hold-law.ts';
import type { Percentile } from './fit-families.ts';
import { checkHoldTime } from './hold-time.ts';
import { type HoldKnowledge, lawOf } from './law-of.ts';
import { cutLaw, longestOverLast, openLaws, tailBuckets, tailExponent } from './open-tail.ts';

/** A percentile and what the law makes of it. */
export interface FittedPercentile {
  readonly p: number;
  readonly givenMs: number;
  readonly fittedMs: number;
  /** Fitted over given: 1 where the law goes through it. */
  readonly ratio: number;
  /** 95 % confidence, by the number of samples; left out where it is unknown or the samples do not reach. */
  readonly lowMs?: number;
  readonly highMs?: number;
}

/** A law fitted to what is known of the hold times, and how well it fits. Times in ms, ratios fitted over given. */
export interface HoldFit {
  readonly law: HoldLaw;
  /** 'two-point': two classes of constant times, where no smooth law has such figures. */
  readonly family: 'constant' | 'exponential' | 'lognormal' | 'gamma' | 'two-point' | 'samples' | 'histogram';
  /** The figures that the law was fitted to, as `mean+p95`. */
  readonly basis: string;
  /** True where the family or its spread is a guess: from one figure alone. */
  readonly isAssumed: boolean;
  /** The mean hold time, and its bounds by the number of samples or by what the percentiles leave open; equal to it where the mean is known. */
  readonly meanMs: number;
  readonly lowMeanMs: number;
  readonly highMeanMs: number;
  /** The laws with those means, where the bounds differ from the mean. */
  readonly low?: HoldLaw;
  readonly high?: HoldLaw;
  /** The longest hold in `high`, where no mean is known. */
  readonly longestMs?: number;
  /** Share of the holds in a last bucket without an end; its times are a guess. Of histograms only. */
  readonly openShare?: number;
  readonly percentiles: readonly FittedPercentile[];
  /** The largest of ratio and 1 / ratio; 1 where every percentile is met. */
  readonly worstRatio: number;
  /** ln(p99/p50) over ln(p95/p50), each over its normal quantile: 1 for a lognormal. Only where all three are known. */
  readonly tailRatio?: number;
  /**
   * 'heavier': more long holds than the law has; the figures may be of two classes, of lock waits or timeouts: split them.
   * 'lighter': fewer.
   */
  readonly tail: 'as-fitted' | 'lighter' | 'heavier';
}

/** Above this tailRatio the tail is heavier than that of a lognormal. (A gamma has 0.86 to 0.99: exponential times 0.91.) */
const heaviest = 1.15;
/** The largest ratio of two percentiles that is taken for one distribution; beyond it a unit was mistaken. */
const widest = 100_000;

/**
 * The hold law that the figures stand for, and how well. Throws INPUT_MISSING without any, INPUT_CONTRADICTION for figures
 * that no distribution has, or that are further apart than any one class of requests is.
 */
export function fitHoldLaw(known: HoldKnowledge): HoldFit {
  checkHoldTime(known);
  const percentiles = percentilesOf(known);
  checkSpread(percentiles);
  const single = known.meanMs === undefined && percentiles.length === 1 ? percentiles[0] : undefined;
  const longestMs = longestOf(known, percentiles);
  if (single) return assumedSpread(single, longestMs);
  const tailRatio = tailRatioOf(known);
  const fitted = lawOf(known, percentiles);
  const isOpen = known.meanMs === undefined;
  const tail = tailOf(fitted, percentiles, tailRatio);
  const [light, heavy] = isOpen ? openLaws(fitted, percentiles, longestMs, tail === 'heavier') : [];
  // No law is taken to go on for a hundred times the last percentile.
  const cutMs = known.longestMs === undefined ? 10 * longestMs : longestMs;
  const law = isOpen ? cutLaw(fitted, cutMs) : fitted;
  const { quantile } = holdDistribution(law);

  const { sampleCount } = known;
  const met = percentiles.map(({ p, ms }) => ({
    p,
    givenMs: ms,
    fittedMs: quantile(p),
    ratio: quantile(p) / ms,
    ...(sampleCount !== undefined && boundsOf(p, sampleCount, quantile)),
  }));
  const worstRatio = met.reduce((worst, { ratio }) => Math.max(worst, ratio, 1 / ratio), 1);
  const basis = [known.meanMs !== undefined && 'mean', ...percentiles.map(({ p }) => `p${Math.round(p * 100)}`)];
  const ends = [
    ...(sampleCount === undefined ? [] : boundLaws(known, sampleCount)),
    ...(light && heavy ? [light, heavy] : []),
  ];
  const bounds = withBounds(law, ends);
  return {
    law,
    family: familyOf(fitted),
    basis: basis.filter((name) => name !== false).join('+'),
    isAssumed: percentiles.length === 0,
    ...bounds,
    ...(bounds.high === heavy && heavy && { longestMs }),
    ...(bounds.high === law && law !== fitted && { longestMs: cutMs }),
    percentiles: met,
    worstRatio,
    ...(tailRatio !== undefined && { tailRatio }),
    tail,
  };
}

/** The law's mean with the lightest and the heaviest of it and its ends. */
function withBounds(law: HoldLaw, ends: readonly HoldLaw[]) {
  const meanOf = (of: HoldLaw) => holdDistribution(of).meanMs;
  const [low, high] = [law, ...ends].reduce<[HoldLaw, HoldLaw]>(
    ([least, most], end) => [meanOf(end) < meanOf(least) ? end : least, meanOf(end) > meanOf(most) ? end : most],
    [law, law],
  );
  return {
    meanMs: meanOf(law),
    lowMeanMs: meanOf(low),
    highMeanMs: meanOf(high),
    ...(ends.length > 0 && { low, high }),
  };
}

function longestOf({ longestMs }: HoldKnowledge, percentiles: readonly Percentile[]): number {
  const last = percentiles.at(-1)?.ms ?? Infinity;
  return Math.max(last, longestMs ?? longestOverLast * last);
}

function percentilesOf({ p50Ms, p95Ms, p99Ms }: HoldKnowledge): Percentile[] {
  const all = [
    { p: 0.5, ms: p50Ms },
    { p: 0.95, ms: p95Ms },
    { p: 0.99, ms: p99Ms },
  ];
  return all.flatMap(({ p, ms }) => (ms === undefined ? [] : [{ p, ms }]));
}

function checkSpread(percentiles: readonly Percentile[]): void {
  for (const { ms } of percentiles) {
    if (!(ms > 0 && ms < Infinity))
      throw new PoolctlError('VALUE_INVALID', `A percentile is ${ms} ms; it must be above 0.`);
  }
  const [first, last] = [percentiles[0], percentiles.at(-1)];
  if (!first || !last || last.ms <= widest * first.ms) return;
  const times = formatNumber(last.ms / first.ms);
  throw new PoolctlError(
    'INPUT_CONTRADICTION',
    `The percentiles ${formatDuration(first.ms)} and ${formatDuration(last.ms)} are ${times} times apart; one kind of request does not spread that far.`,
    { hint: 'Are they in the same unit? Else size each class of requests, or give the samples or a histogram.' },
  );
}

function tailRatioOf({ p50Ms, p95Ms, p99Ms }: HoldKnowledge): number | undefined {
  if (p50Ms === undefined || p95Ms === undefined || p99Ms === undefined || p95Ms === p50Ms) return undefined;
  return Math.log(p99Ms / p50Ms) / normalQuantile(0.99) / (Math.log(p95Ms / p50Ms) / normalQuantile(0.95));
}

/**
 * One percentile alone: the lognormal of cv 1. The lightest law is the lognormal with the least mean, p95/3.87, the heaviest
 * has all holds up to the percentile just there, and a tail above it: a percentile bounds the mean from above by nothing.
 */
function assumedSpread(single: Percentile, longestMs: number): HoldFit {
  const z = normalQuantile(single.p);
  const withSigma = (sigma: number): HoldLaw => ({
    kind: 'lognormal',
    medianMs: single.ms * Math.exp(-sigma * z),
    sigma,
  });
  const law = withSigma(Math.sqrt(Math.LN2));
  const heavy: HoldLaw = {
    kind: 'histogram',
    buckets: [
      { fromMs: single.ms, toMs: single.ms, count: single.p },
      ...tailBuckets(single.ms, longestMs, 1 - single.p, tailExponent(undefined, single)),
    ],
  };
  const ends = [withSigma(normalQuantile(0.95)), { kind: 'constant', meanMs: single.ms } as const, heavy];
  return {
    law,
    family: 'lognormal',
    basis: `p${Math.round(single.p * 100)}`,
    isAssumed: true,
    ...withBounds(law, ends),
    longestMs,
    percentiles: [{ p: single.p, givenMs: single.ms, fittedMs: single.ms, ratio: 1 }],
    worstRatio: 1,
    tail: 'as-fitted',
  };
}

function boundsOf(p: number, samples: number, quantile: (p: number) => number) {
  const { low, high } = percentileRanks(p, samples);
  return {
    ...(low !== undefined && { lowMs: quantile(low / samples) }),
    ...(high !== undefined && { highMs: quantile(Math.min(high / samples, 1 - 0.5 / samples)) }),
  };
}

/** The laws through the figures at the ends of their 95 % intervals, all low or all high. */
function boundLaws(known: HoldKnowledge, samples: number): [HoldLaw, HoldLaw] {
  const percentiles = percentilesOf(known);
  const law = lawOf(known, percentiles);
  const { scv, quantile } = holdDistribution(law);
  const half = 1.96 * Math.sqrt(scv / samples);
  const bound = (side: 1 | -1): HoldLaw => {
    // How much further along the fitted law the end of the interval is; the figure moves by the same factor.
    const moved = percentiles.map(({ p, ms }) => {
      const end = p + side * 1.96 * Math.sqrt((p * (1 - p)) / samples);
      return { p, ms: (ms * quantile(Math.min(1 - 0.5 / samples, Math.max(0.5 / samples, end)))) / quantile(p) };
    });
    const meanMs = known.meanMs === undefined ? undefined : known.meanMs * Math.max(0.05, 1 + side * half);
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((p) => moved.find((percentile) => percentile.p === p)?.ms);
    const ends: HoldKnowledge = {
      ...(meanMs !== undefined && { meanMs }),
      ...(p50 !== undefined && { p50Ms: p50 }),
      ...(p95 !== undefined && { p95Ms: p95 }),
      ...(p99 !== undefined && { p99Ms: p99 }),
    };
    return lawOf(ends, moved);
  };
  return [bound(-1), bound(1)];
}

function familyOf({ kind }: HoldLaw): HoldFit['family'] {
  return kind === 'mixture' ? 'two-point' : kind;
}

function tailOf(law: HoldLaw, percentiles: readonly Percentile[], tailRatio: number | undefined): HoldFit['tail'] {
  if (law.kind === 'mixture') return 'heavier';
  if (tailRatio !== undefined && law.kind === 'lognormal' && tailRatio > heaviest) return 'heavier';
  const last = percentiles.at(-1);
  if (!last) return 'as-fitted';
  // A last percentile that the law misses by a quarter, with the mean or a gamma.
  const ratio = holdDistribution(law).quantile(last.p) / last.ms;
  if (ratio < 0.8) return 'heavier';
  return ratio > 1.25 ? 'lighter' : 'as-fitted';
}
