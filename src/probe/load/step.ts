import type { ConnectTimes, LoadDriver, LoadTarget } from '../../drivers/driver.ts';
import type { ProbeWorkload } from '../workload/model.ts';
import type { StepPlan, StepRun, Tick } from './model.ts';
import type { PumpKind } from './pump.ts';
import type { ShardRun } from './shard-run.ts';

/** One process's part of a step that several share. */
export interface StepPart {
  /** From 0 on. */
  readonly index: number;
  readonly of: number;
  /** When its warm-up begins, on the step's `now`: the same moment in all of them. The pool is opened before. */
  readonly startMs: number;
}

export interface LoadStep {
  readonly to: LoadTarget;
  readonly driver: LoadDriver;
  readonly workload: ProbeWorkload;
  readonly plan: StepPlan;
  /** `plan` is that of all processes together; slices are kept. */
  readonly part?: StepPart;
  /** Ends the step early, with what there is. */
  readonly signal: AbortSignal;
  /** In ms; where there are threads, each has its own. */
  readonly now?: () => number;
  /** How an open loop waits for the next arrival; by default as choosePump says. */
  readonly pump?: PumpKind;
  readonly onTick?: (tick: Tick) => void;
  /** The load's sessions as the server counts them, whenever they may have become others; none at the end. */
  readonly onSessions?: (processIds: readonly number[]) => void;
  /** Statements still run after the drain: the caller cancels them through the control connection. */
  readonly onStuck?: () => Promise<void>;
  /** How long what is under way at the end is waited for: 1 s beyond the longest time seen, at most the statement timeout. */
  readonly drainMs?: number;
}

export interface StepOutcome {
  readonly run: StepRun;
  readonly connects: readonly ConnectTimes[];
  /** The same as plain data, with the slices. */
  readonly shard: ShardRun;
  /** How long after the moment of `part` the pool was open. */
  readonly lateMs: number;
}

/** How long after its moment a pool is open that is open now. */
export function lateBy(part: StepPart | undefined, nowMs: number): number {
  return part ? Math.max(0, nowMs - part.startMs) : 0;
}
