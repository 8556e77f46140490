import type { LoadFailure, LoadPool } from '../../drivers/driver.ts';
import type { Draw } from '../workload/draw.ts';
import type { Clock } from './clock.ts';
import type { LoadPools } from './instances.ts';
import type { LiveView, SecondSeries } from './live-view.ts';
import type { StepPlan } from './model.ts';
import type { PumpMaker } from './pump.ts';
import type { Recorder, Window } from './recorder.ts';
import type { Shard } from './shard.ts';
import type { ShardTick } from './shard-run.ts';
import type { Traffic } from './traffic.ts';

/** One thread's part of a step. */
export interface LoadRun {
  /** All pools, seen as one. */
  readonly pool: LoadPools;
  /** The pool of each instance; at least one. */
  readonly pools: readonly LoadPool[];
  readonly draw: Draw;
  readonly classify: (error: Error) => LoadFailure;
  readonly plan: StepPlan;
  readonly shard: Shard;
  readonly clock: Clock;
  /** When the warm-up begins; at once where it is left out. */
  readonly startMs?: number | undefined;
  /** Keeps whole seconds of the window beside the whole. */
  readonly hasSlices?: boolean;
  readonly makePump: PumpMaker;
  readonly signal: AbortSignal;
  /** How long what is under way at the end is waited for. */
  readonly drainMs?: number;
  readonly statementTimeoutMs: number;
  readonly onTick?: (tick: ShardTick) => void;
  /** Something still runs after the drain, and may be ended from outside. It has been counted before. */
  readonly onStuck?: () => Promise<void>;
}

/** Makes the requests of a load. */
export interface Loop {
  start(): void;
  /** Sends nothing more, except what was due before the moment. */
  stop(untilMs: number): void;
}

/** What watches a load, and what it watches. */
export interface LoadParts {
  readonly startMs: number;
  readonly window: Window;
  readonly recorder: Recorder;
  readonly live: LiveView;
  readonly seconds: SecondSeries;
  readonly traffic: Traffic;
}
