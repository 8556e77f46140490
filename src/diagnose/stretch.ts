import { type Span, waitingSpan } from './spans.ts';

/** A time in which requests waited, from the first one that did until the last one was served. */
export interface WaitingStretch {
  readonly fromMs: number;
  /** When the most waited: until then they became more. */
  readonly peakMs: number;
  readonly toMs: number;
  readonly mostWaiting: number;
  readonly waiters: number;
  /** All waits together, in ms. */
  readonly waitedMs: number;
}

/** A shorter wait is what a busy process makes of a hand-over. */
const leastWaitMs = 10;
/** Below this share of a hold, a wait is not what makes a request slow. */
const leastShareOfHold = 0.1;
const fewestWaiters = 3;

/** The stretch of the recording with the longest waits in all; undefined where nobody waited worth speaking of. */
export function worstStretch(spans: readonly Span[], endMs: number, meanHoldMs: number): WaitingStretch | undefined {
  const shortestMs = Math.max(leastWaitMs, leastShareOfHold * meanHoldMs);
  const late = spans.filter(({ acquire }) => acquire.waitMs >= shortestMs);
  const gapMs = Math.max(100, 3 * meanHoldMs);
  const groups: Span[][] = [];
  let untilMs = Number.NEGATIVE_INFINITY;
  for (const span of late) {
    const group = groups.at(-1);
    if (group && span.askedMs <= untilMs + gapMs) group.push(span);
    else groups.push([span]);
    untilMs = Math.max(untilMs, span.waitedMs);
  }
  const stretches = groups.filter((group) => group.length >= fewestWaiters).map((group) => stretchOf(group, endMs));
  return stretches.toSorted((a, b) => b.waitedMs - a.waitedMs)[0];
}

function stretchOf(group: readonly Span[], endMs: number): WaitingStretch {
  const changes = group
    .flatMap((span) => {
      const { fromMs, toMs } = waitingSpan(span);
      return [
        { atMs: fromMs, by: 1 },
        { atMs: Math.min(toMs, endMs), by: -1 },
      ];
    })
    .sort((a, b) => a.atMs - b.atMs);
  let [now, most, peakMs] = [0, 0, 0];
  for (const { atMs, by } of changes) {
    now += by;
    if (now > most) [most, peakMs] = [now, atMs];
  }
  return {
    fromMs: changes[0]?.atMs ?? 0,
    peakMs,
    toMs: changes.at(-1)?.atMs ?? 0,
    mostWaiting: most,
    waiters: group.length,
    waitedMs: group.reduce((sum, { acquire }) => sum + acquire.waitMs, 0),
  };
}
