interface Opening {
  readonly signal: AbortSignal;
  destroy(): void;
  /** Calls when the socket is closed. */
  onClosed(done: () => void): void;
}

/** Waits for an opening; when it fails or is aborted, also until its socket is closed: only then is its place free. */
export async function untilClosed(opening: Promise<unknown>, { signal, destroy, onClosed }: Opening): Promise<void> {
  const closed = new Promise<void>((resolve) => onClosed(resolve));
  let onAbort = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    await Promise.race([opening, aborted]);
  } catch (error) {
    destroy();
    await closed;
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
    opening.catch(() => {});
    aborted.catch(() => {});
  }
}
