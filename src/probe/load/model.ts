import type { LoadFailureKind, LoadPoolSettings } from '../../drivers/driver.ts';
import type { HdrHistogram } from '../../stats/hdr/hdr-histogram.ts';
import type { ArrivalLaw } from '../../traffic/arrival-law.ts';

/** One stretch of load on one pool. */
export interface StepPlan {
  readonly pool: LoadPoolSettings;
  readonly load: /** Each worker sends its next request when the last one is done. */
    | { readonly kind: 'closed'; readonly workers: number }
    /** Requests come by the law, however long those before them take. `rates`: factors of the rate from a moment on. */
    | {
        readonly kind: 'open';
        readonly arrivals: ArrivalLaw;
        readonly rates?: readonly { readonly fromMs: number; readonly factor: number }[];
        /** How requests find their instance: by lot when left out, and in turn where they come at equal distances. */
        readonly splitBy?: 'random' | 'round-robin';
      };
  /** Left out of all figures. */
  readonly warmupMs: number;
  readonly durationMs: number;
  /** So many instances with a pool of their own each: `pool` is one instance's, `load` that of all. One pool when left out. */
  readonly instances?: number;
  /** A new connection for each request instead of a pool; at most pool.connectionLimit at once. */
  readonly unpooled?: boolean;
  readonly seed: number;
  readonly threads: number;
}

/** The most connections of all instances together. */
export function connectionsOf({ pool, instances = 1 }: Pick<StepPlan, 'pool' | 'instances'>): number {
  return pool.connectionLimit * instances;
}

/** What was seen in the part of a step that counts. */
export interface StepRun {
  readonly measuredMs: number;
  /** The part that counts, in ms since 1970 by the clock of this machine; of several threads or rounds from the first to the last. */
  readonly window?: { readonly fromMs: number; readonly toMs: number };
  /** Requests that were started, or were due and could not be; each ends as completed, failed, unsent or unfinished. */
  readonly requests: number;
  readonly completed: number;
  readonly failed: Readonly<Partial<Record<LoadFailureKind, number>>>;
  /** The servers' or drivers' own codes behind the failures, for the report: `57014`, `ER_LOCK_DEADLOCK`. */
  readonly failureLabels: Readonly<Record<string, number>>;
  /** Due, but not sent because the queue of poolctl itself had grown beyond its bound. */
  readonly unsent: number;
  /** Begun and not done at the end. */
  readonly unfinished: number;
  /** Those of them that still waited for a connection. */
  readonly stillWaiting: number;
  readonly histogramsUs: StepHistograms;
  /** Stretches of batchMs, in order: what was completed in each, and its summed service and wait times in ms. */
  readonly batchMs: number;
  readonly batches: readonly Batch[];
  readonly seconds: readonly SecondOf[];
  readonly client: ClientUse;
  /** More requests were due than could be sent or served: the step ended early or its queue grew to the end. */
  readonly overCapacity: boolean;
  /** Ended before its time: by a signal, a guard. */
  readonly cutShort: boolean;
  /** The server neither answered the watch nor got on with the load for a while. */
  readonly stoodStill?: boolean;
}

/** Times in microseconds. */
export interface StepHistograms {
  /** From the intended start to asking the pool: poolctl's own delay. */
  readonly lag: HdrHistogram;
  /** From asking the pool to having a connection, of requests for which none was opened. */
  readonly wait: HdrHistogram;
  /** The same of requests for which one was opened. */
  readonly connect: HdrHistogram;
  /** From the first statement sent to the last answer read. */
  readonly service: HdrHistogram;
  /** From the intended start to the end, of all requests that were served: what a caller sees. */
  readonly total: HdrHistogram;
}

export interface Batch {
  readonly completed: number;
  /** In an open loop: how many ended in it, whenever they were due. A queue that is served later is no throughput now. */
  readonly ended?: number;
  /** How many of them found no free connection when they asked, where the pool can tell. */
  readonly waited?: number;
  readonly serviceMs: number;
  readonly waitMs: number;
}

export interface SecondOf {
  readonly completed: number;
  readonly failed: number;
  /** Of what was served in it; absent where that is nothing. */
  readonly p50Ms?: number;
  readonly p95Ms?: number;
  readonly p99Ms?: number;
  /** At the end of the second. */
  readonly waiting: number;
  /** The most that waited at once within the second; of several threads, the sum of theirs. */
  readonly longestQueue: number;
  readonly connections: number;
}

/** How busy poolctl itself was. */
export interface ClientUse {
  /** Share of the time in which the event loop had something to do. The busiest thread's. */
  readonly eventLoopUtilization: number;
  /** Processor seconds used per second, user and system, of the whole process. */
  readonly cpuPerSecond: number;
  /** The 99th percentile of the event loop's delay, where it was watched. */
  readonly loopDelayP99Ms?: number;
  readonly gcMs: number;
  readonly threads: number;
}

/** What a running step reports, about four times a second. */
export interface Tick {
  readonly elapsedMs: number;
  readonly completed: number;
  readonly failed: number;
  /** The same by kind, where the thread counts it. */
  readonly failedBy?: Readonly<Partial<Record<LoadFailureKind, number>>>;
  readonly ratePerSecond: number;
  /** Of what was served in the last second; absent where that is nothing. */
  readonly p95Ms?: number;
  readonly p99Ms?: number;
  readonly waiting: number;
  readonly processIds: readonly number[];
}
