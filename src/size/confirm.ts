import { PoolctlError } from '../base/errors.ts';
import { formatDuration, formatRatio } from '../base/units.ts';
import type { Warning } from '../base/warning.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import { holdDistribution } from '../queueing/distribution.ts';
import type { HoldLaw } from '../queueing/hold-law.ts';
import { statedError } from '../queueing/model-error.ts';
import type { PoolPrediction } from '../queueing/pool-model.ts';
import type { FigureName } from '../simulate/figures.ts';
import type { MeanEstimate } from '../simulate/model.ts';
import type { ProgressOptions } from '../simulate/progress.ts';
import { replicate } from '../simulate/replicate.ts';
import { planRuns } from '../simulate/run-plan.ts';
import { busyWarning, lengthWarning } from '../simulate/run-warnings.ts';
import type { LoadedPools } from '../simulate/steady-load.ts';
import type { SimulatedNeed, SizeInput } from './input.ts';
import type { Sized } from './result.ts';
import { predicted } from './settings.ts';
import { simulatedLoad } from './simulated-load.ts';

const replications = 5;
/** Of all runs: about half a second. */
const mostRequests = 2e6;

/** Simulates the recommended pool under the load of the outlook, and says whether the prediction holds. @throws PoolctlError INPUT_MISSING where there is no load */
export async function confirmBySimulation(
  input: SizeInput,
  sized: Sized,
  progress: ProgressOptions = {},
): Promise<{ confirmation: Confirmation; warnings: Warning[] }> {
  const { outlook, load, connectionLimit, queueLimit, acquireTimeoutMs } = sized;
  const played = simulatedLoad(input, load);
  if (!outlook || !load || !played) {
    const why = load
      ? 'requests that each have a connection of their own do not wait'
      : 'a profile of settings has no load';
    throw new PoolctlError('INPUT_MISSING', `There is nothing to simulate: ${why}.`, {
      hint: 'Add --tps 200 --p95 300ms, or leave out --simulate.',
    });
  }
  const { arrivals, hold, spread } = played;
  const { retries } = load;
  const pool = { connections: connectionLimit - load.batchJobs, queueLimit, acquireTimeoutMs };
  const loaded: LoadedPools = { ...pool, ...spread, ...(retries && { retries }), hold, arrivals };
  const plan = planRuns([loaded], { replications, mostRequests });
  const durationMs = plan.warmupMs + plan.measuredMs;
  const run = { ...loaded, warmupMs: plan.warmupMs, durationMs, seed: 1 };
  const { figures, isFinished } = await replicate(run, { replications, ...progress });
  const prediction = predicted(sized, hold, load);
  const waits = agreesOnWait(prediction?.p99WaitMs, figures.p99WaitMs, hold, pool.connections);
  const losses = agreesOnLoss(prediction, figures);
  return {
    confirmation: { figures, agrees: waits && losses, isFinished, ...withoutUndefined({ prediction }) },
    warnings: [
      ...(waits && losses ? [] : [disagreement(prediction, figures, waits)]),
      ...[...lengthWarning(plan, [loaded], replications), ...busyWarning(loaded, figures)].map(asOfSize),
    ],
  };
}

/** `size` has no flag for the length of its runs. */
function asOfSize(warning: Warning): Warning {
  return { ...warning, hint: '`poolctl simulate` plays longer runs of the same load, with --duration.' };
}

/** Within the model's stated error of the simulated p99; differences below 1 % of the hold time do not count. */
function agreesOnWait(
  predictedMs: number | undefined,
  { mean, standardError }: MeanEstimate,
  hold: HoldLaw,
  connections: number,
): boolean {
  const { meanMs } = holdDistribution(hold);
  const error = statedError(hold, connections);
  const slackMs = 3 * (Number.isFinite(standardError) ? standardError : mean) + meanMs / 100;
  return (
    predictedMs !== undefined &&
    predictedMs >= mean * (1 + error.low) - slackMs &&
    predictedMs <= mean * (1 + error.high) + slackMs
  );
}

/** A loss that matters (from one in a thousand on) is within a factor of two, and three standard errors. */
function agreesOnLoss(prediction: PoolPrediction | undefined, { lostRatio }: Confirmation['figures']): boolean {
  const expected = (prediction?.rejectedRatio ?? 0) + (prediction?.timedOutRatio ?? 0);
  const { mean, standardError } = lostRatio;
  const slack = 0.001 + 3 * (Number.isFinite(standardError) ? standardError : mean);
  return expected <= 2 * mean + slack && expected >= mean / 2 - slack;
}

function disagreement(
  prediction: PoolPrediction | undefined,
  { p99WaitMs, lostRatio }: Confirmation['figures'],
  agreesOnWaits: boolean,
): Warning {
  const wait = prediction?.p99WaitMs === undefined ? 'without end' : formatDuration(prediction.p99WaitMs);
  const lost = formatRatio((prediction?.rejectedRatio ?? 0) + (prediction?.timedOutRatio ?? 0));
  const message = agreesOnWaits
    ? `The model expects ${lost} of the requests to be lost, and the simulation finds ${formatRatio(lostRatio.mean)}.`
    : `The model expects a p99 wait of ${wait}, and the simulation finds ${formatDuration(p99WaitMs.mean)}: further apart than the model's known error.`;
  return {
    code: 'MODEL_DISAGREES',
    message,
    hint: 'The answer is by the simulation; report the load if you can.',
  };
}

/** What a simulation of the recommended pool came to. */
export interface Confirmation {
  readonly figures: Readonly<Record<FigureName, MeanEstimate>>;
  /** What the model expects of the same pool and holds. */
  readonly prediction?: PoolPrediction;
  /** Whether the predicted p99 wait lies within the model's stated error of the simulated one, and the loss near it. */
  readonly agrees: boolean;
  readonly isFinished: boolean;
  /** The smallest pool within the targets, by simulation; of `sizeBySimulation`. */
  readonly need?: SimulatedNeed;
}

/** The same for programs; an interval that one run cannot have is left out. */
export function confirmationResult({ figures, ...rest }: Confirmation): object {
  const finite = ({ mean, halfWidth }: MeanEstimate) => (Number.isFinite(halfWidth) ? { mean, halfWidth } : { mean });
  return {
    ...rest,
    figures: Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, finite(figure)])),
  };
}
