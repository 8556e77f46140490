import type { Span } from './spans.ts';
import type { WaitingStretch } from './stretch.ts';

/** A wait of someone who held a connection meanwhile. */
export interface Nested {
  readonly waiter: Span;
  readonly holder: Span;
}

const noticedMs = 5;
const mostlyShare = 0.9;

/**
 * Acquires whose own asynchronous context held a connection. Undefined where contexts were not followed, or do not tell: a
 * loop that starts requests without awaiting them lends its context to all of them. Who really awaits a second connection
 * does not return the first one meanwhile.
 */
export function nestedOf(spans: readonly Span[]): Nested[] | undefined {
  if (!spans.some(({ acquire }) => acquire.holder !== undefined)) return undefined;
  const pairs = spans.flatMap((waiter) => {
    const { holder: row } = waiter.acquire;
    const holder = typeof row === 'number' ? spans[row] : undefined;
    return holder ? [{ holder, waiter }] : [];
  });
  const awaited = pairs.filter(({ holder, waiter }) => holder.returnedMs >= waiter.waitedMs);
  const noticed = ({ waiter }: Nested) => waiter.acquire.waitMs >= noticedMs && waiter.waitedMs < Infinity;
  return awaited.filter(noticed).length >= mostlyShare * pairs.filter(noticed).length ? awaited : undefined;
}

/** The time for which a connection was held by someone who waited for another one. */
export const nestedSpan = ({ holder, waiter }: Nested) => ({
  fromMs: Math.max(waiter.askedMs, holder.grantedMs),
  toMs: Math.min(waiter.waitedMs, holder.returnedMs),
});

/** So soon after the failure of its second acquire does a caller return what it holds. */
export const soonMs = 5;

/** Acquires that timed out, in the order in which they did. */
export function timedOut(spans: readonly Span[]): Span[] {
  return spans.filter(({ acquire }) => acquire.outcome === 'timeout').sort((a, b) => a.waitedMs - b.waitedMs);
}

/** One that timed out just before a connection came back, and was asked for while that was held. */
export function failureBefore({ grantedMs, returnedMs }: Span, failures: readonly Span[]): Span | undefined {
  let [low, high] = [0, failures.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((failures[middle]?.waitedMs ?? 0) <= returnedMs) low = middle + 1;
    else high = middle;
  }
  for (let index = low - 1; index >= 0; index -= 1) {
    const failure = failures[index];
    if (!failure || returnedMs - failure.waitedMs > soonMs) return undefined;
    if (failure.askedMs >= grantedMs) return failure;
  }
  return undefined;
}

const fewest = 3;
const mostlyTimedOut = 0.8;

/**
 * The same where contexts are not followed: long holds that ended just after an acquire, asked for during them, had timed
 * out. Of a pool that is full for another reason, holds end at other moments.
 */
export function nestedByFailures(
  spans: readonly Span[],
  { fromMs, toMs }: WaitingStretch,
  { usualHoldMs, endMs }: { readonly usualHoldMs: number; readonly endMs: number },
): Nested[] {
  const failures = timedOut(spans);
  const untilMs = Math.min(toMs + soonMs, endMs);
  const long = spans.filter(
    ({ returnedMs, acquire }) =>
      returnedMs >= fromMs && returnedMs <= untilMs && (acquire.useMs ?? 0) > 3 * usualHoldMs,
  );
  const found = long.flatMap((holder) => {
    const waiter = failureBefore(holder, failures);
    return waiter ? [{ holder, waiter }] : [];
  });
  return found.length >= fewest && found.length >= mostlyTimedOut * long.length ? found : [];
}
