import type { Warning } from '../../base/warning.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { SimulationInput } from '../../simulate/model.ts';
import type { ProgressOptions } from '../../simulate/progress.ts';
import { recoveryMs } from '../../simulate/recovery.ts';
import { replicate } from '../../simulate/replicate.ts';
import { busyWarning, lengthWarning } from '../../simulate/run-warnings.ts';
import { judgePool } from '../../simulate/verdict.ts';
import type { SimulatedPool } from '../../views/simulate/outcome.ts';
import type { SimulationPlan } from './input.ts';

/** Simulates each pool under the same load, with the same random numbers; the signal leaves out what is not begun. */
export async function simulatePools(
  { pools, input, replications, length, described, warnings: ofLoad }: SimulationPlan,
  { signal, onProgress }: ProgressOptions,
): Promise<{ pools: SimulatedPool[]; isFinished: boolean; warnings: Warning[] }> {
  const simulated: SimulatedPool[] = [];
  const inputs = pools.map(({ played }) => ({ ...input, ...played }));
  const tooShort = lengthWarning(length, inputs, replications);
  const busy: Warning[] = [];
  let isFinished = true;
  for (const [index, ofPool] of inputs.entries()) {
    if (signal?.aborted) break;
    const result = await replicate(ofPool, {
      replications,
      ...(signal && { signal }),
      ...(onProgress && { onProgress: (share) => onProgress((index + share) / pools.length) }),
    });
    isFinished = isFinished && result.isFinished;
    if (result.isFinished && busy.length === 0) busy.push(...busyWarning(ofPool, result.figures));
    const driver = pools[index]?.driver;
    simulated.push({
      settings: settingsOf(ofPool),
      ...(driver && { driver }),
      replications: result.runs.length,
      verdict: judgePool(result.figures, described.targets),
      ...describe(input, result),
    });
  }
  // Of a sweep the pools near full load are the slowest, and mostly miss their targets beyond doubt.
  const isTooShort = tooShort.length > 0 && !(described.isSweep && simulated.every(({ verdict }) => verdict.isSure));
  const warnings = [...ofLoad, ...(isTooShort ? tooShort : busy)];
  return { pools: simulated, isFinished: isFinished && simulated.length === pools.length, warnings };
}

function settingsOf({ connections, queueLimit, acquireTimeoutMs }: SimulationInput): SimulatedPool['settings'] {
  return { connections, ...withoutUndefined({ queueLimit, acquireTimeoutMs }) };
}

function describe(
  { incidents = [], warmupMs = 0 }: Omit<SimulationInput, 'connections'>,
  { figures, runs }: Awaited<ReturnType<typeof replicate>>,
): Pick<SimulatedPool, 'figures' | 'timeline' | 'recovery'> {
  const [first] = runs;
  const timeline = (first?.timeline ?? []).filter(({ fromMs }) => fromMs >= warmupMs);
  const [incident] = incidents;
  if (!incident) return { figures, timeline };
  const recoveries = runs.map((run) => recoveryMs(run.timeline, incident, warmupMs));
  const back = recoveries.filter((ms) => ms !== undefined);
  const meanMs = back.length === runs.length ? back.reduce((sum, ms) => sum + ms, 0) / back.length : undefined;
  return {
    figures,
    timeline,
    recovery: { fromMs: incident.fromMs, toMs: incident.toMs, ...withoutUndefined({ meanMs }) },
  };
}
