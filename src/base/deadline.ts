/** Waits for `work` at most `ms`, and as long as nothing aborts; then `giveUp` frees what it holds and says why. */
export async function within<T>(
  work: Promise<T>,
  ms: number,
  signal: AbortSignal,
  giveUp: (reason: 'timeout' | 'aborted') => Error,
): Promise<T> {
  work.catch(() => {}); // What fails after its time is over is nobody's concern.
  let timer: NodeJS.Timeout | undefined;
  let onAbort = () => {};
  const over = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(giveUp('timeout')), ms);
    onAbort = () => reject(giveUp('aborted'));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
