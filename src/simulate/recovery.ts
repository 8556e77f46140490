import type { TimelineSlice } from './model.ts';

/** Slices in a row that must be quiet again, so that one lucky slice is not taken for the end of a storm. */
const quietSlices = 3;

/**
 * How long after the end of an incident the pool was back, in ms; undefined if it was not within the run, or if nothing is
 * known of the time before. Back is the start of the first of three slices in a row (fewer only at the very end) in which
 * neither the longest queue nor the mean wait exceeds, by more than a tenth, one request and 1 ms, the highest of any slice
 * between `sinceMs` (the warm-up; 0 by default) and the incident. As exact as the slices are short.
 */
export function recoveryMs(
  timeline: readonly TimelineSlice[],
  incident: { readonly fromMs: number; readonly toMs: number },
  sinceMs = 0,
): number | undefined {
  const before = timeline.filter(
    ({ fromMs }, index) => fromMs >= sinceMs && (timeline[index + 1]?.fromMs ?? Infinity) <= incident.fromMs,
  );
  if (before.length === 0) return undefined;
  const queueLevel = 1.1 * Math.max(...before.map((slice) => slice.longestQueue)) + 1;
  const waitLevelMs = 1.1 * Math.max(...before.map((slice) => slice.meanWaitMs)) + 1;

  const after = timeline.filter(({ fromMs }) => fromMs >= incident.toMs);
  const back = after.find((_, index) =>
    after
      .slice(index, index + quietSlices)
      .every((slice) => slice.longestQueue <= queueLevel && slice.meanWaitMs <= waitLevelMs),
  );
  return back === undefined ? undefined : back.fromMs - incident.toMs;
}
