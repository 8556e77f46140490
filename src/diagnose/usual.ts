import { type Nested, nestedSpan } from './nested.ts';
import type { Span } from './spans.ts';
import type { WaitingStretch } from './stretch.ts';

/** What the load was like where nobody waited. */
export interface Usual {
  /** Mean time a connection was held, and how high it may be, for all that so few holds tell (2 standard errors). */
  readonly holdMs: number;
  readonly mostHoldMs: number;
  readonly longestHoldMs: number;
  /** A quarter of the holds were shorter. */
  readonly quarterMs: number;
  /** Requests a second in half of the slices of the recording. */
  readonly ratePerSecond: number;
  /** Where the holds are from: before the stretch, after it, or all there are, so that they cannot be compared. */
  readonly seen: 'before' | 'after' | 'throughout';
}

const fewestHolds = 20;
/** Of the time before the stretch: what made requests wait began before they did. */
const earlyShare = 0.6;
const slices = 20;

/** Undefined where no connection came back. */
export function usualLoad(
  spans: readonly Span[],
  nested: readonly Nested[],
  durationMs: number,
  stretch?: WaitingStretch,
): Usual | undefined {
  const firstMs = spans[0]?.askedMs ?? 0;
  const ratePerSecond = medianRate(spans, firstMs, durationMs);
  const between = (fromMs: number, toMs: number, seen: Usual['seen']) => {
    const holds = spans
      .filter(({ grantedMs, returnedMs }) => grantedMs >= fromMs && grantedMs <= toMs && returnedMs < Infinity)
      .map(({ acquire }) => acquire.useMs ?? 0);
    // Who waits for a second connection holds the first for longer than its work takes.
    const waitedMs = nested
      .filter(({ holder }) => holder.grantedMs >= fromMs && holder.grantedMs <= toMs && holder.returnedMs < Infinity)
      .map(nestedSpan)
      .reduce((sum, { fromMs: start, toMs: end }) => sum + Math.max(0, end - start), 0);
    return { holds, ...{ waitedMs, ratePerSecond, seen } };
  };
  if (stretch) {
    const before = between(firstMs, firstMs + earlyShare * (stretch.fromMs - firstMs), 'before');
    if (before.holds.length >= fewestHolds) return usualOf(before);
    const after = between(stretch.toMs, durationMs, 'after');
    if (after.holds.length >= fewestHolds) return usualOf(after);
  }
  const all = between(firstMs, durationMs, 'throughout');
  return all.holds.length > 0 ? usualOf(all) : undefined;
}

interface Seen extends Pick<Usual, 'ratePerSecond' | 'seen'> {
  readonly holds: number[];
  readonly waitedMs: number;
}

function usualOf({ holds, waitedMs, ratePerSecond, seen }: Seen): Usual {
  const sorted = holds.sort((a, b) => a - b);
  const count = sorted.length;
  const meanMs = sorted.reduce((sum, hold) => sum + hold, 0) / count;
  const variance = sorted.reduce((sum, hold) => sum + (hold - meanMs) ** 2, 0) / Math.max(1, count - 1);
  const holdMs = Math.max(0.001, meanMs - waitedMs / count);
  return {
    holdMs,
    mostHoldMs: holdMs + 2 * Math.sqrt(variance / count),
    quarterMs: sorted[Math.floor(count / 4)] ?? 0,
    longestHoldMs: sorted.at(-1) ?? 0,
    ratePerSecond,
    seen,
  };
}

/** By slices, so that a burst does not change it. */
function medianRate(spans: readonly Span[], fromMs: number, toMs: number): number {
  const sliceMs = (toMs - fromMs) / slices;
  if (sliceMs <= 0) return 0;
  const counts = new Array<number>(slices).fill(0);
  for (const { askedMs } of spans) {
    const slice = Math.min(slices - 1, Math.floor((askedMs - fromMs) / sliceMs));
    counts[slice] = (counts[slice] ?? 0) + 1;
  }
  counts.sort((a, b) => a - b);
  return (1_000 * ((counts[slices / 2 - 1] ?? 0) + (counts[slices / 2] ?? 0))) / 2 / sliceMs;
}
