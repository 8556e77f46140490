import { withoutUndefined } from '../base/without-undefined.ts';
import type { HistogramBucket, MeasuredHistogram } from '../stats/histogram-bucket.ts';
import type { DemandStretch, InstanceDemand } from './demand.ts';

/** What one instance did in a stretch, a second of the whole stretch; times in ms a second. Left out: not told. */
export interface InstanceFigures {
  readonly instance: string;
  /** All that asked for a connection, as the pool counts them. */
  readonly attempts?: number;
  /** Those that got one. */
  readonly acquired?: number;
  readonly transactions?: number;
  readonly uses?: number;
  readonly useMs?: number;
  readonly queuedMs?: number;
  /** From asking to having a connection, of all: at least the time in the queue. */
  readonly acquiringMs?: number;
  readonly timedOut?: number;
  readonly refused?: number;
  /** Means over the time in which it ran. */
  readonly inUse?: number;
  readonly waiting?: number;
  readonly limit?: number;
  /** The least and the most at one reading. */
  readonly inUseLeast?: number;
  readonly inUseMost?: number;
  readonly idleLeast?: number;
  readonly waitingMost?: number;
  readonly restarts?: number;
  readonly readings?: number;
  /** Readings of the last quarter. */
  readonly recentReadings?: number;
}

export interface StretchFigures {
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly seconds: number;
  readonly instances: readonly InstanceFigures[];
  /** Of all instances together. */
  readonly buckets?: readonly HistogramBucket[];
  /** As answered, where nobody told uses and their time apart. */
  readonly meanHoldMs?: number;
  /** The source sees all instances as one: a pooler's or a server's side. */
  readonly isFleet: boolean;
  /** Share of the time that readings cover; left out where they are only counted. */
  readonly coveredRatio?: number;
}

type Name = Exclude<keyof InstanceFigures, 'instance'>;

/** The sum over the instances; undefined where none of them tells. */
export function figureTotal(instances: readonly InstanceFigures[], name: Name, weigh = (_one: InstanceFigures) => 1) {
  const known = instances.filter((one) => one[name] !== undefined);
  if (known.length === 0) return undefined;
  return known.reduce((sum, one) => sum + weigh(one) * (one[name] ?? 0), 0);
}

/** Requests a second for a connection: as told, or those that got one and those that did not. */
export function askedOf(one: InstanceFigures): number | undefined {
  const got = one.acquired ?? one.uses;
  if (one.attempts !== undefined) return one.attempts;
  if (got !== undefined) return got + (one.timedOut ?? 0) + (one.refused ?? 0);
  return one.transactions;
}

/** A fleet in numbers. Undefined where nobody tells a rate. */
export function stretchOf(figures: StretchFigures): DemandStretch | undefined {
  const { instances, seconds, fromMs, toMs, isFleet, buckets } = figures;
  const hasNames = instances.some(({ instance }) => instance !== '');
  const told = hasNames ? instances.filter(({ instance }) => instance !== '') : instances;
  const asked = told.filter((one) => askedOf(one) !== undefined);
  const rates = instances.map(askedOf);
  if (!rates.some((rate) => rate !== undefined)) return undefined;
  const ratePerSecond = rates.reduce<number>((sum, rate) => sum + (rate ?? 0), 0);
  const ran = ranShare(instances);
  const [uses, useMs] = [
    figureTotal(instances, 'uses') ?? figureTotal(instances, 'transactions'),
    figureTotal(instances, 'useMs'),
  ];
  const busy = useMs === undefined ? undefined : useMs / 1_000;
  const gauged = figureTotal(instances, 'inUse', ran);
  const queued = figureTotal(instances, 'queuedMs') ?? figureTotal(instances, 'acquiringMs');
  const meanHoldMs = figures.meanHoldMs ?? (uses && useMs !== undefined ? useMs / uses : undefined);
  const hold = buckets && histogramOf(buckets, seconds, meanHoldMs);
  const inUse = busy ?? gauged;
  const limits = instances.flatMap(({ limit }) => limit ?? []);
  const [timedOut, refused] = [figureTotal(instances, 'timedOut'), figureTotal(instances, 'refused')];
  // What a server sees came from many instances, and their number is not told.
  const live = isFleet ? undefined : Math.max(1, Math.round(told.reduce((sum, one) => sum + ran(one), 0)));
  return {
    seconds,
    ratePerSecond,
    perInstance: isFleet
      ? []
      : longEnough(asked, ran)
          .map((one) => instanceDemand(one, ran(one)))
          .sort(byRate),
    ...withoutUndefined({
      from: isoOf(fromMs),
      to: isoOf(toMs),
      servedPerSecond: figureTotal(instances, 'uses') ?? figureTotal(instances, 'acquired'),
      timedOutPerSecond: timedOut,
      refusedPerSecond: refused,
      instances: live,
      meanHoldMs,
      hold,
      p95Ms: buckets && bucketOf(buckets, 0.95),
      inUse,
      inUseBy: inUse === undefined ? undefined : busy === undefined ? 'gauge' : 'hold times',
      waiters: figureTotal(instances, 'waiting', ran) ?? (queued === undefined ? undefined : queued / 1_000),
      limit: limits.length === 0 ? undefined : Math.max(...limits),
    }),
  };
}

/** The share of the stretch in which an instance ran, by how often it was read beside the others. */
export function ranShare(instances: readonly InstanceFigures[]): (one: InstanceFigures) => number {
  const most = Math.max(0, ...instances.map(({ readings = 0 }) => readings));
  return ({ readings }) => (readings === undefined || most === 0 ? 1 : Math.min(1, readings / most));
}

function instanceDemand(one: InstanceFigures, ran: number): InstanceDemand {
  const whileRan = (rate: number | undefined) => (rate === undefined ? undefined : rate / Math.max(ran, 1e-3));
  const busy = whileRan(one.useMs);
  return {
    instance: one.instance,
    ratePerSecond: whileRan(askedOf(one)) ?? 0,
    ...withoutUndefined({
      inUse: busy === undefined ? one.inUse : busy / 1_000,
      waiters: one.waiting,
      limit: one.limit,
    }),
  };
}

/** Less of the stretch says nothing of an instance: it was just started, or ended. */
const leastRan = 0.2;

function longEnough(
  instances: readonly InstanceFigures[],
  ran: (one: InstanceFigures) => number,
): readonly InstanceFigures[] {
  const long = instances.filter((one) => ran(one) >= leastRan);
  return long.length > 0 ? long : instances;
}

const byRate = (a: InstanceDemand, b: InstanceDemand) => b.ratePerSecond - a.ratePerSecond;

/** Counts of the whole stretch, and the sum that makes their mean the true one. */
function histogramOf(
  buckets: readonly HistogramBucket[],
  seconds: number,
  meanMs: number | undefined,
): MeasuredHistogram | undefined {
  const counted = buckets.map(({ count, ...bucket }) => ({ ...bucket, count: count * seconds }));
  const filled = counted.slice(0, counted.findLastIndex(({ count }) => count > 0) + 1);
  const total = filled.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return undefined;
  return { kind: 'histogram', buckets: filled, ...(meanMs !== undefined && { sumMs: meanMs * total }) };
}

/** The bucket in which a quantile lies. To interpolate within it would be a guess: it may be off by all of its width. */
export function bucketOf(
  buckets: readonly HistogramBucket[],
  quantile: number,
): { readonly low: number; readonly high: number } | undefined {
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  let below = 0;
  for (const { fromMs, toMs, count } of buckets) {
    below += count;
    if (count > 0 && below >= quantile * total * (1 - 1e-9)) return { low: fromMs, high: toMs };
  }
  return undefined;
}

/** To the second, UTC; undefined where times only tell how far apart readings are. */
function isoOf(ms: number | undefined): string | undefined {
  return ms === undefined || ms < aClockMs ? undefined : new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Before 1973 no metric was scraped. */
const aClockMs = 1e11;
