import { loopFigures } from '../analyse/figures.ts';
import type { StepRun } from '../load/model.ts';
import type { ProbeTask } from '../request.ts';
import { closedStep, type ModeContext } from './mode.ts';

const warmupMs = 500;

/** The same work through a pool and with a new connection for each request, by turns, for each concurrency. */
export async function unpooledMode(
  context: ModeContext,
  task: ProbeTask & { kind: 'compare-unpooled' },
): Promise<void> {
  const { bench, request, findings } = context;
  const { concurrencies, rounds } = task;
  const steps = concurrencies.length * rounds * 2;
  const durationMs = Math.max(500, request.durationMs / steps - warmupMs);
  for (const concurrency of concurrencies) {
    const runs = { pooled: [] as StepRun[], unpooled: [] as StepRun[] };
    for (let round = 0; round < rounds; round += 1) {
      for (const kind of round % 2 === 0 ? (['pooled', 'unpooled'] as const) : (['unpooled', 'pooled'] as const)) {
        const plan = {
          ...closedStep(context, { connectionLimit: concurrency }, concurrency, { durationMs, warmupMs }),
          ...(kind === 'unpooled' && { unpooled: true }),
        };
        const run = await bench.step(`${kind}, ${concurrency} at once`, plan);
        if (run && !run.cutShort) runs[kind].push(run);
      }
    }
    if (runs.pooled.length === 0 || runs.unpooled.length === 0) return;
    findings.unpooled.push({
      concurrency,
      pooled: loopFigures(runs.pooled),
      unpooled: loopFigures(runs.unpooled),
    });
  }
}
