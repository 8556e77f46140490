import { poolText } from '../../base/pool-notation.ts';
import { differencesOfRounds } from '../analyse/differences.ts';
import { probeRun } from '../analyse/figures.ts';
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
  const measured = plans
    .map((entry) => ({ ...entry, runs: wholeOf(entry.runs) }))
    .filter(({ runs }) => runs.length > 0);
  findings.runs.push(...measured.map(({ pool, plan, runs }) => probeRun(poolText(pool), plan, runs)));
  const [first, second] = measured;
  const [one, other] = findings.runs;
  const pairs = inPairs(first?.runs ?? [], second?.runs ?? []).filter((pair) =>
    pair.every(({ cutShort }) => !cutShort),
  );
  if (pairs.length > 0 && one && other) findings.comparison = differencesOfRounds(pairs, [one, other]);
}

/** A round that was cut short is shown only where there is no other. */
function wholeOf(runs: readonly StepRun[]): readonly StepRun[] {
  const whole = runs.filter(({ cutShort }) => !cutShort);
  return whole.length > 0 ? whole : runs;
}

/** Of a last round only one setting may have been measured. */
function inPairs(first: readonly StepRun[], second: readonly StepRun[]): (readonly [StepRun, StepRun])[] {
  return first.flatMap((run, index) => {
    const other = second[index];
    return other ? [[run, other] as const] : [];
  });
}
