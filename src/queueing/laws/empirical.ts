import type { HistogramBucket } from '../../stats/histogram-bucket.ts';
import type { HoldDistribution } from '../hold-distribution.ts';

const known = new WeakMap<ArrayLike<number>, HoldDistribution>();

/** Each time as likely as the others, and taken `factor` times. */
export function samples(sortedMs: readonly number[] | Float64Array, factor = 1): HoldDistribution {
  const distribution = known.get(sortedMs) ?? ofSamples(sortedMs);
  known.set(sortedMs, distribution);
  return factor === 1 ? distribution : scaled(distribution, factor);
}

/** Up to that many, each time is a piece of its own. */
const mostSingle = 100_000;
/** Neighbours of a piece differ by no more than that share. */
const widest = 0.001;

function ofSamples(sortedMs: ArrayLike<number>): HoldDistribution {
  if (sortedMs.length > mostSingle) return weighted(...groups(sortedMs));
  const times = Float64Array.from(sortedMs);
  return weighted(times, times, new Float64Array(times.length).fill(1));
}

/** Very many times as pieces of neighbours, each with the mean of its times: no percentile moves by more than `widest`. */
function groups(sortedMs: ArrayLike<number>): [starts: Float64Array, ends: Float64Array, weights: Float64Array] {
  const pieces: [start: number, end: number, weight: number][] = [];
  for (let first = 0; first < sortedMs.length; ) {
    const from = sortedMs[first] ?? 0;
    let [last, sum] = [first, 0];
    for (; last < sortedMs.length && (sortedMs[last] ?? 0) <= from * (1 + widest); last += 1)
      sum += sortedMs[last] ?? 0;
    const mean = sum / (last - first);
    const half = Math.max(0, Math.min(mean - from, (sortedMs[last - 1] ?? 0) - mean));
    pieces.push([mean - half, mean + half, last - first]);
    first = last;
  }
  const column = (of: 0 | 1 | 2) => Float64Array.from(pieces, (piece) => piece[of]);
  return [column(0), column(1), column(2)];
}

function scaled(base: HoldDistribution, factor: number): HoldDistribution {
  return {
    meanMs: base.meanMs * factor,
    scv: base.scv,
    heaviness: base.heaviness,
    cdf: (t) => base.cdf(t / factor),
    quantile: (p) => base.quantile(p) * factor,
    residualCdf: (t) => base.residualCdf(t / factor),
    residualMeanUpTo: (t) => base.residualMeanUpTo(t / factor) * factor,
  };
}

/** Uniform within each bucket. */
export function histogram(buckets: readonly HistogramBucket[]): HoldDistribution {
  const filled = buckets.filter(({ count }) => count > 0);
  const column = (of: (bucket: HistogramBucket) => number) => Float64Array.from(filled, of);
  return weighted(
    column(({ fromMs }) => fromMs),
    column(({ toMs }) => toMs),
    column(({ count }) => count),
  );
}

/** Sorted pieces, each with a count of times, uniform from its start to its end or all in one point where these meet. */
function weighted(starts: Float64Array, ends: Float64Array, weights: Float64Array): HoldDistribution {
  const pieces = ends.length;
  // Sums over the pieces before each one: of the counts, of count x mean and of count x mean square.
  const counts = new Float64Array(pieces + 1);
  const sums = new Float64Array(pieces + 1);
  const squares = new Float64Array(pieces + 1);
  let cubes = 0;
  for (let index = 0; index < pieces; index += 1) {
    const [from, to, weight] = [starts[index] ?? 0, ends[index] ?? 0, weights[index] ?? 0];
    counts[index + 1] = (counts[index] ?? 0) + weight;
    sums[index + 1] = (sums[index] ?? 0) + (weight * (from + to)) / 2;
    squares[index + 1] = (squares[index] ?? 0) + (weight * (from * from + from * to + to * to)) / 3;
    cubes += (weight * (from + to) * (from * from + to * to)) / 4;
  }
  const total = counts.at(-1) ?? 0;
  const meanMs = (sums.at(-1) ?? 0) / total;
  const square = (squares.at(-1) ?? 0) / total;

  /** Count, sum and sum of squares of the times at most t. */
  const upTo = (t: number) => {
    const index = firstAbove(ends, t);
    const [from, to, weight] = [starts[index] ?? t, ends[index] ?? t, weights[index] ?? 0];
    const part = t > from ? (weight * (t - from)) / (to - from) : 0;
    return {
      count: (counts[index] ?? 0) + part,
      sum: (sums[index] ?? 0) + (part * (from + t)) / 2,
      square: (squares[index] ?? 0) + (part * (from * from + from * t + t * t)) / 3,
    };
  };
  return {
    meanMs,
    scv: Math.max(0, square / meanMs ** 2 - 1),
    heaviness: ((cubes / total) * meanMs) / square ** 2,
    cdf: (t) => upTo(t).count / total,
    quantile: (p) => {
      const index = Math.min(pieces - 1, Math.max(0, firstAtLeast(counts, p * total) - 1));
      const [from, to, weight] = [starts[index] ?? 0, ends[index] ?? 0, weights[index] ?? 1];
      return from + (to - from) * Math.min(1, Math.max(0, (p * total - (counts[index] ?? 0)) / weight));
    },
    residualCdf: (t) => {
      if (t <= 0) return 0;
      const below = upTo(t);
      return Math.min(1, (below.sum + t * (total - below.count)) / (total * meanMs));
    },
    residualMeanUpTo: (t) => {
      if (t <= 0) return 0;
      const below = upTo(t);
      const above = total - below.count;
      return (below.square + 2 * t * (total * meanMs - below.sum) - t * t * above) / (2 * total * meanMs);
    },
  };
}

/** Index of the first of the sorted values that is above x; their number when none is. */
function firstAbove(sorted: Float64Array, x: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the first of the sorted values that is at least x, up to rounding. */
function firstAtLeast(sorted: Float64Array, x: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < x * (1 - 1e-12)) low = middle + 1;
    else high = middle;
  }
  return low;
}
