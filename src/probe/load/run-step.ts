import type { ConnectTimes, LoadDriver, LoadTarget } from '../../drivers/driver.ts';
import { meanRatePerSecond } from '../../traffic/arrivals.ts';
import type { Workload } from '../workload/model.ts';
import { realClock } from './clock.ts';
import { mergeShards, mergeTicks } from './merge.ts';
import type { StepPlan, StepRun, Tick } from './model.ts';
import { openStep } from './open-step.ts';
import { choosePump, type PumpKind, pumpMaker } from './pump.ts';
import { threadsOf, wholeStep } from './shard.ts';

export interface Step {
  readonly to: LoadTarget;
  readonly driver: LoadDriver;
  readonly workload: Workload;
  readonly plan: StepPlan;
  /** Ends the step early, with what there is. */
  readonly signal: AbortSignal;
  /** In ms; where there are threads, each has its own. */
  readonly now?: () => number;
  /** How an open loop waits for the next arrival; by default whatever this machine is fit for. */
  readonly pump?: PumpKind;
  readonly onTick?: (tick: Tick) => void;
  /** The load's sessions as the server counts them, whenever they may have become others; none at the end. */
  readonly onSessions?: (processIds: readonly number[]) => void;
  /** Statements still run after the drain: to be cancelled through the control connection. */
  readonly onStuck?: () => Promise<void>;
  /** How long what is under way at the end is waited for: 1 s beyond the longest time seen, at most the statement timeout. */
  readonly drainMs?: number;
}

export interface StepOutcome {
  readonly run: StepRun;
  readonly connects: readonly ConnectTimes[];
}

/**
 * Opens a pool, loads it as planned, and closes it. Gives what was counted, however the step ended.
 * @throws PoolctlError where the pool cannot be opened
 */
export async function runStep(step: Step): Promise<StepOutcome> {
  const { plan, to, onTick } = step;
  const threads = threadsOf(plan);
  const rate = plan.load.kind === 'open' ? meanRatePerSecond(plan.load.arrivals) : 0;
  const pump = step.pump ?? choosePump(to.target.isThisMachine, rate);
  if (threads > 1) return (await import('./threads.ts')).runThreads(step, pump, threads);
  const clock = realClock(step.now);
  const opened = await openStep({
    ...step,
    ...{ clock, shard: wholeStep(plan), makePump: pumpMaker(pump, clock) },
    onTick: (tick) => onTick?.(mergeTicks([tick])),
  });
  return { run: mergeShards([await opened.run()]), connects: opened.connects };
}
