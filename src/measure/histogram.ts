import type { Reading } from '../engines/meter.ts';
import { holdDistribution } from '../queueing/distribution.ts';
import type { Estimate } from '../stats/estimate.ts';
import type { HistogramBucket } from '../stats/histogram-bucket.ts';

export function histogramBetween(first: Reading, last: Reading): HistogramBucket[] | undefined {
  if (!first.histogram || !last.histogram) return undefined;
  const before = new Map(first.histogram.map(({ toMs, count }) => [toMs, count]));
  const after = new Map(last.histogram.map(({ toMs, count }) => [toMs, count]));
  // It can be emptied without the other counters.
  if ([...before].some(([toMs, count]) => (after.get(toMs) ?? 0) < count)) return undefined;
  const grown = last.histogram.map(({ fromMs, toMs, count }) => ({
    fromMs,
    toMs,
    count: count - (before.get(toMs) ?? 0),
  }));
  return withoutOwn(grown, first.ownStatements, last.ownStatements).filter(({ count }) => count > 0);
}

/** Takes out poolctl's own statements: their number and mean are known, so the times nearest to that mean go. */
function withoutOwn(
  buckets: readonly HistogramBucket[],
  first: Reading['ownStatements'],
  last: Reading['ownStatements'],
): HistogramBucket[] {
  if (!first || !last || last.count <= first.count) return [...buckets];
  let left = last.count - first.count;
  const meanMs = (last.ms - first.ms) / left;
  const distance = ({ toMs }: HistogramBucket) => Math.abs(Math.log(toMs / Math.max(meanMs, 1e-3)));
  const taken = new Map<HistogramBucket, number>();
  for (const bucket of [...buckets].sort((a, b) => distance(a) - distance(b))) {
    const take = Math.min(left, bucket.count);
    taken.set(bucket, take);
    left -= take;
  }
  return buckets.map((bucket) => ({ ...bucket, count: bucket.count - (taken.get(bucket) ?? 0) }));
}

/** Interpolated, with the bounds of the bucket. */
export function percentiles(buckets: readonly HistogramBucket[]): {
  p50Ms: Estimate;
  p95Ms: Estimate;
  p99Ms: Estimate;
} {
  const law = holdDistribution({ kind: 'histogram', buckets });
  const at = (p: number): Estimate => {
    const value = law.quantile(p);
    const bucket = buckets.find(({ toMs }) => toMs >= value);
    return { value, low: bucket?.fromMs ?? value, high: bucket?.toMs ?? value };
  };
  return { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) };
}
