import { expect, it } from 'vitest';
import type { StepPlan, StepRun } from '../../../src/probe/load/model.ts';
import type { ModeContext } from '../../../src/probe/modes/mode.ts';
import { tryTwoThreads } from '../../../src/probe/modes/two-threads.ts';
import { planRamp } from '../../../src/probe/plan/plan.ts';
import type { Ramp } from '../../../src/probe/result.ts';
import { level, runOf } from './analyse/runs.ts';

const plan = planRamp({ rounds: 1, transportMs: 0, mostConnections: 8 });

/** A ramp whose best size did 1,000/s, and what the same does on more threads. */
async function confirmed(limitedBy: Ramp['knee']['limitedBy'], perBatch: number, threads = 1) {
  const steps: StepPlan[] = [];
  const step = async (_label: string, stepPlan: StepPlan): Promise<StepRun> => {
    steps.push(stepPlan);
    return runOf(Array.from({ length: 40 }, () => perBatch));
  };
  const context = { bench: { isOver: false, step }, request: { threads, seed: 1 }, connectTimeoutMs: 1_000 };
  const ramp: Ramp = {
    workers: 10,
    rounds: 1,
    levels: [level(1, 900, 1, 2), level(4, 1_000, 4, 8), level(8, 980, 8, 16)],
    knee: { connectionLimit: 4, limitedBy, reason: 'It was so.' },
  };
  const { knee } = await tryTwoThreads(context as unknown as ModeContext, plan, ramp);
  return { reason: knee.reason, steps };
}

it('repeats the best size with two threads where poolctl was the limit, and says when that did more', async () => {
  const { reason, steps } = await confirmed('client', 75); // in 50 ms: 1,500/s
  expect(steps).toMatchObject([
    { threads: 2, pool: { connectionLimit: 4 }, load: { kind: 'closed', workers: plan.workers } },
  ]);
  expect(reason).toBe("It was so. Two threads did 1500/s with 4 connections, 50 % more: the limit was poolctl's.");
});

it('says when it did not', async () => {
  expect((await confirmed('client', 52)).reason).toMatch(
    /Two threads did 1040\/s .* no more than the noise \(1000\/s\)/,
  );
});

it('does nothing where something else was the limit, or where there are threads already', async () => {
  expect(await confirmed('server', 75)).toEqual({ reason: 'It was so.', steps: [] });
  expect(await confirmed('client', 75, 2)).toEqual({ reason: 'It was so.', steps: [] });
});
