import { probeRun } from '../analyse/figures.ts';
import { heldLaw, predictStep, splitFigures } from '../analyse/split.ts';
import { predictionsOf, verificationOf } from '../analyse/verify.ts';
import { connectionsOf } from '../load/model.ts';
import type { ProbeTask } from '../request.ts';
import { poolsText } from '../runs.ts';
import { loadStep } from './load.ts';
import type { ModeContext } from './mode.ts';

/**
 * Runs the load that settings were made for, and holds what the model says of them against what was measured. The model
 * is asked with the hold times that the settings were made for, or else with the measured ones.
 */
export async function verifyMode(context: ModeContext, task: ProbeTask & { kind: 'verify' }): Promise<void> {
  const { bench, request, findings } = context;
  const plan = loadStep(context, task, request.durationMs);
  const name = poolsText(task);
  const run = await bench.step(`pool ${name} of ${task.source}`, plan);
  if (!run || run.completed === 0) return;
  const measured = probeRun(name, plan, [run]);
  findings.runs.push(measured);
  // Part of a run is no evidence for or against a prediction.
  if (run.cutShort) return;
  const prediction = predictStep(plan, task.law ?? heldLaw(measured));
  findings.verification = verificationOf(predictionsOf(prediction, connectionsOf(plan)), measured);
  const split = splitFigures(plan, measured);
  if (split) findings.split = split;
}
