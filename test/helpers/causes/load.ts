import { AsyncResource } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RandomStream } from '../../../src/traffic/random.ts';

/** Moments of requests by a rate that may change, in ms from the start: Poisson arrivals, thinned. */
export function arrivalTimes(
  random: RandomStream,
  durationMs: number,
  ratePerSecond: (atMs: number) => number,
): number[] {
  const most = Math.max(...Array.from({ length: 1_000 }, (_, slice) => ratePerSecond((slice * durationMs) / 1_000)));
  const times: number[] = [];
  for (let atMs = 0; ; ) {
    atMs += (random.exponential() * 1_000) / most;
    if (atMs >= durationMs) return times;
    if (random.uniform() < ratePerSecond(atMs) / most) times.push(atMs);
  }
}

/** Begins a request at each of the moments, whether or not the ones before have ended: an open loop. */
export async function startAt(
  timesMs: readonly number[],
  durationMs: number,
  request: (index: number, atMs: number) => void,
): Promise<void> {
  const startMs = performance.now();
  for (const [index, atMs] of timesMs.entries()) {
    const leftMs = atMs - (performance.now() - startMs);
    if (leftMs > 1) await sleep(leftMs);
    // Each has a context of its own, as one that comes over a socket has.
    new AsyncResource('REQUEST').runInAsyncScope(request, undefined, index, atMs);
  }
  const leftMs = durationMs - (performance.now() - startMs);
  if (leftMs > 0) await sleep(leftMs);
}
