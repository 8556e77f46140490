import { withoutUndefined } from '../../base/without-undefined.ts';
import type { Look } from '../control/control.ts';
import type { Bench } from '../run/bench.ts';
import type { PlannedStep, ShardPart, ShardPlan, ShardStepRun } from './model.ts';
import { sleepUntil } from './sleep-until.ts';

/** How long before its moment a step's pool is opened: sessions that are idle for a minute are ended by the server. */
const openAheadMs = 10_000;

export interface StepsOfShard {
  readonly bench: Pick<Bench, 'outcome' | 'isOver' | 'signal'>;
  readonly plan: ShardPlan;
  readonly part: ShardPart;
  /** The common start, on `now`. */
  readonly startMs: number;
  readonly now: () => number;
  /** Called after each step that was begun. */
  readonly onStep: (run: ShardStepRun) => Promise<void>;
}

/** Does this shard's part of each step at its moment, until the bench is over. One whose window is over is left out. */
export async function runSteps({ bench, plan, part, startMs, now, onStep }: StepsOfShard): Promise<void> {
  for (const [step, planned] of plan.steps.entries()) {
    const atMs = startMs + planned.startMs;
    await sleepUntil(atMs - openAheadMs, now, bench.signal);
    if (bench.isOver) return;
    if (now() >= atMs + lengthMs(planned)) continue;
    const own = { active: 0, lockWaiting: 0 };
    const onLook = (look: Look) => {
      own.active += look.own?.active ?? 0;
      own.lockWaiting += look.own?.lockWaiting ?? 0;
    };
    const outcome = await bench.outcome(planned.label, planned.plan, { part: { ...part, startMs: atMs }, onLook });
    // What ended in its warm-up has measured nothing.
    if (!outcome || outcome.run.measuredMs === 0) return;
    const { shard: run, lateMs } = outcome;
    await onStep({ step, lateMs, run, own, ...withoutUndefined({ stoodStill: outcome.run.stoodStill }) });
  }
}

/** When the last window is over, after the common start. */
export function stepsEndMs({ steps }: ShardPlan): number {
  return Math.max(0, ...steps.map((step) => step.startMs + lengthMs(step)));
}

function lengthMs({ plan: { warmupMs, durationMs } }: PlannedStep): number {
  return warmupMs + durationMs;
}
