import type { PoolModel, PoolPrediction } from './pool-model.ts';
import { predictPool } from './predict.ts';

/** An application's pool whose connections lead to a pooler, which gives each request one of fewer to the server. */
export interface PooledModel extends Omit<PoolModel, 'acquireTimeoutMs'> {
  /** Requests that the pooler runs on the server at once. */
  readonly poolerConnections: number;
}

/** What a request meets in both queues. */
export interface PooledPrediction {
  /** Of both together: the wait is that until the request runs on the server. */
  readonly both: PoolPrediction;
  /** Mean waits in ms; left out where a queue grows without end. */
  readonly meanWaitInPoolMs?: number;
  readonly meanWaitInPoolerMs?: number;
}

/**
 * Both queues are served in the order in which requests come, and no connection to the server idles while one waits. So
 * together they are one queue before as many connections as the smaller of the two has: a larger pool only moves the wait
 * into the pooler. Of those that wait, the pooler holds as many as the pool has connections beyond its own. That share is
 * exact for exponential holds, where the number that waits is geometric, and else by a geometric number of the same mean.
 * Throws VALUE_INVALID for a pool that cannot be.
 */
export function predictBehindPooler({ poolerConnections, ...model }: PooledModel): PooledPrediction {
  const beyond = Math.max(0, model.connections - poolerConnections);
  const { queueLimit } = model;
  const both = predictPool({
    ...model,
    connections: Math.min(model.connections, poolerConnections),
    ...(queueLimit !== undefined && { queueLimit: queueLimit + beyond }),
  });
  const { meanWaitMs, waitProbability, throughputPerSecond } = both;
  if (meanWaitMs === undefined) return { both };
  const waiting = (throughputPerSecond * meanWaitMs) / 1_000;
  const ratio = waiting === 0 ? 0 : waiting / (waitProbability + waiting);
  const inPool = beyond === 0 ? 1 : ratio ** beyond;
  return { both, meanWaitInPoolMs: meanWaitMs * inPool, meanWaitInPoolerMs: meanWaitMs * (1 - inPool) };
}
