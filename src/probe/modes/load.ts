import { poolText } from '../../base/pool-notation.ts';
import { probeRun } from '../analyse/figures.ts';
import type { ProbeTask } from '../request.ts';
import { closedStep, type ModeContext, openStepPlan } from './mode.ts';

/** One load on one pool: open loop at a rate, or closed loop with so many requests at once. */
export async function loadMode(context: ModeContext, task: ProbeTask & { kind: 'load' }): Promise<void> {
  const { bench, request, findings } = context;
  const { pool, tps, concurrency = pool.connectionLimit } = task;
  const { durationMs } = request;
  const plan =
    tps === undefined
      ? closedStep(context, pool, concurrency, { durationMs })
      : openStepPlan(context, pool, tps, durationMs);
  const run = await bench.step(`pool ${poolText(pool)}`, plan);
  if (run) findings.runs.push(probeRun(poolText(pool), plan, [run]));
}
