import { inBatches, mean, sumOf } from '../../stats/estimate.ts';
import { tQuantile } from '../../stats/student-t.ts';

export interface SteadyPart {
  /** Values before this index are still of the start. */
  readonly cut: number;
  /** The rest stays where it is; never true of fewer than eight values, which show nothing. */
  readonly isSteady: boolean;
}

/** Values of MSER-5 that are averaged first; fewer where that left less than eight averages. */
const together = 5;
const leastGroups = 8;
/** A smaller difference does not matter, however sure it is. */
const negligible = 0.02;

/**
 * Where the start of a run ends, in its first half, and whether the rest is steady: its halves differ by no more than
 * chance (t, 95 %), or by no more than 2 %.
 * Source: White, Cobb and Spratt, "A comparison of five steady-state truncation heuristics" (2000), MSER-5.
 */
export function steadyPart(values: readonly number[]): SteadyPart {
  const size = Math.min(together, Math.floor(values.length / leastGroups));
  if (size === 0) return { cut: 0, isSteady: false };
  const groups = inBatches(values, Math.floor(values.length / size));
  const cut = quietestCut(groups);
  // A start that goes on to the middle may be one that never ends: then the whole run must agree with itself.
  const isMostlyStart = cut >= Math.floor(groups.length / 2);
  return { cut: cut * size, isSteady: halvesAgree(isMostlyStart ? groups : groups.slice(cut)) };
}

/** The cut in the first half that leaves the least squared standard error: squares about the mean over number squared. */
function quietestCut(groups: readonly number[]): number {
  let [cut, least] = [0, Infinity];
  let [count, sum, squares] = [0, 0, 0];
  // From the end, so that each value is added once.
  for (let index = groups.length - 1; index >= 0; index -= 1) {
    const value = groups[index] ?? 0;
    count += 1;
    const before = count === 1 ? 0 : sum / (count - 1);
    sum += value;
    squares += (value - before) * (value - sum / count); // Welford
    const error = squares / count ** 2;
    if (index <= groups.length / 2 && error <= least) [cut, least] = [index, error];
  }
  return cut;
}

function halvesAgree(values: readonly number[]): boolean {
  const middle = Math.floor(values.length / 2);
  const [first, second] = [values.slice(0, middle), values.slice(middle)];
  const difference = Math.abs(mean(first) - mean(second));
  const error = Math.sqrt(squaredError(first) + squaredError(second));
  if (difference <= negligible * Math.abs(mean(values))) return true;
  return difference <= tQuantile(0.975, Math.max(1, values.length - 2)) * error;
}

function squaredError(values: readonly number[]): number {
  if (values.length < 2) return Infinity;
  const middle = mean(values);
  return sumOf(values.map((value) => (value - middle) ** 2)) / (values.length - 1) / values.length;
}
