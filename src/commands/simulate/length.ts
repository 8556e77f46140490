import { tidy } from '../../base/units.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import { planRuns, type RunPlan } from '../../simulate/run-plan.ts';
import type { LoadedPools } from '../../simulate/steady-load.ts';

/** A few seconds of work. */
const requestsByDefault = 12e6;
const aroundIncidentMs = 60_000;
const mostSlices = 5_000;

/** A trace is played as long as it is, an incident has a minute around it, and steady figures take what they need. */
export function planLength(
  pools: readonly LoadedPools[],
  asked: { readonly replications: number; readonly hasIncident: boolean; readonly measuredMs?: number },
): RunPlan {
  const { replications, hasIncident } = asked;
  const measuredMs = asked.measuredMs ?? (hasIncident ? aroundIncidentMs : undefined);
  const plan = planRuns(pools, {
    replications,
    mostRequests: requestsByDefault,
    ...withoutUndefined({ measuredMs }),
  });
  const arrivals = pools[0]?.arrivals;
  if (arrivals?.kind !== 'trace') return hasIncident ? { ...plan, neededMs: 0 } : plan;
  const endMs = arrivals.timesMs.at(-1) ?? 0;
  const warmupMs = arrivals.holdsMs ? 0 : Math.min(plan.warmupMs, endMs / 10);
  return { warmupMs, measuredMs: measuredMs ?? Math.max(1, endMs - warmupMs), neededWarmupMs: 0, neededMs: 0 };
}

/** Slices of about a second for the charts; the warm-up has whole ones. */
export function timesOf({ warmupMs, measuredMs }: RunPlan): {
  warmupMs: number;
  durationMs: number;
  timelineSlices: number;
} {
  const measuredSlices = Math.min(60, Math.max(10, Math.round(measuredMs / 1_000)));
  const sliceMs = Math.max(measuredMs / measuredSlices, warmupMs / mostSlices);
  const warmupSlices = Math.ceil(tidy(warmupMs / sliceMs));
  const allSlices = warmupSlices + Math.max(1, Math.round(measuredMs / sliceMs));
  return {
    warmupMs: warmupSlices * sliceMs,
    durationMs: warmupSlices * sliceMs + measuredMs,
    timelineSlices: allSlices,
  };
}
