import { PoolctlError } from '../../base/errors.ts';
import { formatDuration } from '../../base/units.ts';
import type { HistogramBucket, MeasuredHistogram } from '../../stats/histogram-bucket.ts';
import type { HoldLaw } from '../hold-law.ts';

/**
 * The counts as a law, uniform within each bucket. With the sum of all holds its mean is the true one: the end of an open
 * last bucket is put where the sum needs it, or the times of all buckets are moved within them. Without a sum an open bucket
 * ends at twice its start. Throws INPUT_CONTRADICTION for a sum that no times in the buckets have.
 */
export function closedHistogram({
  buckets,
  sumMs,
}: Omit<MeasuredHistogram, 'kind'>): Extract<HoldLaw, { kind: 'histogram' }> {
  const open = openBucket(buckets);
  const closed = buckets.filter(({ toMs }) => toMs < Infinity);
  if (sumMs === undefined) return lawOf([...closed, ...(open ? [endedAt(open, 2 * open.fromMs || 1)] : [])]);
  const total = (at: (bucket: HistogramBucket) => number) =>
    closed.reduce((sum, bucket) => sum + bucket.count * at(bucket), 0);
  const [least, middle, most] = [
    total(({ fromMs }) => fromMs),
    total(({ fromMs, toMs }) => (fromMs + toMs) / 2),
    total(({ toMs }) => toMs),
  ];
  const ofOpen = open ? open.count * open.fromMs : 0;
  refuseImpossible(sumMs, least + ofOpen, open ? Infinity : most, buckets);
  // What the closed buckets do not have, the open one has.
  if (open && sumMs >= middle + ofOpen) {
    return lawOf([...closed, endedAt(open, (2 * (sumMs - middle)) / open.count - open.fromMs)]);
  }
  const place = most > least ? (sumMs - ofOpen - least) / (most - least) : 0.5;
  return lawOf([...closed.map((bucket) => movedWithin(bucket, place)), ...(open ? [endedAt(open, open.fromMs)] : [])]);
}

function lawOf(buckets: readonly HistogramBucket[]): Extract<HoldLaw, { kind: 'histogram' }> {
  return { kind: 'histogram', buckets };
}

/** The last bucket, where it is open and counts any hold. */
export function openBucket(buckets: readonly HistogramBucket[]): HistogramBucket | undefined {
  return buckets.find(({ toMs, count }) => toMs === Infinity && count > 0);
}

function endedAt({ fromMs, count }: HistogramBucket, toMs: number): HistogramBucket {
  return { fromMs, toMs: Math.max(fromMs, toMs), count };
}

/** Uniform around the place, 0 to 1, where the mean of its times is; from one end of the bucket to as far beyond. */
function movedWithin({ fromMs, toMs, count }: HistogramBucket, place: number): HistogramBucket {
  const width = toMs - fromMs;
  const half = Math.min(place, 1 - place) * width;
  const middle = fromMs + place * width;
  return { fromMs: Math.max(fromMs, middle - half), toMs: Math.min(toMs, middle + half), count };
}

function refuseImpossible(sumMs: number, least: number, most: number, buckets: readonly HistogramBucket[]): void {
  // Counts and sums of a server are read one after the other.
  const slack = 0.02;
  if (sumMs >= least * (1 - slack) && sumMs <= most * (1 + slack)) return;
  const count = buckets.reduce((sum, bucket) => sum + bucket.count, 0);
  const range =
    most === Infinity
      ? `at least ${formatDuration(least / count)}`
      : `from ${formatDuration(least / count)} to ${formatDuration(most / count)}`;
  throw new PoolctlError(
    'INPUT_CONTRADICTION',
    `The sum of the times makes a mean of ${formatDuration(sumMs / count)}, and in these buckets it is ${range}.`,
    { hint: 'Are sum and buckets of the same histogram, and of the same moment?' },
  );
}
