import type { HdrHistogram } from '../stats/hdr/hdr-histogram.ts';
import { toMilliseconds } from '../stats/hdr/microseconds.ts';

/** A quantile of times in microseconds, in ms; undefined where nothing was recorded, since nobody took 0 ms then. */
export function quantileMs(timesUs: HdrHistogram, p: number): number | undefined {
  return timesUs.count === 0 ? undefined : toMilliseconds(timesUs.valueAt(p));
}
