import { setTimeout as sleep } from 'node:timers/promises';

/** Until the moment or the signal, whichever comes first. */
export async function sleepUntil(momentMs: number, now: () => number, signal: AbortSignal): Promise<void> {
  const leftMs = momentMs - now();
  if (leftMs > 0) await sleep(leftMs, undefined, { signal }).catch(() => {});
}
