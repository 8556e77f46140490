import type { RecordedAcquire, Recording } from '../measurements/recording.ts';

/** An acquire on the time line, in ms; Infinity for what had not happened when the recording ended. */
export interface Span {
  readonly row: number;
  readonly acquire: RecordedAcquire;
  readonly askedMs: number;
  /** When its wait ended, in a connection or without one. */
  readonly waitedMs: number;
  /** When it got its connection. */
  readonly grantedMs: number;
  /** When it gave its connection back. */
  readonly returnedMs: number;
}

export function spansOf({ acquires }: Recording): Span[] {
  return acquires.map((acquire, row) => {
    const { askedMs, waitMs, useMs, outcome } = acquire;
    const waitedMs = outcome === 'waiting' ? Infinity : askedMs + waitMs;
    const isGranted = outcome === 'held' || outcome === 'returned' || outcome === 'destroyed';
    const grantedMs = isGranted ? waitedMs : Infinity;
    return { row, acquire, askedMs, waitedMs, grantedMs, returnedMs: grantedMs + (useMs ?? Infinity) };
  });
}

/** Of intervals, how many ms of them lie from `fromMs` to `toMs`, added up: connections x ms, or waiters x ms. */
export function overlapMs(
  intervals: readonly { readonly fromMs: number; readonly toMs: number }[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): number {
  return intervals.reduce((sum, one) => sum + Math.max(0, Math.min(one.toMs, toMs) - Math.max(one.fromMs, fromMs)), 0);
}

export const heldSpan = ({ grantedMs, returnedMs }: Span) => ({ fromMs: grantedMs, toMs: returnedMs });
export const waitingSpan = ({ askedMs, waitedMs }: Span) => ({ fromMs: askedMs, toMs: waitedMs });
