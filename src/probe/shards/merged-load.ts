import type { LoadPoolSettings } from '../../drivers/driver.ts';
import type { HoldLaw } from '../../queueing/hold-law.ts';
import type { PoolPrediction } from '../../queueing/pool-model.ts';
import { predictPool } from '../../queueing/predict.ts';
import { probeRun } from '../analyse/figures.ts';
import { heldLaw, predictStep, splitFigures, waitOf } from '../analyse/split.ts';
import { predictionsOf, verificationOf } from '../analyse/verify.ts';
import type { StepPlan } from '../load/model.ts';
import type { ProbeRun, SplitFigures } from '../result.ts';
import { poolsText } from '../runs.ts';
import { areEqualPools, connectionsOfPools, onPools } from './dealt.ts';
import { type MeasuredTogether, type MergedAnswer, poolsOfStep } from './measured-together.ts';
import type { MergedStep } from './merge-step.ts';
import type { ShardQuestion } from './model.ts';
import { figuresByShard } from './shard-figures.ts';
import { predictUneven } from './uneven-pools.ts';

type LoadQuestion = Exclude<ShardQuestion, { readonly kind: 'ramp' }>;

/** The one step of a load or a verification, on all the pools that the shards had. */
export function mergedLoad(measured: MeasuredTogether, question: LoadQuestion): MergedAnswer {
  const [step] = measured.steps;
  if (!step) return { found: { runs: [] }, shown: [], leftOut: [] };
  const pools = poolsOfStep(step, measured.shards, 'present');
  const plan = presentPart(step, pools, measured);
  const run = runOf(step, plan, pools, measured);
  // Part of a run, or of its load, is no evidence for or against a prediction.
  const isWhole = !step.run.cutShort && measured.missing.length === 0 && run.completed > 0;
  const law = question.kind === 'verify' ? (question.law ?? heldLaw(run)) : undefined;
  const prediction = isWhole && law ? predictionOfPools(plan, pools, law) : undefined;
  const split = isWhole ? splitOfPools(plan, pools, run) : undefined;
  return {
    found: {
      runs: [run],
      ...(prediction && { verification: verificationOf(predictionsOf(prediction, connectionsOfPools(pools)), run) }),
      ...(split && { split }),
    },
    shown: [step],
    step: run.label,
    leftOut: [],
  };
}

/** What the shards that are there did of the plan, as the step of instances that it was. */
function presentPart(
  { step, ...rest }: MergedStep,
  pools: readonly LoadPoolSettings[],
  { shards }: MeasuredTogether,
): StepPlan {
  const plan = onPools(step.plan, pools);
  const share = connectionsOfPools(pools) / connectionsOfPools(poolsOfStep({ step, ...rest }, shards, 'all'));
  const { load } = plan;
  if (share === 1 || load.kind === 'closed' || load.arrivals.kind === 'trace') return plan;
  const arrivals = { ...load.arrivals, ratePerSecond: load.arrivals.ratePerSecond * share };
  return { ...plan, load: { ...load, arrivals } };
}

function runOf(
  step: MergedStep,
  plan: StepPlan,
  pools: readonly LoadPoolSettings[],
  { shards }: MeasuredTogether,
): ProbeRun {
  const uneven = areEqualPools(pools) ? {} : { connectionsInAll: connectionsOfPools(pools) };
  const window = windowOf(step);
  const run = probeRun('', plan, step.run);
  return {
    ...run,
    label: poolsText({ ...run, ...uneven }),
    ...uneven,
    ...(window && { window }),
    // One late shard among many is not seen in the percentiles of all.
    trustworthy: run.trustworthy && figuresByShard(shards, [step]).every(({ trustworthy }) => trustworthy),
  };
}

/** By the server's clock, on which all shards began together. */
function windowOf({ step, parts, run }: MergedStep): ProbeRun['window'] {
  const startedAt = parts[0]?.shard.startedAt;
  if (startedAt === undefined) return undefined;
  const fromMs = Date.parse(startedAt) + step.startMs + step.plan.warmupMs;
  const [from, to] = [fromMs, fromMs + run.measuredMs].map((ms) => new Date(ms).toISOString());
  return from && to ? { from, to } : undefined;
}

/** Of unequal pools only where the requests to each come by chance alone. */
function predictionOfPools(
  plan: StepPlan,
  pools: readonly LoadPoolSettings[],
  hold: HoldLaw,
): PoolPrediction | undefined {
  if (areEqualPools(pools)) return predictStep(plan, hold);
  const ratePerSecond = poissonRate(plan);
  return ratePerSecond === undefined ? undefined : predictUneven(pools, ratePerSecond, hold);
}

function splitOfPools(plan: StepPlan, pools: readonly LoadPoolSettings[], run: ProbeRun): SplitFigures | undefined {
  if (areEqualPools(pools)) return splitFigures(plan, run);
  const ratePerSecond = poissonRate(plan);
  if (ratePerSecond === undefined) return undefined;
  const hold = heldLaw(run);
  const connections = connectionsOfPools(pools);
  const { queueLimit, acquireTimeoutMs } = plan.pool;
  const one = predictPool({
    ...{ connections, hold, arrivalRatePerSecond: ratePerSecond },
    ...(queueLimit !== undefined && { queueLimit: pools.reduce((sum, pool) => sum + (pool.queueLimit ?? 0), 0) }),
    ...(acquireTimeoutMs !== undefined && { acquireTimeoutMs }),
  });
  return { splitBy: 'random', instances: waitOf(predictUneven(pools, ratePerSecond, hold)), onePool: waitOf(one) };
}

function poissonRate({ load }: StepPlan): number | undefined {
  if (load.kind === 'closed' || load.rates || load.arrivals.kind !== 'poisson') return undefined;
  return load.splitBy === 'round-robin' ? undefined : load.arrivals.ratePerSecond;
}
