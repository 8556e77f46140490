import { type Estimate, mean, sumOf } from '../../stats/estimate.ts';
import { toMilliseconds } from '../../stats/hdr/microseconds.ts';
import { tQuantile } from '../../stats/student-t.ts';
import type { StepRun } from '../load/model.ts';
import type { Difference } from '../result.ts';
import { failureCounts } from './figures.ts';
import { meanServiceOf, meanWaitOf, throughputOf } from './intervals.ts';

/**
 * Second less first, from rounds that belong together by pairs: a drift of the server hits both of a pair alike and cancels.
 * By t with n - 1; one pair leaves the difference open.
 */
export function comparePairs(
  first: readonly number[],
  second: readonly number[],
): { readonly difference: Estimate; readonly isReal: boolean } {
  const pairs = first.slice(0, second.length).map((value, index) => (second[index] ?? 0) - value);
  const value = mean(pairs);
  if (pairs.length < 2) return { difference: { value, low: -openEnd, high: openEnd }, isReal: false };
  const variance = sumOf(pairs.map((pair) => (pair - value) ** 2)) / (pairs.length - 1);
  const half = tQuantile(0.975, pairs.length - 1) * Math.sqrt(variance / pairs.length);
  const difference = { value, low: value - half, high: value + half };
  return { difference, isReal: difference.low > 0 || difference.high < 0 };
}

/** Stands for infinity, which JSON does not have. */
const openEnd = Number.MAX_VALUE;

const figures: readonly (Pick<Difference, 'name' | 'unit'> & { readonly of: (run: StepRun) => number })[] = [
  { name: 'throughput', unit: 'perSecond', of: (run) => throughputOf(run).value },
  { name: 'mean wait', unit: 'ms', of: (run) => meanWaitOf(run).value },
  { name: 'p99 wait', unit: 'ms', of: ({ histogramsUs }) => toMilliseconds(histogramsUs.wait.valueAt(0.99)) },
  { name: 'mean service time', unit: 'ms', of: (run) => meanServiceOf(run).value },
  { name: 'p95 total', unit: 'ms', of: ({ histogramsUs }) => toMilliseconds(histogramsUs.total.valueAt(0.95)) },
  { name: 'failed', unit: 'ratio', of: (run) => (run.requests > 0 ? failureCounts(run) / run.requests : 0) },
];

/** Two settings over interleaved rounds, in the order of the rounds. */
export function compareRuns(first: readonly StepRun[], second: readonly StepRun[]): Difference[] {
  return figures.map(({ name, unit, of }) => {
    const [before, after] = [first.map(of), second.map(of)];
    return { name, unit, first: mean(before), second: mean(after), ...comparePairs(before, after) };
  });
}
