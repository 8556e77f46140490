import { probeRun } from '../analyse/figures.ts';
import { splitFigures } from '../analyse/split.ts';
import type { StepPlan } from '../load/model.ts';
import type { ProbeTask } from '../request.ts';
import { poolsText } from '../runs.ts';
import { closedStep, type ModeContext, openStepPlan } from './mode.ts';

/** One load on one pool, or on the pools of several instances: open loop at a rate, or closed loop with so many requests at once. */
export async function loadMode(context: ModeContext, task: ProbeTask & { kind: 'load' }): Promise<void> {
  const { bench, request, findings } = context;
  const plan = loadStep(context, task, request.durationMs);
  const name = poolsText(task);
  const run = await bench.step(`pool ${name}`, plan);
  if (!run) return;
  const measured = probeRun(name, plan, [run]);
  findings.runs.push(measured);
  const split = run.cutShort ? undefined : splitFigures(plan, measured);
  if (split) findings.split = split;
}

/** The step that a load or a verification is: `tps` of each instance becomes the rate of all. */
export function loadStep(
  context: Pick<ModeContext, 'request' | 'connectTimeoutMs'>,
  task: ProbeTask & { kind: 'load' | 'verify' },
  durationMs: number,
): StepPlan {
  const { pool, tps, instances = 1 } = task;
  const plan =
    tps === undefined
      ? closedStep(context, pool, workersOf(task), { durationMs })
      : openStepPlan(context, pool, tps * instances, durationMs);
  if (instances === 1) return plan;
  const splitBy = task.kind === 'verify' ? task.splitBy : undefined;
  const load = plan.load.kind === 'open' && splitBy ? { ...plan.load, splitBy } : plan.load;
  return { ...plan, load, instances };
}

function workersOf(task: ProbeTask & { kind: 'load' | 'verify' }): number {
  const { pool, instances = 1 } = task;
  return (task.kind === 'load' ? task.concurrency : undefined) ?? pool.connectionLimit * instances;
}
