import { tQuantile } from '../stats/student-t.ts';
import type { MeanEstimate, SimulationRun, WaitCounts } from './model.ts';
import { countAbove, countOfWaits, quantileOfWaits } from './wait-counts.ts';

/**
 * The wait that a share `p` of all requests of the runs does not exceed, with its 95 % interval; `pooled` are the waits of
 * all runs. The share above it is a ratio estimate over the runs (Cochran, Sampling Techniques, chapter 6) with an interval
 * on the logarithm, and the bounds are the waits that its two ends exceed (R. S. Woodruff, JASA 47 (1952)).
 *
 * A queue above its quantile stays there for a while. In heavy traffic (reflected Brownian motion) it gets there 4 (1 - p)
 * times in a relaxation time, and only those visits are independent; the square of their length is on average 4 times the
 * square of its mean. Few runs may by chance scatter less than so few visits do, so that is the least error assumed. With
 * fewer than two visits left beyond the upper share, the runs do not know how long waits get: there is no upper bound.
 */
export function estimateQuantile(
  runs: readonly SimulationRun[],
  pooled: WaitCounts,
  p: number,
  relaxationShare: number,
): MeanEstimate {
  const longestMs = Math.max(0, ...runs.map(({ maxWaitMs }) => maxWaitMs));
  const exceededBy = (share: number) => Math.min(longestMs, quantileOfWaits(pooled, 1 - share));
  const mean = exceededBy(1 - p);
  if (runs.length < 2) return { mean, halfWidth: Infinity, standardError: Infinity, low: 0, high: Infinity };

  const share = shareAbove(runs, mean);
  const error = share > 0 ? Math.max(scatterAbove(runs, mean), Math.sqrt(relaxationShare / share)) : 0;
  const half = tQuantile(0.975, runs.length - 1) * error;
  const low = exceededBy(Math.min(1, (1 - p) * Math.exp(half)));
  const beyond = (1 - p) * Math.exp(-half);
  const isKnown = beyond >= share || ((4 / error ** 2) * beyond) / share >= 2;
  const high = isKnown ? exceededBy(beyond) : Infinity;
  const standardError =
    (exceededBy((1 - p) * Math.exp(-error)) - exceededBy(Math.min(1, (1 - p) * Math.exp(error)))) / 2;
  return { mean, halfWidth: Math.max(mean - low, high - mean), standardError, low, high };
}

/** The share of all waits above `waitMs`; below 1 - p where the quantile is 0. */
function shareAbove(runs: readonly SimulationRun[], waitMs: number): number {
  const all = sum(runs.map(({ waits }) => countOfWaits(waits)));
  return all > 0 ? sum(runs.map(({ waits }) => countAbove(waits, waitMs))) / all : 0;
}

/** The relative standard error of the share of the waits above `waitMs`, from its scatter over the runs. Some are above it. */
function scatterAbove(runs: readonly SimulationRun[], waitMs: number): number {
  const above = runs.map(({ waits }) => countAbove(waits, waitMs));
  const counts = runs.map(({ waits }) => countOfWaits(waits));
  const [allAbove, all] = [sum(above), sum(counts)];
  const squares = sum(above.map((count, run) => (count - (allAbove / all) * (counts[run] ?? 0)) ** 2));
  const byRuns = Math.sqrt((squares * runs.length) / (runs.length - 1)) / allAbove;
  return Math.max(byRuns, 1 / Math.sqrt(allAbove));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
