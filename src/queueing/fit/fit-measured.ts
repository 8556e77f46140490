import { PoolctlError } from '../../base/errors.ts';
import type { HistogramBucket, MeasuredHistogram } from '../../stats/histogram-bucket.ts';
import { percentileRanks } from '../../stats/percentile-bounds.ts';
import { holdDistribution } from '../distribution.ts';
import type { HoldLaw } from '../hold-law.ts';
import type { HoldFit } from './fit.ts';
import { closedHistogram, openBucket } from './measured-histogram.ts';
import { longestOverLast, tailBuckets, tailExponent } from './open-tail.ts';

const shown = [0.5, 0.95, 0.99];

/** The measured holds themselves as the law, with 95 % intervals of their percentiles and of their mean. Times in ms, any order. */
export function fitSamples(timesMs: readonly number[] | Float64Array): HoldFit {
  const sortedMs = isSorted(timesMs) ? timesMs : timesMs.toSorted((a, b) => a - b);
  if (sortedMs.length === 0) {
    throw new PoolctlError('INPUT_MISSING', 'There are no samples of hold times.', {
      hint: 'One time in milliseconds a line.',
    });
  }
  const wrong = timesMs.findIndex((ms: number) => !(ms > 0 && ms < Infinity));
  if (wrong >= 0)
    throw new PoolctlError('VALUE_INVALID', `Sample ${wrong + 1} is ${timesMs[wrong]} ms; a hold time is above 0.`);
  const count = sortedMs.length;
  const law: HoldLaw = { kind: 'samples', sortedMs };
  const { meanMs, scv, quantile } = holdDistribution(law);
  // Of a single time nothing is known but its order of magnitude.
  const half = count > 1 ? 1.96 * Math.sqrt(scv / (count - 1)) : 1;
  const scaled = (factor: number): HoldLaw => ({ kind: 'samples', sortedMs, factor });
  const [lowFactor, highFactor] = [Math.max(0.05, 1 - half), 1 + half];
  const percentiles = shown.map((p) => {
    const ms = quantile(p);
    const { low, high } = percentileRanks(p, count);
    const lowMs = low === undefined ? undefined : sortedMs[low - 1];
    const highMs = high === undefined ? undefined : sortedMs[high - 1];
    return {
      ...{ p, givenMs: ms, fittedMs: ms, ratio: 1 },
      ...(lowMs !== undefined && { lowMs }),
      ...(highMs !== undefined && { highMs }),
    };
  });
  return {
    law,
    family: 'samples',
    basis: `${count} ${count === 1 ? 'sample' : 'samples'}`,
    isAssumed: count === 1,
    meanMs,
    lowMeanMs: meanMs * lowFactor,
    highMeanMs: meanMs * highFactor,
    low: scaled(lowFactor),
    high: scaled(highFactor),
    percentiles,
    worstRatio: 1,
    tail: 'as-fitted',
  };
}

function isSorted(times: ArrayLike<number>): boolean {
  for (let at = 1; at < times.length; at += 1) if (!((times[at - 1] ?? 0) <= (times[at] ?? 0))) return false;
  return true;
}

/**
 * Counts per bucket as the law, uniform within each. A last bucket up to Infinity ends where the sum puts it, else at twice
 * its start, as a guess: then the law is between one with nothing above that start and one with a tail up to `longestMs`
 * (ten times the start where nothing ends a hold).
 */
export function fitHistogram(measured: Omit<MeasuredHistogram, 'kind'>, longestMs?: number): HoldFit {
  const { buckets, sumMs } = measured;
  checkBuckets(buckets);
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  const open = openBucket(buckets);
  const law = closedHistogram(measured);
  const { meanMs, quantile } = holdDistribution(law);
  const ends = open && sumMs === undefined ? openEnds(buckets, open, longestMs) : undefined;
  return {
    law,
    family: 'histogram',
    basis: `histogram of ${total}${sumMs === undefined ? '' : ', mean'}`,
    isAssumed: ends !== undefined,
    meanMs,
    lowMeanMs: ends ? holdDistribution(ends.low).meanMs : meanMs,
    highMeanMs: ends ? Math.max(meanMs, holdDistribution(ends.high).meanMs) : meanMs,
    ...ends,
    percentiles: shown.map((p) => ({ p, givenMs: quantile(p), fittedMs: quantile(p), ratio: 1 })),
    worstRatio: 1,
    tail: 'as-fitted',
    openShare: open ? open.count / total : 0,
  };
}

/** The laws with nothing above the start of the open bucket, and with a tail. */
function openEnds(buckets: readonly HistogramBucket[], { fromMs, count }: HistogramBucket, given: number | undefined) {
  const closed = buckets.filter(({ toMs }) => toMs < Infinity);
  const total = closed.reduce((sum, bucket) => sum + bucket.count, count);
  const lastClosed = closed.findLast((bucket) => bucket.count > 0);
  const before = lastClosed &&
    lastClosed.fromMs > 0 && { p: 1 - (lastClosed.count + count) / total, ms: lastClosed.fromMs };
  const longestMs = Math.max(fromMs, given ?? longestOverLast * fromMs);
  const exponent = tailExponent(before || undefined, { p: 1 - count / total, ms: fromMs });
  const lawOf = (end: readonly HistogramBucket[]): HoldLaw => ({ kind: 'histogram', buckets: [...closed, ...end] });
  return {
    low: lawOf([{ fromMs, toMs: fromMs, count }]),
    high: lawOf(tailBuckets(fromMs, longestMs, count, exponent)),
    longestMs,
  };
}

function checkBuckets(buckets: readonly HistogramBucket[]): void {
  let last = 0;
  for (const [index, { fromMs, toMs, count }] of buckets.entries()) {
    if (fromMs >= last && toMs >= fromMs && fromMs < Infinity && count >= 0 && count < Infinity) {
      last = toMs;
      continue;
    }
    throw new PoolctlError(
      'VALUE_INVALID',
      `Bucket ${index + 1} (${fromMs} to ${toMs} ms, ${count}) is out of order or not a count.`,
      {
        hint: 'Buckets rise without overlaps, from 0 on, with counts of at least 0.',
      },
    );
  }
  if (!buckets.some(({ count }) => count > 0)) {
    throw new PoolctlError('INPUT_MISSING', 'The histogram counts no holds.', { hint: 'Measure under load first.' });
  }
}
