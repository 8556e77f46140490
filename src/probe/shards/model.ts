import type { EngineId } from '../../base/engine.ts';
import type { PoolLimits } from '../../base/pool-notation.ts';
import type { HoldLaw } from '../../queueing/hold-law.ts';
import type { ArrivalLaw } from '../../traffic/arrival-law.ts';
import type { StepPlan } from '../load/model.ts';
import type { ShardRun } from '../load/shard-run.ts';
import type { CleanUp, GuardStatus, ProbeResult, Transport } from '../result.ts';
import type { WatchLimits } from '../run/watch.ts';
import type { ProbeWorkload } from '../workload/model.ts';
import type { MeetingTimes, ServerClock } from './meeting.ts';

export type { ServerClock } from './meeting.ts';
export type { ShardPart } from './part.ts';

/**
 * A probe by several processes, fixed before the first of them starts: what `--save-plan` writes. Each shard follows it
 * by itself. Nothing secret is in it; each shard is given the DSN. Times in ms.
 */
export interface ShardPlan {
  /** Eight hex digits. Names the sessions, locks and objects of the plan on the server. */
  readonly id: string;
  /** SHA-256 of all the rest, in hex: what shards and `report` hold against each other. */
  readonly hash: string;
  /** How many processes share the load, 2 or more. */
  readonly shards: number;
  /** ISO 8601, UTC, by the clock of the machine that planned. */
  readonly madeAt: string;
  /** The server that was looked at; every shard must meet the same one, as the same user. */
  readonly server: ProbeResult['target'] & { readonly engine: EngineId };
  readonly question: ShardQuestion;
  readonly load: ProbeResult['load'];
  /** Whole, with its data. Its objects, if any, are named by `id`. */
  readonly workload: ProbeWorkload;
  /** In order; they do not overlap. */
  readonly steps: readonly PlannedStep[];
  readonly guard: {
    /** Of all shards together: `allowed` is what the load may open in all. */
    readonly budget: ProbeResult['budget'];
    readonly freeFloor: number;
    readonly limits: Omit<WatchLimits, 'freeFloor' | 'run' | 'mostMs' | 'shards'>;
    /** The most connections that each shard opens at once, beside its control connection. */
    readonly connectionsByShard: readonly number[];
    /** Somebody agreed to the load when it was planned (--yes, or asked on a terminal): who runs a job cannot be asked. */
    readonly isAgreedTo: boolean;
  };
  readonly meeting: MeetingTimes;
}

/** What the merged result answers. */
export type ShardQuestion =
  /** Steps are sizes and rounds of a closed loop, sizes of all shards together: the knee, and a recommendation. */
  | {
      readonly kind: 'ramp';
      readonly rounds: number;
      readonly workers: number;
      readonly tps?: number;
      /** How requests will come at that rate, where that is in bursts: the advice is for them. */
      readonly burst?: Extract<ArrivalLaw, { kind: 'bursty' }>;
    }
  /** One step, on `pool`: of all shards together, or of one of `instances`. */
  | { readonly kind: 'load'; readonly pool: PoolLimits }
  /** The same, and held against what the model says. */
  | { readonly kind: 'verify'; readonly pool: PoolLimits; readonly source: string; readonly law?: HoldLaw };

export interface PlannedStep {
  readonly label: string;
  /** After the common start. The warm-up begins then, on pools that are open. */
  readonly startMs: number;
  /**
   * Of all shards together: its rate, its workers, its connections are dealt among the shards as among threads (see
   * `planFor`, `scheduleOf`); `threads` are those of one shard, and `seed` is one for all. With `instances`, the pool is
   * that of one instance.
   */
  readonly plan: StepPlan;
}

/** What a shard writes: the `result` of poolctl.probe-shard/1. */
export interface ShardResult {
  /** Eight hex digits, by chance: the same run twice is no evidence. */
  readonly run: string;
  /** Without the statements and values of the workload, which may be private. */
  readonly plan: Omit<ShardPlan, 'workload'> & { readonly workload: ProbeResult['workload'] };
  readonly shard: number;
  readonly host: string;
  /** The server shares its processors with this shard. */
  readonly isServerHere: boolean;
  readonly processId: number;
  /** `running` in the file that a shard writes when it begins: one that is still so was killed. */
  readonly finished: 'running' | ProbeResult['finished'];
  readonly stoppedBy?: NonNullable<ProbeResult['stoppedBy']>;
  readonly clock?: ServerClock;
  /** The common start by the server's clock, ISO 8601 with ms. */
  readonly startedAt?: string;
  readonly transport?: Transport;
  readonly guards?: readonly GuardStatus[];
  readonly leftBefore?: readonly string[];
  readonly stoodStill?: NonNullable<ProbeResult['stoodStill']>;
  /** Those that were begun, as the plan numbers them. */
  readonly steps: readonly ShardStepRun[];
  readonly cleanUp?: CleanUp;
  readonly seconds: number;
  readonly metadata: ProbeResult['metadata'];
}

export interface ShardStepRun {
  /** Its place in `plan.steps`. */
  readonly step: number;
  /** How long after its moment the pool was open; 0 where it was in time. */
  readonly lateMs: number;
  /** With `slices`. */
  readonly run: ShardRun;
  /** Its sessions in a statement, and those of them that waited for a lock, summed over all looks. */
  readonly own?: { readonly active: number; readonly lockWaiting: number };
  /** The server stood still in it for a while: it measured a pause. */
  readonly stoodStill?: boolean;
}
