const listeners = new Set<() => void>();
let timer: NodeJS.Timeout | undefined;

/** Calls back once a second, for all pools from one timer that does not keep the process alive. Gives the way to stop. */
export function everySecond(tick: () => void): () => void {
  listeners.add(tick);
  timer ??= setInterval(() => {
    for (const listener of listeners) listener();
  }, 1_000).unref();
  return () => {
    listeners.delete(tick);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}
