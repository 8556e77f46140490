import { poolText } from '../../base/pool-notation.ts';
import { fitHistogram } from '../../queueing/fit/fit-measured.ts';
import type { HoldLaw } from '../../queueing/hold-law.ts';
import { predictPool } from '../../queueing/predict.ts';
import { probeRun } from '../analyse/figures.ts';
import { predictionsOf, verificationOf } from '../analyse/verify.ts';
import type { ProbeTask } from '../request.ts';
import type { ProbeRun } from '../result.ts';
import { type ModeContext, openStepPlan } from './mode.ts';

/**
 * Runs the load that settings were made for, and holds what the model says of them against what was measured. The model
 * is asked with the hold times that the settings were made for, or else with the measured ones.
 */
export async function verifyMode(context: ModeContext, task: ProbeTask & { kind: 'verify' }): Promise<void> {
  const { bench, request, findings } = context;
  const { pool, tps, law } = task;
  const plan = openStepPlan(context, pool, tps, request.durationMs);
  const run = await bench.step(`pool ${poolText(pool)} of ${task.source}`, plan);
  if (!run || run.completed === 0) return;
  const measured = probeRun(poolText(pool), plan, [run]);
  findings.runs.push(measured);
  // Part of a run is no evidence for or against a prediction.
  if (run.cutShort) return;
  const hold = law ?? measuredLaw(measured);
  const { connectionLimit: connections, ...limits } = pool;
  const prediction = predictPool({ connections, ...limits, arrivalRatePerSecond: tps, hold });
  findings.verification = verificationOf(predictionsOf(prediction, connections), measured);
}

function measuredLaw({ serviceBuckets }: ProbeRun): HoldLaw {
  return fitHistogram({ buckets: serviceBuckets }).law;
}
