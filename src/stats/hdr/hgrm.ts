import type { HdrHistogram } from './hdr-histogram.ts';
import { doublings, significantDigits, subBuckets } from './hdr-layout.ts';

/** How many rows for each halving of what is left above. */
const ticksPerHalf = 5;

/** Rounds halves up as they are written, as the original does; toFixed rounds them as they are stored. */
const decimals = new Intl.NumberFormat('en-US', {
  minimumFractionDigits: significantDigits,
  maximumFractionDigits: significantDigits,
  useGrouping: false,
});

/**
 * The table that the plotter of HdrHistogram reads: values in ms at percentiles that come ever closer to 1.
 * AbstractHistogram.java, outputPercentileDistribution.
 */
export function hgrmOf(histogram: HdrHistogram, { unitsPerMs = 1_000 }: { unitsPerMs?: number } = {}): string {
  const inMs = (value: number) => decimals.format(value / unitsPerMs).padStart(12);
  const whole = (value: number) => String(value).padStart(12);
  const rows = spectrumOf(histogram).map(({ value, ratio, countUpTo }) => {
    const start = `${inMs(value)} ${ratio.toFixed(12)} ${String(countUpTo).padStart(10)}`;
    return ratio < 1 ? `${start} ${(1 / (1 - ratio)).toFixed(2).padStart(14)}` : start;
  });
  return [
    '       Value     Percentile TotalCount 1/(1-Percentile)',
    '',
    ...rows,
    `#[Mean    = ${inMs(histogram.mean)}, StdDeviation   = ${inMs(histogram.standardDeviation)}]`,
    `#[Max     = ${inMs(histogram.max)}, Total count    = ${whole(histogram.count)}]`,
    `#[Buckets = ${whole(doublings)}, SubBuckets     = ${whole(subBuckets)}]`,
    '',
  ].join('\n');
}

interface SpectrumRow {
  readonly value: number;
  readonly ratio: number;
  readonly countUpTo: number;
}

/** A bucket has a row for each tick that it spans, but the last bucket only one before that of the whole. */
function spectrumOf(histogram: HdrHistogram): SpectrumRow[] {
  const rows: SpectrumRow[] = [];
  let percentile = 0;
  let countUpTo = 0;
  let last = 0;
  for (const { to, count } of histogram.buckets()) {
    countUpTo += count;
    last = to - 1;
    const reached = (100 * countUpTo) / histogram.count;
    while (percentile < 100 && reached >= percentile) {
      rows.push({ value: last, ratio: percentile / 100, countUpTo });
      percentile += 100 / (ticksPerHalf * 2 ** (Math.floor(Math.log2(100 / (100 - percentile))) + 1));
      if (countUpTo >= histogram.count) break;
    }
  }
  if (countUpTo > 0) rows.push({ value: last, ratio: 1, countUpTo });
  return rows;
}
