import { PoolctlError } from '../base/errors.ts';
import type { Warning } from '../base/warning.ts';
import { diagnose } from '../diagnose/diagnose.ts';
import { recordedLoad } from '../diagnose/recorded-load.ts';
import { replayWarnings } from '../diagnose/replay-warnings.ts';
import { parseRecording } from '../measurements/recording.ts';
import { HdrHistogram } from '../stats/hdr/hdr-histogram.ts';
import { toMicroseconds, toMilliseconds } from '../stats/hdr/microseconds.ts';
import type { MeasuredLoad } from './document.ts';

/**
 * The load in a recording of poolctl/monitor as `size` takes it: all that was asked of one pool, and the holds that ended.
 * @throws PoolctlError INPUT_INVALID; INPUT_MISSING where no connection came back in it
 */
export function loadOfRecording(
  text: string,
  file: string,
): { readonly load: MeasuredLoad; readonly warnings: readonly Warning[] } {
  const recording = parseRecording(text, file);
  const { timesMs, sortedHoldsMs } = recordedLoad(recording);
  if (sortedHoldsMs.length === 0) {
    throw new PoolctlError('INPUT_MISSING', `${file} has no load to size a pool by: no connection came back in it.`, {
      hint: '`poolctl report` with this file says what it shows.',
    });
  }
  const holds = new HdrHistogram();
  for (const hold of sortedHoldsMs) holds.record(toMicroseconds(hold));
  const { name } = recording.pool;
  return {
    load: {
      ratePerSecond: (1_000 * timesMs.length) / recording.durationMs,
      isOfInstance: true,
      meanMs: sortedHoldsMs.reduce((sum, hold) => sum + hold, 0) / sortedHoldsMs.length,
      p95Ms: toMilliseconds(holds.valueAt(0.95)),
      histogram: holds
        .buckets()
        .map(({ from, to, count }) => ({ fromMs: toMilliseconds(from), toMs: toMilliseconds(to), count })),
      heldBy: [],
      what: `recording of ${name}, over ${Math.round(recording.durationMs / 1_000)} s`,
    },
    warnings: replayWarnings(diagnose(recording)),
  };
}
