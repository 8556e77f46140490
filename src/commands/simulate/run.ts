import type { Io } from '../../base/io.ts';
import type { PoolLimits } from '../../base/pool-notation.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import { progressOn } from '../../cli/progress.ts';
import type { SimulationInput } from '../../simulate/model.ts';
import { recoveryMs } from '../../simulate/recovery.ts';
import { replicate } from '../../simulate/replicate.ts';
import type { SimulatedPool } from '../../views/simulate.ts';

/** Simulates each pool under the same load, with the same random numbers; Ctrl-C leaves out what is not begun. */
export async function simulatePools(
  pools: readonly PoolLimits[],
  input: Omit<SimulationInput, 'connections'>,
  replications: number,
  io: Io,
): Promise<{ pools: SimulatedPool[]; isFinished: boolean }> {
  const progress = progressOn(io, 'simulating');
  const simulated: SimulatedPool[] = [];
  let isFinished = true;
  for (const [index, { connectionLimit: connections, ...limits }] of pools.entries()) {
    if (io.interrupted.aborted) break;
    const result = await replicate(
      { ...input, connections, ...limits },
      {
        replications,
        signal: io.interrupted,
        onProgress: (share) => progress.report((index + share) / pools.length),
      },
    );
    isFinished = isFinished && result.isFinished;
    simulated.push({
      settings: { connections, ...limits },
      replications: result.runs.length,
      ...describe(input, result),
    });
  }
  progress.end();
  return { pools: simulated, isFinished: isFinished && simulated.length === pools.length };
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
