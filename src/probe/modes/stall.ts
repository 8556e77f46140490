import { poolText } from '../../base/pool-notation.ts';
import { probeRun } from '../analyse/figures.ts';
import { stallFigures } from '../analyse/stall.ts';
import type { ProbeTask } from '../request.ts';
import { FreezeProxy } from '../run/freeze-proxy.ts';
import { type ModeContext, openStepPlan } from './mode.ts';

/** What the settings do while the database is frozen for some seconds, and how long the pool takes to recover. */
export async function stallMode(context: ModeContext, task: ProbeTask & { kind: 'stall' }): Promise<void> {
  const { bench, request, findings } = context;
  const { pool, tps, freezeMs } = task;
  const plan = openStepPlan(context, pool, tps, Math.max(request.durationMs, freezeMs * 3));
  const proxy = await FreezeProxy.start(request.target);
  const moments: { frozenMs?: number; thawedMs?: number } = {};
  let timer: NodeJS.Timeout | undefined;
  // Some of the window comes before, to compare with.
  const freezeAtMs = plan.warmupMs + Math.min(plan.durationMs / 4, 5_000);
  try {
    const run = await bench.step(`pool ${poolText(pool)}, frozen for ${freezeMs / 1_000} s`, plan, {
      via: proxy.address,
      onTick: ({ elapsedMs }) => {
        if (moments.frozenMs !== undefined || elapsedMs < freezeAtMs) return;
        const start = request.now();
        moments.frozenMs = elapsedMs;
        proxy.freeze();
        timer = setTimeout(() => {
          proxy.thaw();
          moments.thawedMs = elapsedMs + request.now() - start;
        }, freezeMs);
      },
    });
    if (!run) return;
    findings.runs.push(probeRun(poolText(pool), plan, [run]));
    const { frozenMs, thawedMs } = moments;
    if (frozenMs !== undefined && thawedMs !== undefined)
      findings.stall = stallFigures(run, { frozenMs, thawedMs, warmupMs: plan.warmupMs });
  } finally {
    clearTimeout(timer);
    proxy.thaw();
    await proxy.close();
  }
}
