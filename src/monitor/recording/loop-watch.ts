import { performance } from 'node:perf_hooks';

/** Told how late each turn of the event loop was that came late. */
export type LoopWatcher = (atMs: number, lateMs: number) => void;

const everyMs = 20;

const watchers = new Set<LoopWatcher>();
let timer: NodeJS.Timeout | undefined;

/**
 * One timer a process says how late the event loop is, and when; `monitorEventLoopDelay` knows how late, but not when. It
 * does not keep the process alive. Gives the function that ends it.
 */
export function watchLoop(watcher: LoopWatcher): () => void {
  watchers.add(watcher);
  timer ??= startTimer();
  return () => {
    watchers.delete(watcher);
    if (watchers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function startTimer(): NodeJS.Timeout {
  let dueAtMs = performance.now() + everyMs;
  return setInterval(() => {
    const nowMs = performance.now();
    const lateMs = nowMs - dueAtMs;
    if (lateMs > 0) for (const watcher of watchers) watcher(nowMs, lateMs);
    dueAtMs = nowMs + everyMs;
  }, everyMs).unref();
}
