import type { HdrHistogram } from '../../stats/hdr/hdr-histogram.ts';
import { toMilliseconds } from '../../stats/hdr/microseconds.ts';
import type { HistogramBucket } from '../../stats/histogram-bucket.ts';

/** Filled buckets and the gaps between them stay below 200. */
const cells = 60;
const mostFilled = 100;
const mostShare = 1 / 35;

/**
 * The times of a histogram in microseconds as few buckets in ms, gapless, for a hold law: in the tail by their ratio, in
 * the bulk by their number, so that mean and spread stay within a percent.
 */
export function coarseBuckets(histogram: HdrHistogram): HistogramBucket[] {
  const fine = histogram.buckets();
  const [first, last] = [fine[0], fine.at(-1)];
  if (!first || !last) return [];
  const start = Math.max(1, first.from);
  const ratio = Math.max(1, last.to / start) ** (1 / cells);
  const full = histogram.count * mostShare;
  const coarse: { from: number; to: number; count: number }[] = [];
  for (const { from, to, count } of fine) {
    const open = coarse.at(-1);
    // Never across a gap, because the law spreads a bucket evenly over all of its width.
    if (open && open.to === from && to <= Math.max(1, open.from) * ratio && open.count + count <= full) {
      open.to = to;
      open.count += count;
    } else coarse.push({ from, to, count });
  }
  return gapless(thinned(coarse));
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** A long thin tail has more gaps than cells: neighbours are joined until there are few enough. */
function thinned(stretches: readonly Stretch[]): Stretch[] {
  const left = [...stretches];
  while (left.length > mostFilled) {
    const losses = left.slice(1).map((two, index) => lossOf(left[index] ?? two, two));
    const least = losses.indexOf(Math.min(...losses));
    const [one, two] = [left[least], left[least + 1]];
    if (!one || !two) break;
    left.splice(least, 2, { from: one.from, to: two.to, count: one.count + two.count });
  }
  return left;
}

/** What joining two takes from the law: by their part in the mean, and by how far apart they are. */
function lossOf(one: Stretch, two: Stretch): number {
  return (one.count * one.to + two.count * two.to) * Math.log((two.to + 1) / (one.from + 1)) ** 2;
}

function gapless(stretches: readonly Stretch[]): HistogramBucket[] {
  return stretches.flatMap(({ from, to, count }, index) => {
    const before = stretches[index - 1]?.to ?? from;
    const gap = before < from ? [{ fromMs: inMs(before), toMs: inMs(from), count: 0 }] : [];
    return [...gap, { fromMs: inMs(from), toMs: inMs(to), count }];
  });
}

/** The histogram rounds to whole microseconds: what counts as 3 was between 2.5 and 3.5. */
function inMs(bound: number): number {
  return toMilliseconds(Math.max(0, bound - 0.5));
}
