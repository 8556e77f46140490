import type { HoldLaw } from '../queueing/hold-law.ts';
import type { HistogramBucket } from '../stats/histogram-bucket.ts';
import type { ArrivalLaw } from '../traffic/arrival-law.ts';

/** How requests are spread over the pools: at random, in turn, or to the pool with the fewest busy and waiting requests. */
export type Balancer = 'random' | 'round-robin' | 'least-busy';

/**
 * Which request a pool gives which connection. `queue`: all wait in one queue, and whichever connection is free first
 * takes the first of them. With the others a request is put on a connection when it comes and stays behind what that one
 * has, also when another is idle a moment later: `in-turn` on the next one, busy or not; `fewest-requests` on the one
 * with the fewest; `busy-in-turn` on an idle one, and where none is, on the busy ones in turn.
 */
export type ConnectionLending = 'queue' | 'in-turn' | 'fewest-requests' | 'busy-in-turn';

/** How a pool opens the connections that it lacks. */
export interface ConnectionOpening {
  /** `as-needed`: one for a request that finds none idle. `first-query`: such a request opens all. `start`: all, without a request. */
  readonly when: 'as-needed' | 'first-query' | 'start';
  /** `one`: the next login begins when the one before it is done; of a pool whose requests wait in a queue. */
  readonly atOnce: 'all' | 'one';
}

/** Something that happens during the run, from one moment to another. */
export type Incident =
  /** The database is `factor` times as slow; Infinity freezes it. Work under way slows down too. */
  | { readonly kind: 'slow-database'; readonly fromMs: number; readonly toMs: number; readonly factor: number }
  /** `factor` times as many requests. */
  | { readonly kind: 'more-load'; readonly fromMs: number; readonly toMs: number; readonly factor: number }
  /** `factor` times as many instances share the load, the new ones with empty pools. */
  | { readonly kind: 'more-instances'; readonly fromMs: number; readonly toMs: number; readonly factor: number };

/** A load, the pools that serve it, and what happens during the run. Times in ms; the arrivals are those of all pools together. */
export interface SimulationInput {
  readonly arrivals: ArrivalLaw;
  readonly hold: HoldLaw;
  /** Pools of equal settings among which a balancer spreads the requests; 1 by default. */
  readonly pools?: number;
  readonly balancer?: Balancer;
  /** connectionLimit of each pool. */
  readonly connections: number;
  /** How each pool lends its connections; `queue` by default. */
  readonly lending?: ConnectionLending;
  /** How each pool opens connections; as needed and all at once by default. */
  readonly opening?: ConnectionOpening;
  /** queueLimit of each pool; unlimited when left out, 0 for none. */
  readonly queueLimit?: number;
  /** acquireTimeout of each pool; no limit when left out. */
  readonly acquireTimeoutMs?: number;
  /** Connections that the server allows all pools together; a request that needs one more fails. Unlimited when left out. */
  readonly maxConnections?: number;
  /** Time to open a connection that a pool does not have yet; 0 by default. A request that waits for it takes no place in the queue. */
  readonly connectMs?: number;
  /** All pools start without connections, as after a restart. By default they start full, as far as maxConnections allows. */
  readonly startEmpty?: boolean;
  /** How often a request that was refused or gave up comes again, and after which pause; never by default. */
  readonly retries?: { readonly attempts: number; readonly pauseMs: number };
  readonly incidents?: readonly Incident[];
  /** From a request's first attempt to the end of its hold; only counts who is answered in time. No limit when left out. */
  readonly deadlineMs?: number;
  readonly durationMs: number;
  /** First part of durationMs, left out of all figures but the timeline; 0 by default. */
  readonly warmupMs?: number;
  readonly seed: number;
  /** Slices of the run for charts; 0 by default. */
  readonly timelineSlices?: number;
}

/** One run, after its warm-up. Waits are of the requests that got a connection. */
export interface SimulationRun {
  /** First attempts. */
  readonly requests: number;
  /** Attempts, with retries. */
  readonly attempts: number;
  readonly served: number;
  /** Attempts that found the queue full. */
  readonly rejected: number;
  readonly timedOut: number;
  /** Attempts that the server refused because maxConnections was reached. */
  readonly refusedByServer: number;
  /** Requests that failed with no attempt left. */
  readonly lost: number;
  /** Requests that wait at the end of the run. */
  readonly waiting: number;
  /** Attempts that had to wait, however that ended. */
  readonly queued: number;
  /** Attempts that got a connection after a wait. */
  readonly waited: number;
  /** Requests whose hold ended within the deadline of the input; all that were served without one. */
  readonly answeredInTime: number;
  readonly meanWaitMs: number;
  readonly p50WaitMs: number;
  readonly p95WaitMs: number;
  readonly p99WaitMs: number;
  readonly maxWaitMs: number;
  /** Until the release, however slow the database was. */
  readonly meanHoldMs: number;
  /** Time averages over all pools together: busy connections and waiting requests. */
  readonly meanBusy: number;
  readonly meanQueue: number;
  readonly longestQueue: number;
  /** Every wait, counted. */
  readonly waits: WaitCounts;
  readonly throughputPerSecond: number;
  readonly timeline: readonly TimelineSlice[];
}

/** A slice of the run for charts, over all pools together. Times in ms; `fromMs` is from the start of the run. */
export interface TimelineSlice {
  readonly fromMs: number;
  readonly longestQueue: number;
  readonly meanWaitMs: number;
  readonly maxWaitMs: number;
  readonly served: number;
  /** Rejected, timed out and refused by the server together. */
  readonly failed: number;
}

/** Waits in buckets at most 0.4 % wide, from the shortest; waits of 0 are counted apart. */
export interface WaitCounts {
  readonly zeros: number;
  readonly buckets: readonly HistogramBucket[];
}

/**
 * A figure over independent runs with its 95 % interval, which lies in what the figure can be: no time is below 0. Where
 * the runs cannot tell how high it may be, `high` is Infinity (1 for a share).
 */
export interface MeanEstimate {
  readonly mean: number;
  /** Half the width by Student's t; of a quantile, the wider side of its interval. Infinity where that has an open end. */
  readonly halfWidth: number;
  readonly standardError: number;
  readonly low: number;
  readonly high: number;
}
