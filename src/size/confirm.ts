import { PoolctlError } from '../base/errors.ts';
import { formatDuration } from '../base/units.ts';
import type { Warning } from '../base/warning.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import { holdDistribution } from '../queueing/distribution.ts';
import { holdLaws } from '../queueing/fit/hold-laws.ts';
import { statedError } from '../queueing/model-error.ts';
import type { FigureName } from '../simulate/figures.ts';
import type { MeanEstimate } from '../simulate/model.ts';
import type { ProgressOptions } from '../simulate/progress.ts';
import { replicate } from '../simulate/replicate.ts';
import { type SearchInput, smallestBySimulation } from '../simulate/smallest-by-simulation.ts';
import { runLength } from '../simulate/warmup.ts';
import type { ArrivalLaw } from '../traffic/arrival-law.ts';
import type { SizeInput } from './input.ts';
import { poolLoad } from './pool-load.ts';
import type { Sized } from './result.ts';

const requestsOfARun = 200_000;
const usualRequests = 100_000;

/** Simulates the recommended pool under the load of the outlook, and says whether the prediction holds. @throws PoolctlError INPUT_MISSING where there is no load */
export async function confirmBySimulation(
  input: SizeInput,
  sized: Sized,
  progress: ProgressOptions = {},
): Promise<{ confirmation: Confirmation; warnings: Warning[] }> {
  const { outlook, load, connectionLimit, queueLimit, acquireTimeoutMs } = sized;
  const laws = holdLaws(input.workload ?? {});
  if (!outlook || !load || !laws) {
    throw new PoolctlError('INPUT_MISSING', '--simulate needs a load, and a profile of settings has none.', {
      hint: 'Add --tps 200 --p95 300ms.',
    });
  }
  const { hold, arrivalRatePerSecond: ratePerSecond, batchSize = 1 } = poolLoad(laws.law, load);
  const { meanMs, scv } = holdDistribution(hold);
  const pool = { connections: connectionLimit - load.batchJobs, queueLimit, acquireTimeoutMs };
  const steady = { ...pool, arrivalRatePerSecond: ratePerSecond, meanHoldMs: meanMs, holdScv: scv };
  const { warmupMs, durationMs: leastMs } = runLength(steady, { mostRequests: requestsOfARun });
  const durationMs = Math.max(leastMs, warmupMs + (usualRequests / ratePerSecond) * 1_000);
  const arrivals: ArrivalLaw = load.burst
    ? { kind: 'bursty', ratePerSecond, ...load.burst }
    : { kind: 'batches', ratePerSecond, size: batchSize };
  const { figures, isFinished } = await replicate(
    {
      ...pool,
      hold,
      arrivals,
      warmupMs,
      durationMs,
      seed: 1,
    },
    { replications: 5, ...progress },
  );
  const smallest = await smallestPool(sized, (ratePerSecond * meanMs) / 1_000, { arrivals, hold, seed: 1 }, progress);
  const predictedMs = outlook.prediction.p99WaitMs;
  const { mean, standardError } = figures.p99WaitMs;
  const error = statedError(scv);
  // Ignore differences below 1 % of the hold time.
  const slackMs = 3 * (Number.isFinite(standardError) ? standardError : mean) + meanMs / 100;
  const agrees =
    predictedMs !== undefined &&
    predictedMs >= mean * (1 + error.low) - slackMs &&
    predictedMs <= mean * (1 + error.high) + slackMs;
  const warnings: Warning[] = agrees
    ? []
    : [
        {
          code: 'MODEL_DISAGREES',
          message: `The model expects a p99 wait of ${predictedMs === undefined ? 'without end' : formatDuration(predictedMs)}, and the simulation finds ${formatDuration(mean)}: further apart than the model's known error.`,
          hint: 'Trust the simulation, and report the load if you can.',
        },
      ];
  return {
    confirmation: { figures, agrees, isFinished, ...withoutUndefined({ smallestConnectionLimit: smallest }) },
    warnings,
  };
}

/** The smallest pool within the targets, walked to from the model's; its utilization bound holds here too. */
async function smallestPool(
  { outlook, load }: Sized,
  meanLoad: number,
  input: SearchInput,
  progress: ProgressOptions,
): Promise<number | undefined> {
  if (!outlook?.smallest || !load) return undefined;
  const { batchJobs } = load;
  const least = Math.ceil(meanLoad / outlook.targets.maxUtilization);
  const start = Math.max(least, outlook.smallest.connectionLimit - batchJobs);
  const search = { start, least, ...progress };
  const { connections } = await smallestBySimulation(input, outlook.targets, search);
  return connections === undefined ? undefined : connections + batchJobs;
}

/** What a simulation of the recommended pool came to. */
export interface Confirmation {
  readonly figures: Readonly<Record<FigureName, MeanEstimate>>;
  /** Whether the predicted p99 wait lies within the model's stated error of the simulated one. */
  readonly agrees: boolean;
  readonly isFinished: boolean;
  /** The smallest pool within the targets, by simulation. */
  readonly smallestConnectionLimit?: number;
}

/** The same for programs; an interval that one run cannot have is left out. */
export function confirmationResult({ figures, ...rest }: Confirmation): object {
  const finite = ({ mean, halfWidth }: MeanEstimate) => (Number.isFinite(halfWidth) ? { mean, halfWidth } : { mean });
  return {
    ...rest,
    figures: Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, finite(figure)])),
  };
}
