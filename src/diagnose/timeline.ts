import type { Recording } from '../measurements/recording.ts';
import { type Span, spansOf } from './spans.ts';

/** A slice of a recording, for charts. */
export interface RecordedSlice {
  readonly fromMs: number;
  readonly askedPerSecond: number;
  /** The most at one moment of it. */
  readonly mostWaiting: number;
  readonly mostHeld: number;
}

export function timelineOf(recording: Recording, slices: number): RecordedSlice[] {
  const spans = spansOf(recording);
  const sliceMs = recording.durationMs / slices;
  if (sliceMs <= 0) return [];
  const most = (intervalOf: (span: Span) => readonly [number, number]) =>
    highest(spans.map(intervalOf), sliceMs, slices);
  const waiting = most(({ askedMs, waitedMs }) => [askedMs, waitedMs]);
  const held = most(({ grantedMs, returnedMs }) => [grantedMs, returnedMs]);
  return Array.from({ length: slices }, (_, slice) => {
    const [fromMs, toMs] = [slice * sliceMs, (slice + 1) * sliceMs];
    const asked = spans.filter(({ askedMs }) => askedMs >= fromMs && askedMs < toMs).length;
    return {
      fromMs,
      askedPerSecond: (1_000 * asked) / sliceMs,
      mostWaiting: waiting[slice] ?? 0,
      mostHeld: held[slice] ?? 0,
    };
  });
}

/** How many of the intervals there were at once, at most, slice by slice. */
function highest(intervals: readonly (readonly [number, number])[], sliceMs: number, slices: number): number[] {
  const changes = intervals
    .filter(([fromMs, toMs]) => fromMs < toMs)
    .flatMap(([fromMs, toMs]) => [
      { atMs: fromMs, by: 1 },
      { atMs: toMs, by: -1 },
    ])
    .sort((a, b) => a.atMs - b.atMs || a.by - b.by);
  const most = new Array<number>(slices).fill(0);
  let now = 0;
  let next = 0;
  for (let slice = 0; slice < slices; slice += 1) {
    let highestHere = now;
    for (let change = changes[next]; change && change.atMs < (slice + 1) * sliceMs; change = changes[next]) {
      now += change.by;
      highestHere = Math.max(highestHere, now);
      next += 1;
    }
    most[slice] = highestHere;
  }
  return most;
}
