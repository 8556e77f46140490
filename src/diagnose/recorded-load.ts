import type { Recording } from '../measurements/recording.ts';
import { leakedSpans } from './leaked.ts';
import { nestedOf } from './nested.ts';
import { type Span, spansOf } from './spans.ts';

/** What a recording asked of its pool, whatever the pool made of it. Times in ms. */
export interface RecordedLoad {
  readonly timesMs: readonly number[];
  /**
   * One for each of them; Infinity where a connection never came back. Who got none, or had not returned it yet, gets the
   * hold of the request next to it.
   */
  readonly holdsMs: readonly number[];
  /** The holds that ended, and took any time, sorted. */
  readonly sortedHoldsMs: readonly number[];
  /** How many holds were taken from a neighbour. */
  readonly guessed: number;
}

export function recordedLoad(recording: Recording): RecordedLoad {
  const spans = spansOf(recording);
  const leaked = new Set(leakedSpans(spans, nestedOf(spans) ?? [], recording.durationMs));
  const ended = neighboursOf(spans);
  const holdsMs = spans.map((span, row) => {
    if (leaked.has(span)) return Infinity;
    const neighbourMs = ended[row] ?? 0;
    const soFarMs = span.acquire.outcome === 'held' ? recording.durationMs - span.grantedMs : 0;
    return span.acquire.useMs ?? Math.max(soFarMs, neighbourMs);
  });
  const sortedHoldsMs = spans.flatMap(({ acquire: { useMs = 0 } }) => (useMs > 0 ? [useMs] : [])).sort((a, b) => a - b);
  return {
    timesMs: spans.map(({ askedMs }) => askedMs),
    holdsMs,
    sortedHoldsMs,
    guessed: spans.filter((span) => span.acquire.useMs === undefined && !leaked.has(span)).length,
  };
}

/** For each the last hold before it that ended, or the first of all. */
function neighboursOf(spans: readonly Span[]): number[] {
  let lastMs = spans.find(({ acquire }) => acquire.useMs !== undefined)?.acquire.useMs ?? 0;
  return spans.map(({ acquire: { useMs } }) => {
    lastMs = useMs ?? lastMs;
    return lastMs;
  });
}
