import { within } from '../../base/deadline.ts';

/** The longest that a timer can wait. */
const foreverMs = 2 ** 31 - 1;

/** Waits for work that ends by itself, but not longer than the signal lets it. @throws Error `interrupted` */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return within(work, foreverMs, signal, () => new Error('interrupted'));
}
