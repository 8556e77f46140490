import type { EngineId } from '../base/engine.ts';
import type { PoolLimits } from '../base/pool-notation.ts';
import type { LoadFailureKind } from '../drivers/driver.ts';
import type { LiveBudget } from '../inspect/live-budget.ts';
import type { UslFit } from '../scalability/usl.ts';
import type { Estimate } from '../stats/estimate.ts';
import type { HistogramBucket } from '../stats/histogram-bucket.ts';

/** What was asked: see ProbeTask. */
export type ProbeMode = 'ramp' | 'load' | 'verify' | 'compare' | 'compare-unpooled' | 'stall';

/** What `poolctl probe` answers: the `result` of its document, see schema-name.ts. */
export interface ProbeResult {
  /** Eight hex digits, by chance: the same run twice is no evidence. Documents of before do not tell. */
  readonly run?: string;
  readonly mode: ProbeMode;
  /** `interrupted` by a signal, `stopped` by the guard or by the server: the result has what was measured until then. */
  readonly finished: 'complete' | 'interrupted' | 'stopped';
  readonly stoppedBy?: { readonly guard: string; readonly message: string };
  /** The server stood still under load for a while, and went on. */
  readonly stoodStill?: { readonly times: number; readonly longestMs: number };
  readonly target: {
    readonly engine: EngineId;
    readonly version: string;
    readonly address: string;
    readonly user: string;
    readonly database?: string;
    readonly encrypted: boolean;
  };
  readonly workload: {
    readonly name: string;
    readonly description: string;
    readonly readOnly: boolean;
    readonly transportOnly: boolean;
  };
  /** What the load went through, where that was a pooler; `target` is then the server behind it. */
  readonly pooler?: PoolerFigures;
  readonly budget: LiveBudget & { readonly share: number; readonly allowed: number };
  /** What the guards could see; documents of before do not tell. */
  readonly guards?: readonly GuardStatus[];
  /** What a probe that was killed had left on the server, by kind and name, when this one began. */
  readonly leftBefore?: readonly string[];
  readonly load: {
    /** Requests a second that one instance sends. */
    readonly tps?: number;
    /**
     * Where there is more than one: the instances that the advice of a ramp is for, whose load was one instance's; or those
     * that a load or a verification was run with, all together.
     */
    readonly instances?: number;
    /** `poisson`, `paced`, `bursts 3x:200ms/1400ms`. */
    readonly arrivals: string;
    readonly seed: number;
    readonly threads: number;
    /** How long the probe was asked to measure, in all; documents of before do not tell. */
    readonly durationMs?: number;
  };
  readonly transport?: Transport;
  readonly ramp?: Ramp;
  readonly recommendation?: Advice;
  /** Why there is none, where a ramp could not say, and what to give next time. */
  readonly noRecommendation?: { readonly reason: string; readonly next: string };
  /** Open-loop runs: the proof of the recommendation; the runs of --verify, --compare, --stall and of a plain load. */
  readonly runs: readonly ProbeRun[];
  readonly verification?: Verification;
  /** Of a load of several instances: by the model, what it costs them that each has a pool of its own. */
  readonly split?: SplitFigures;
  /** By concurrency: the same work through a pool and with a new connection each time. */
  readonly unpooled?: readonly {
    readonly concurrency: number;
    readonly pooled: LoopFigures;
    readonly unpooled: LoopFigures;
  }[];
  /** The second settings of --compare less the first; figures that are 0 in both are left out. */
  readonly comparison?: readonly Difference[];
  readonly stall?: StallFigures;
  /** What several processes did of one plan, where their results were put together. */
  readonly shards?: MergedShards;
  readonly cleanUp: CleanUp;
  /** How long the whole probe took, set-up and clean-up included. */
  readonly seconds: number;
  /** ISO 8601, UTC; node: versions, for the comparison of two runs. */
  readonly metadata: {
    readonly startedAt: string;
    readonly node: string;
    readonly drivers: string;
    readonly cores: number;
  };
}

/** What stands between the load and the server, and what it lets through. */
export interface PoolerFigures {
  /** `PgBouncer 1.18.0`, or `the pooler` where it does not say what it is. */
  readonly name: string;
  readonly address: string;
  /** As its console says it. */
  readonly mode?: 'session' | 'transaction' | 'statement';
  /** Why its console could not be asked; left out where it was. */
  readonly unseen?: string;
  /** As the console says them; a limit that is off is left out. */
  readonly settings?: {
    readonly maxClients: number;
    /** Of this user and database. */
    readonly poolSize: number;
    readonly reservePoolSize?: number;
    readonly maxDatabaseConnections?: number;
    readonly queryWaitTimeoutMs?: number;
  };
  /** What it let through before the load, tried out. */
  readonly reach?: PoolerReach;
  /** The limit that was met first, or that there was none to be seen. */
  readonly met?: {
    readonly limit: 'pooler-clients' | 'pooler-connections' | 'server' | 'pool' | 'none' | 'unclear';
    /** Sentences with the figures that say so. */
    readonly evidence: readonly string[];
  };
  /** By the model of both queues, at the rate that was asked for: where requests wait with pools of these sizes. */
  readonly queues?: readonly {
    readonly connectionLimit: number;
    /** Mean waits; left out where the queue grows without end. */
    readonly waitInPoolMs?: number;
    readonly waitInPoolerMs?: number;
  }[];
}

export interface PoolerReach {
  /** Connections that were tried to be opened at once, and those that were. */
  readonly asked: number;
  readonly letIn: number;
  /** How many of these had a statement at work on the server at the same time. */
  readonly atOnce: number;
  /** What the first that was not let in met. */
  readonly refusal?: { readonly kind: LoadFailureKind; readonly label: string; readonly message: string };
}

/** What a guard of the probe could see. */
export interface GuardStatus {
  readonly guard: string;
  readonly status: 'watching' | 'blind' | 'not asked';
  readonly limit?: string;
  /** Why it is blind, or what it watches. */
  readonly why?: string;
  /** What to grant or to do, so that it sees. */
  readonly remedy?: string;
}

/** What the way to the server costs, before any pool. */
export interface Transport {
  readonly roundTripMs: { readonly least: number; readonly p50: number; readonly p95: number };
  /** The parts are medians. */
  readonly connectMs: {
    /** How many were opened, one after the other. */
    readonly count: number;
    readonly tcp: number;
    readonly tls?: number;
    readonly login: number;
    readonly setup: number;
    readonly p50: number;
    readonly p95: number;
  };
}

/** Closed-loop steps over pool sizes, as many rounds each. */
export interface Ramp {
  readonly workers: number;
  readonly rounds: number;
  /** By size, smallest first. */
  readonly levels: readonly RampLevel[];
  readonly knee: KneeFound;
  /** The scalability law through the levels, where it describes them. */
  readonly usl?: Pick<UslFit, 'singleThroughputPerSecond' | 'contention' | 'coherency' | 'peak' | 'uncertainty'>;
}

/** One size of a ramp, over its rounds. */
export interface RampLevel extends LoopFigures {
  readonly connectionLimit: number;
  readonly rounds: number;
  /** What was at its limit in this step. */
  readonly boundBy: 'server' | 'client' | 'host' | 'pool' | 'pooler';
  readonly steady: boolean;
  /** A size that served nothing is no level. */
  readonly serviceP50Ms: number;
  readonly serviceP95Ms: number;
  readonly totalP95Ms: number;
}

/** What a closed loop of one size or concurrency did. */
export interface LoopFigures {
  readonly throughputPerSecond: Estimate;
  /** Times of what was served; absent where that is nothing. */
  readonly serviceP50Ms?: number;
  readonly serviceP95Ms?: number;
  readonly totalP95Ms?: number;
  readonly completed: number;
  readonly failed: number;
  readonly client: ClientFigures;
}

/** How busy poolctl itself was; shares of the time, and cores. */
export interface ClientFigures {
  readonly eventLoopUtilization: number;
  readonly cpuPerSecond: number;
  readonly lagP99Ms: number;
}

export interface KneeFound {
  /** The smallest size that reaches the best throughput, within the noise; undefined where there is none. */
  readonly connectionLimit?: number;
  readonly throughputPerSecond?: number;
  /** `none`: throughput grew to the last size. */
  readonly limitedBy: 'server' | 'client' | 'host' | 'network' | 'locks' | 'slots' | 'pooler' | 'none';
  /** A sentence with the figures that say so. */
  readonly reason: string;
  /** A sentence on what more connections would do, where that is known. */
  readonly beyond?: string;
  /** Size with the most throughput per service time (Kleinrock's power). */
  readonly power?: number;
}

/** What to configure in each instance, and why. */
export interface Advice {
  readonly connectionLimit: number;
  readonly queueLimit: number;
  readonly acquireTimeoutMs: number;
  readonly connectTimeoutMs: number;
  /** How many instances share the server, each with these settings; left out for one. */
  readonly instances?: number;
  readonly basis: 'demand' | 'knee' | 'settings';
  /** What the load needs at least, by the model with the measured hold times; where a rate is known. */
  readonly needed?: number;
  /** More connections than that in one instance bring nothing. */
  readonly most?: number;
  /** Sentences with the figures. */
  readonly reasons: readonly string[];
}

/** One open-loop (or closed-loop) run on one pool, with all that was measured. */
export interface ProbeRun {
  readonly label: string;
  /** One instance's; where they are not equal, that of the largest. */
  readonly pool: PoolLimits;
  /** So many instances had a pool of their own each; one when left out. All that follows is of all together. */
  readonly instances?: number;
  /** Of all instances, where their pools are not equal. */
  readonly connectionsInAll?: number;
  readonly loop: 'open' | 'closed';
  readonly wantedPerSecond?: number;
  readonly throughputPerSecond: Estimate;
  /** How long it was measured, over all rounds; documents of before do not tell. */
  readonly measuredMs?: number;
  /** From when to when, over all rounds; ISO 8601, of shards by the server's clock. Documents of before do not tell. */
  readonly window?: { readonly from: string; readonly to: string };
  readonly requests: number;
  readonly completed: number;
  readonly failed: Readonly<Partial<Record<LoadFailureKind, number>>>;
  readonly failureLabels: Readonly<Record<string, number>>;
  /** Due, but not sent. */
  readonly unsent: number;
  /** Sent, and not done at the end. */
  readonly unfinished: number;
  /** Those of them that still waited for a connection; documents of before do not tell. */
  readonly stillWaiting?: number;
  readonly waitMs: Percentiles;
  /** Of what was served, as all times and shares here; absent where that is nothing. */
  readonly waitProbability?: Estimate;
  readonly meanWaitMs?: Estimate;
  readonly p99WaitMs?: Estimate;
  readonly serviceMs: Percentiles;
  readonly meanServiceMs?: Estimate;
  readonly totalMs: Percentiles;
  readonly lagMs: Percentiles;
  readonly connectMs?: Percentiles;
  /** False where poolctl's own delay is so large that no percentile is the server's. */
  readonly trustworthy: boolean;
  readonly steady: boolean;
  readonly overCapacity: boolean;
  readonly client: ClientFigures;
  readonly series: readonly {
    readonly completed: number;
    readonly failed: number;
    /** Absent where nothing was served. */
    readonly p50Ms?: number;
    readonly p95Ms?: number;
    readonly p99Ms?: number;
    /** At the end of the second. */
    readonly waiting: number;
    /** The most that waited at once within the second; documents of before have none. */
    readonly longestQueue?: number;
    readonly connections: number;
  }[];
  /** Compressed HdrHistograms (V2, base64) of times in microseconds: runs can be merged exactly. */
  readonly histogramsUs: {
    readonly lag: string;
    readonly wait: string;
    readonly connect: string;
    readonly service: string;
    readonly total: string;
  };
  /** The service times once more, for `size --from`. */
  readonly serviceBuckets: readonly HistogramBucket[];
}

/** Times in ms, except `count`; where that is 0, there are no times. */
export interface Percentiles {
  readonly count: number;
  readonly mean?: number;
  readonly p50?: number;
  readonly p90?: number;
  readonly p95?: number;
  readonly p99?: number;
  readonly p999?: number;
  readonly max?: number;
}

/** Whether a prediction came true. */
export interface Verification {
  readonly checks: readonly {
    readonly name: string;
    readonly predicted: number;
    readonly measured: Estimate;
    readonly unit: 'ms' | 'ratio' | 'perSecond' | 'connections';
    readonly agrees: boolean;
  }[];
  readonly agrees: boolean;
}

/** What the model says with the measured hold times. */
export interface SplitFigures {
  /** How requests found their instance. */
  readonly splitBy: 'random' | 'round-robin';
  /** The pools of the instances, as they were. */
  readonly instances: SplitWait;
  /** One pool with the connections and the queues of all. */
  readonly onePool: SplitWait;
}

/** Shares are 0 to 1; times are left out where the queue grows without end. */
export interface SplitWait {
  readonly waitProbability: number;
  readonly meanWaitMs?: number;
  readonly p99WaitMs?: number;
  readonly lostRatio: number;
}

export interface Difference {
  /** `lost`, `still waiting`, `throughput`, `had to wait`, `mean wait`, `p99 wait`; before also `failed`. */
  readonly name: string;
  readonly unit: 'ms' | 'ratio' | 'perSecond';
  readonly first: number;
  readonly second: number;
  /**
   * Second less first with a 95 % interval: by pairs of rounds, or of one run each by the intervals that those have. Of times
   * it is what the ratio leaves of `first`.
   */
  readonly difference: Estimate;
  /** Of times: second over first with a 95 % interval, both longer by 0.1 ms. They spread by factors. */
  readonly ratio?: Estimate;
  /** Pairs of rounds that it is by. */
  readonly rounds?: number;
  /** The interval does not contain 0. */
  readonly isReal: boolean;
}

/** What the settings did while the database was frozen. */
export interface StallFigures {
  readonly fromMs: number;
  readonly toMs: number;
  readonly requestsDuring: number;
  readonly servedLate: number;
  readonly failedDuring: Readonly<Partial<Record<LoadFailureKind, number>>>;
  readonly longestQueue: number;
  readonly longestWaitMs: number;
  /** From the thaw until requests were as quick as before; absent where they were not at the end. */
  readonly recoveredAfterMs?: number;
}

/** What each shard of a plan did. Shards count from 0. */
export interface MergedShards {
  /** Its id, and the SHA-256 of all of it. */
  readonly plan: string;
  readonly hash: string;
  /** How many shards the plan has. */
  readonly of: number;
  /** Those that left no result: their load is in no figure, though the server may have borne it. */
  readonly missing: readonly number[];
  /** To what all of them have in common the load was cut, where one ended before its time. */
  readonly cutToMs?: number;
  /** Steps without figures, because not all shards that were to run them did so to their end. */
  readonly leftOut: readonly { readonly label: string; readonly reason: string }[];
  /** The step that the figures of `each` are of. */
  readonly step?: string;
  readonly each: readonly ShardFigures[];
  /** Figures of the others, where some sent their requests so late that their times are partly poolctl's own. */
  readonly withoutLate?: {
    readonly late: readonly number[];
    readonly throughputPerSecond: Estimate;
    readonly waitMs: Percentiles;
    readonly totalMs: Percentiles;
  };
}

export interface ShardFigures {
  readonly shard: number;
  readonly run: string;
  readonly host: string;
  readonly finished: ProbeResult['finished'];
  /** The server's clock less its own, right within half of the round trip; ms. */
  readonly clock?: { readonly offsetMs: number; readonly rttMs: number };
  /** Its connections, and the pools that they were in. */
  readonly connections: number;
  readonly pools: number;
  readonly throughputPerSecond: number;
  /** The longest time after the moment of a step at which its pool was open; 0 where it was always in time. */
  readonly openedLateMs: number;
  readonly client: ClientFigures;
  /** Where it was not the server's or the pool's: what kept this shard from doing more. */
  readonly limitedBy?: 'client' | 'host';
  readonly trustworthy: boolean;
}

/** What is left of the probe on the server, as far as the control connection could see. */
export interface CleanUp {
  readonly verified: boolean;
  readonly sessionsOpened: number;
  readonly sessionsLeft: number;
  readonly cancelled: number;
  readonly objectsLeft: readonly string[];
}
