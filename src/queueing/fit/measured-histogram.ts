import type { HistogramBucket, MeasuredHistogram } from '../../stats/histogram-bucket.ts';
import type { HoldLaw } from '../hold-law.ts';

/** The counts as a law; see `fitHistogram` on the end of an open bucket. */
export function closedHistogram({
  buckets,
  sumMs,
}: Omit<MeasuredHistogram, 'kind'>): Extract<HoldLaw, { kind: 'histogram' }> {
  const open = openBucket(buckets);
  const closed = buckets.filter(({ toMs }) => toMs < Infinity);
  return { kind: 'histogram', buckets: open ? [...closed, closedBucket(open, closed, sumMs)] : closed };
}

/** The last bucket, where it is open and counts any hold. */
export function openBucket(buckets: readonly HistogramBucket[]): HistogramBucket | undefined {
  return buckets.find(({ toMs, count }) => toMs === Infinity && count > 0);
}

function closedBucket(
  open: HistogramBucket,
  closed: readonly HistogramBucket[],
  sumMs: number | undefined,
): HistogramBucket {
  const { fromMs, count } = open;
  if (sumMs === undefined) return { fromMs, toMs: fromMs > 0 ? 2 * fromMs : 1, count };
  const below = closed.reduce((sum, bucket) => sum + (bucket.count * (bucket.fromMs + bucket.toMs)) / 2, 0);
  return { fromMs, toMs: Math.max(fromMs * 1.000001, (2 * (sumMs - below)) / count - fromMs), count };
}
