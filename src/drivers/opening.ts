import type { PooledConnection } from './connection.ts';
import type { ConnectTimes } from './driver.ts';
import { OpeningPace } from './opening-pace.ts';

/**
 * Takes `count` connections out of a pool before it gives the first one back, so that the pool has to open so many.
 * @throws the first error, as it comes
 */
export async function openAllOf(
  count: number,
  take: () => Promise<PooledConnection>,
  signal: AbortSignal,
  pace: OpeningPace = new OpeningPace(),
): Promise<ConnectTimes[]> {
  const taken: Promise<PooledConnection | undefined>[] = [];
  const failing = new AbortController();
  const stop = AbortSignal.any([signal, failing.signal]);
  let failure: unknown;
  const fail = (error: unknown) => {
    if (!failing.signal.aborted) failure = error;
    failing.abort();
    return undefined;
  };
  for (let number = 0; number < count && !stop.aborted; number++) {
    await pace.turn(stop);
    if (!stop.aborted) taken.push(take().catch(fail));
  }
  const all = Promise.all(taken);
  await Promise.race([all, aborted(stop)]);
  // Connections that are still being opened go back when they are there.
  for (const one of taken) one.then((connection) => connection?.release());
  if (failing.signal.aborted) throw failure;
  if (signal.aborted) throw new Error('interrupted');
  return (await all).flatMap((connection) => (connection ? [connection.line.times] : []));
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
