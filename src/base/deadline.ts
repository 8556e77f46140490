/** Waits for `work` at most `ms`, and as long as nothing aborts; then `giveUp` frees what it holds and says why. */
export async function within<T>(
  work: Promise<T>,
  ms: number,
  signal: AbortSignal | undefined,
  giveUp: (reason: 'timeout' | 'aborted') => Error,
): Promise<T> {
  work.catch(() => {}); // A late failure would be an unhandled rejection.
  let timer: NodeJS.Timeout | undefined;
  let onAbort = () => {};
  const over = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(giveUp('timeout')), ms);
    onAbort = () => reject(giveUp('aborted'));
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

/** The longest that a timer can wait. */
export const longestTimerMs = 2 ** 31 - 1;

/** Waits for work that ends by itself, but not longer than the signal lets it. @throws Error `interrupted` */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return within(work, longestTimerMs, signal, () => new Error('interrupted'));
}
