import type { ArrivalBursts } from './burst.ts';
import type { HoldLaw } from './hold-law.ts';

/** One pool under a load, as the model and the simulator see it. */
export interface PoolModel {
  readonly connections: number;
  /** Requests a second that come to this pool, on average over quiet times and bursts. */
  readonly arrivalRatePerSecond: number;
  readonly hold: HoldLaw;
  /** Two-phase bursts; none by default. Exact for exponential holds, over quiet times and bursts together. */
  readonly bursts?: ArrivalBursts;
  /**
   * Requests that come at one moment, 1 by default: batches, or requests that each take several connections at once. Every
   * figure counts each of them by itself; one that takes several waits as long as the last of them.
   */
  readonly batchSize?: number;
  /**
   * Variance over mean of the busy connections if there were no limit, 1 by default: for arrivals that are neither of the
   * above. Less than 1 for paced arrivals. Beside bursts or batches, what they would have to be multiplied by.
   */
  readonly peakedness?: number;
  /** Requests that may wait; unlimited when left out, 0 for none. */
  readonly queueLimit?: number;
  /** How long a request waits before it gives up, in ms; no limit when left out. */
  readonly acquireTimeoutMs?: number;
}

/** What a pool of this size does with its load. Shares are 0 to 1; waits are of the requests that get a connection. */
export interface PoolPrediction {
  /** Offered load over connections; 1 and more is overload. */
  readonly offeredUtilization: number;
  /** Share of the connections that are busy, at most 1. */
  readonly utilization: number;
  /** Share of the requests that find every connection busy. */
  readonly waitProbability: number;
  readonly rejectedRatio: number;
  readonly timedOutRatio: number;
  /** Requests a second that get a connection. */
  readonly throughputPerSecond: number;
  /** False when the queue grows without end: then the waits are left out. */
  readonly isStable: boolean;
  readonly meanWaitMs?: number;
  readonly p95WaitMs?: number;
  readonly p99WaitMs?: number;
  readonly p999WaitMs?: number;
}
