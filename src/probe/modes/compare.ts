import { poolText } from '../../base/pool-notation.ts';
import { probeRun } from '../analyse/figures.ts';
import { compareRuns } from '../analyse/merge.ts';
import type { StepRun } from '../load/model.ts';
import type { ProbeTask } from '../request.ts';
import { type ModeContext, openStepPlan } from './mode.ts';

const warmupShare = 0.1;

/** Two settings by turns, A B B A A B ..., so that a drift of the server hits both alike. */
export async function compareMode(context: ModeContext, task: ProbeTask & { kind: 'compare' }): Promise<void> {
  const { bench, request, findings } = context;
  const { pools, tps, rounds } = task;
  const stepMs = request.durationMs / (2 * rounds) / (1 + warmupShare);
  const plans = pools.map((pool) => ({
    pool,
    plan: {
      ...openStepPlan(context, pool, tps, stepMs),
      warmupMs: request.warmupMs ?? Math.max(500, stepMs * warmupShare),
    },
    runs: [] as StepRun[],
  }));
  for (let round = 0; round < rounds; round += 1) {
    for (const entry of round % 2 === 0 ? plans : [...plans].reverse()) {
      // The same arrivals for both, other ones in each round.
      const plan = { ...entry.plan, seed: request.seed + round };
      const run = await bench.step(`round ${round + 1} of ${rounds}, pool ${poolText(entry.pool)}`, plan);
      if (run) entry.runs.push(run);
    }
  }
  const measured = plans.filter(({ runs }) => runs.length > 0);
  findings.runs.push(...measured.map(({ pool, plan, runs }) => probeRun(poolText(pool), plan, runs)));
  const [first, second] = plans;
  const pairs = Math.min(first?.runs.length ?? 0, second?.runs.length ?? 0);
  if (first && second && pairs > 0) {
    findings.comparison = compareRuns(first.runs.slice(0, pairs), second.runs.slice(0, pairs));
  }
}
