import { PoolctlError } from '../base/errors.ts';
import { holdLaws } from '../queueing/fit/hold-laws.ts';
import type { HoldTimeInput } from '../queueing/fit/hold-time.ts';
import type { HistogramBucket } from '../stats/histogram-bucket.ts';
import type { BusyPoolHour } from './busiest.ts';
import type { PoolHistory } from './evidence.ts';
import { addCounts, holdMsOf, type PoolHour } from './hours.ts';

/** What is known of hold times, and from where. */
export interface KnownHold {
  readonly hold: HoldTimeInput;
  readonly basis: 'histogram' | 'percentiles' | 'mean' | 'unknown';
}

/** Fewer holds than this are no distribution. */
const fewestCounted = 500;
/** Where no hold time is known, waits are told in holds: their length is of no matter. */
export const unknownHoldMs = 100;

/** The hold times of the busiest hour: their own histogram, that of all hours, percentiles of all hours at its mean, or its mean. */
export function holdOf(busiest: BusyPoolHour, history: PoolHistory, hours: readonly PoolHour[]): KnownHold {
  const { holdMs } = busiest;
  if (holdMs === undefined) return { hold: { meanMs: unknownHoldMs }, basis: 'unknown' };
  const candidates: KnownHold[] = [
    ...histograms(busiest, history, hours).map((hold) => ({ hold, basis: 'histogram' as const })),
    ...percentiles(holdMs, history, hours).map((hold) => ({ hold, basis: 'percentiles' as const })),
  ];
  return candidates.find(({ hold }) => isPossible(hold)) ?? { hold: { meanMs: holdMs }, basis: 'mean' };
}

/** Counts and sums are read one after the other, and percentiles are of another time: some go with no mean. */
function isPossible(hold: HoldTimeInput): boolean {
  try {
    return holdLaws(hold) !== undefined;
  } catch (error) {
    if (error instanceof PoolctlError) return false;
    throw error;
  }
}

function histograms(busiest: BusyPoolHour, { useBoundsMs }: PoolHistory, hours: readonly PoolHour[]): HoldTimeInput[] {
  if (!useBoundsMs) return [];
  const { pool } = busiest;
  const counted = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
  const own = pool.useCounts && counted(pool.useCounts) >= fewestCounted ? [pool] : hours;
  let counts: number[] | undefined;
  for (const { useCounts } of own) if (useCounts) counts = addCounts(counts, useCounts);
  if (!counts || counted(counts) < fewestCounted) return [];
  const meanMs = holdMsOf({ grown: sumsOf(own) });
  if (meanMs === undefined || busiest.holdMs === undefined) return [];
  // Those of other hours are stretched to the mean of the busiest.
  const factor = busiest.holdMs / meanMs;
  const buckets = bucketsOf(
    counts,
    useBoundsMs.map((bound) => bound * factor),
  );
  return [{ measured: { kind: 'histogram', buckets, sumMs: busiest.holdMs * counted(counts) } }];
}

function bucketsOf(counts: readonly number[], boundsMs: readonly number[]): HistogramBucket[] {
  const last = counts.findLastIndex((count) => count > 0);
  return counts.slice(0, last + 1).map((count, at) => ({
    fromMs: boundsMs[at - 1] ?? 0,
    toMs: boundsMs[at] ?? Infinity,
    count,
  }));
}

function percentiles(holdMs: number, { holdQuantiles }: PoolHistory, hours: readonly PoolHour[]): HoldTimeInput[] {
  const usualMs = holdMsOf({ grown: sumsOf(hours) });
  if (!holdQuantiles || usualMs === undefined) return [];
  const factor = holdMs / usualMs;
  const [p50Ms, p95Ms, p99Ms] = [holdQuantiles.p50Ms, holdQuantiles.p95Ms, holdQuantiles.p99Ms].map(
    (ms) => ms * factor,
  );
  if (!p50Ms || !p95Ms || !p99Ms) return [];
  return [{ meanMs: holdMs, p50Ms, p95Ms, p99Ms }];
}

function sumsOf(hours: readonly PoolHour[]): { uses: number; useMs: number } {
  const sum = (of: (hour: PoolHour) => number | undefined) => hours.reduce((total, hour) => total + (of(hour) ?? 0), 0);
  return { uses: sum(({ grown }) => grown.uses), useMs: sum(({ grown }) => grown.useMs) };
}
