import { logPoisson } from '../stats/gamma.ts';
import { holdDistribution } from './distribution.ts';
import { longestTimelyQueue } from './fires-first.ts';
import type { PoolModel } from './pool-model.ts';
import { type WaitDistribution, waitDistribution } from './wait.ts';

/** How long a caller waits for an answer. Times in ms. */
export interface Deadline {
  /** From the start of a request to its answer. */
  readonly deadlineMs: number;
  /** How often the request may ask for a connection; 1 by default. */
  readonly attempts?: number;
  /** Work outside the connection, and the network; 0 by default. */
  readonly otherWorkMs?: number;
}

/** queueLimit and acquireTimeout that agree with a deadline and with each other. */
export interface DeadlineLimits {
  /** What is left for waiting per attempt once the slowest 1 % of the holds are allowed for; left out when nothing is. */
  readonly acquireTimeoutMs?: number;
  /** The longest queue whose last place gets a connection in time 99 % of the time; left out without a timeout. */
  readonly queueLimit?: number;
  /** The p99.9 wait of the pool without limits: a shorter timeout fires in normal operation. Left out in overload. */
  readonly leastTimeoutMs?: number;
  /** The queue that 99.9 % of the requests do not find longer, without limits: a shorter one refuses good traffic. Left out in overload. */
  readonly leastQueueLimit?: number;
  /**
   * 'consistent'; 'no-time': the holds alone take the deadline; 'overload': no limit helps; 'timeout-too-short' and
   * 'queue-too-short': at this size normal operation needs more than the deadline leaves. More connections, shorter holds or
   * a longer deadline help.
   */
  readonly verdict: 'consistent' | 'no-time' | 'overload' | 'timeout-too-short' | 'queue-too-short';
}

/**
 * The acquireTimeout and queueLimit with which 99 % of the requests that get a connection answer within the deadline, and
 * whether normal operation gets by with them. Times in ms. Throws VALUE_INVALID for a hold law without mean or variance.
 */
export function limitsForDeadline(
  model: Omit<PoolModel, 'queueLimit' | 'acquireTimeoutMs'>,
  deadline: Deadline,
): DeadlineLimits {
  const { connections, arrivalRatePerSecond, hold } = model;
  const { deadlineMs, attempts = 1, otherWorkMs = 0 } = deadline;
  const { meanMs, quantile } = holdDistribution(hold);
  const acquireTimeoutMs = (deadlineMs - otherWorkMs - quantile(0.99)) / attempts;
  const queueLimit = acquireTimeoutMs > 0 ? longestTimelyQueue(connections, meanMs, acquireTimeoutMs, 0.01) : 0;
  const wait = waitDistribution(model);
  const leastTimeoutMs = wait?.quantile(0.999) ?? Infinity;
  const leastQueueLimit = wait ? queueQuantile(wait, arrivalRatePerSecond / 1_000, 0.999) : Infinity;
  return {
    ...(acquireTimeoutMs > 0 && { acquireTimeoutMs, queueLimit }),
    ...(wait && { leastTimeoutMs, leastQueueLimit }),
    verdict: verdict(),
  };

  function verdict(): DeadlineLimits['verdict'] {
    if (!(acquireTimeoutMs > 0)) return 'no-time';
    if (!wait) return 'overload';
    if (acquireTimeoutMs < leastTimeoutMs) return 'timeout-too-short';
    return queueLimit < leastQueueLimit ? 'queue-too-short' : 'consistent';
  }
}

/** The smallest q such that at most a share 1 - p of the requests finds q or more waiting. */
export function queueQuantile(wait: WaitDistribution, arrivalsPerMs: number, p: number): number {
  const isRare = (places: number) => queueTail(wait, arrivalsPerMs, places) <= 1 - p;
  let [low, high] = [0, 1];
  if (wait.waitProbability <= 1 - p) return 0;
  while (!isRare(high)) [low, high] = [high, high * 2];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isRare(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * The share of the requests that finds at least `places` >= 1 waiting: that waits longer than `places` arrivals take, by the
 * distributional form of Little's law (J. Keilson and L. D. Servi, Operations Research Letters 7 (1988)). The integral over
 * the gamma distribution of that time is by the trapezoidal rule on its logarithm. Bursts and batches know it themselves.
 */
export function queueTail(wait: WaitDistribution, arrivalsPerMs: number, places: number): number {
  if (wait.queueTail) return wait.queueTail(places);
  const spread = 9 / Math.sqrt(places);
  const from = Math.log(places) - spread - 16 / places;
  // A step of 0.3 standard deviations: the rule is exact to 9 digits.
  const points = Math.ceil((2 * spread + 16 / places) / Math.min(0.4, 0.3 / Math.sqrt(places)));
  const width = (2 * spread + 16 / places) / points;
  let [sum, weights] = [0, 0];
  for (let i = 0; i <= points; i += 1) {
    const arrivals = Math.exp(from + i * width);
    const weight = Math.exp(logPoisson(places, arrivals));
    sum += weight * wait.tail(arrivals / arrivalsPerMs);
    weights += weight;
  }
  return sum / weights;
}
