import type { Nested } from './nested.ts';
import type { Span } from './spans.ts';

/** Longer than this many times the longest hold that ended is not one more long hold. */
const beyondLongest = 1.2;

/**
 * Connections that are out and never came back while others were still given and returned. Where all at once stopped
 * coming back, the database or the application stands still: then only those that were overdue by that time are leaked.
 */
export function leakedSpans(spans: readonly Span[], nested: readonly Nested[], endMs: number): Span[] {
  // Who still waits for another connection has not forgotten the one that it holds.
  const busy = new Set(nested.filter(({ waiter }) => waiter.waitedMs === Infinity).map(({ holder }) => holder));
  const out = spans.filter((span) => span.acquire.outcome === 'held' && !busy.has(span));
  const lastReturnMs = lastReturn(spans);
  const longestMs = spans.reduce((longest, { acquire }) => Math.max(longest, acquire.useMs ?? 0), 0);
  const overdueMs = beyondLongest * longestMs;
  const leaked = out.filter(({ grantedMs }) => lastReturnMs - grantedMs > overdueMs);
  // The last ones to be leaked leave no others that could show it.
  const stuck = out.filter((span) => !leaked.includes(span) && endMs - span.grantedMs > overdueMs);
  return stuck.length <= leaked.length ? [...leaked, ...stuck] : leaked;
}

/** Of exponential holds that are cut at one moment, the mean age is one mean hold. */
const unlikelyAges = 2;

/**
 * Whether a pool from which nothing comes back any more may have leaked all of its connections within a few holds: then
 * they were taken one after the other over a longer time than work that is under way, when a database stops, ever is.
 */
export function areLikelyLeaked(spans: readonly Span[], usualHoldMs: number): boolean {
  const lastReturnMs = lastReturn(spans);
  const ages = spans
    .filter(({ acquire, grantedMs }) => acquire.outcome === 'held' && grantedMs < lastReturnMs)
    .map(({ grantedMs }) => lastReturnMs - grantedMs);
  const mean = ages.reduce((sum, age) => sum + age, 0) / Math.max(1, ages.length);
  return ages.length >= 2 && mean > unlikelyAges * usualHoldMs;
}

/** When a connection came back last; before all time where none did. */
export function lastReturn(spans: readonly Span[]): number {
  return spans.reduce(
    (last, { returnedMs }) => (returnedMs < Infinity ? Math.max(last, returnedMs) : last),
    Number.NEGATIVE_INFINITY,
  );
}
