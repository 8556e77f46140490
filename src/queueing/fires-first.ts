import { gammaUpper } from '../stats/gamma.ts';
import { effectivePool } from './effective-pool.ts';
import type { PoolModel } from './pool-model.ts';

/** Which limit of a pool a growing queue meets first. */
export interface FiresFirst {
  /** 'either' where both are likely; 'neither' without limits. */
  readonly first: 'queueLimit' | 'acquireTimeout' | 'either' | 'neither';
  /** Mean wait of the request at the last place of the queue; left out without a queue limit. */
  readonly lastPlaceWaitMs?: number;
  /** How likely the request at the last place gives up before it gets a connection; left out unless both limits are set. */
  readonly lastPlaceTimeoutRatio?: number;
  /** The place in the queue whose mean wait is the timeout: waiting / connections x hold; left out without a timeout. */
  readonly placeAtTimeout?: number;
}

/** The share of the last places below which the timeout, and above 1 minus which the queue limit, hardly ever fires first. */
const rare = 0.01;

/**
 * The request that takes place q gets a connection after q come back: after q x mean hold / connections on average, with a
 * gamma distribution of shape q for exponential holds. Rejecting first costs no one a wait; a timeout that fires first
 * means that the places behind it are of no use.
 */
export function firesFirst(model: PoolModel): FiresFirst {
  const { connections, queueLimit, acquireTimeoutMs } = model;
  const unitMs = effectivePool(model).hold.meanMs / connections;
  const lastPlaceWaitMs = queueLimit === undefined ? undefined : queueLimit * unitMs;
  const placeAtTimeout = acquireTimeoutMs === undefined ? undefined : Math.floor(acquireTimeoutMs / unitMs);
  if (queueLimit === undefined || acquireTimeoutMs === undefined) {
    return {
      first: queueLimit !== undefined ? 'queueLimit' : acquireTimeoutMs !== undefined ? 'acquireTimeout' : 'neither',
      ...(lastPlaceWaitMs !== undefined && { lastPlaceWaitMs }),
      ...(placeAtTimeout !== undefined && { placeAtTimeout }),
    };
  }
  const lastPlaceTimeoutRatio = queueLimit === 0 ? 0 : gammaUpper(queueLimit, acquireTimeoutMs / unitMs);
  const first =
    lastPlaceTimeoutRatio <= rare ? 'queueLimit' : lastPlaceTimeoutRatio >= 1 - rare ? 'acquireTimeout' : 'either';
  return {
    first,
    lastPlaceTimeoutRatio,
    ...(lastPlaceWaitMs !== undefined && { lastPlaceWaitMs }),
    ...(placeAtTimeout !== undefined && { placeAtTimeout }),
  };
}

/**
 * The longest queue of which the request at the last place gives up with at most this probability: the largest q with
 * P(gamma(q) > timeout x connections / mean hold) <= share. 0 where even the first place is too late.
 */
export function longestTimelyQueue(connections: number, meanHoldMs: number, timeoutMs: number, share: number): number {
  const departures = (timeoutMs * connections) / meanHoldMs;
  let [low, high] = [0, 1];
  while (gammaUpper(high, departures) <= share) [low, high] = [high, high * 2];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (gammaUpper(middle, departures) <= share) low = middle;
    else high = middle;
  }
  return low;
}
