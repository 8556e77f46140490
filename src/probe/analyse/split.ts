import { fitHistogram } from '../../queueing/fit/fit-measured.ts';
import type { HoldLaw } from '../../queueing/hold-law.ts';
import type { PoolPrediction } from '../../queueing/pool-model.ts';
import { predictPool } from '../../queueing/predict.ts';
import { predictSplit } from '../../queueing/split.ts';
import { meanRatePerSecond } from '../../traffic/arrivals.ts';
import { connectionsOf, type StepPlan } from '../load/model.ts';
import type { ProbeRun, SplitFigures, SplitWait } from '../result.ts';

/** How long connections were held, as a law. */
export function heldLaw({ serviceBuckets }: Pick<ProbeRun, 'serviceBuckets'>): HoldLaw {
  return fitHistogram({ buckets: serviceBuckets }).law;
}

/** What the model says of the pools of a step under its load: of all instances together, if it has several. */
export function predictStep(plan: StepPlan, hold: HoldLaw): PoolPrediction {
  const { instances = 1 } = plan;
  const each = predictSplit({ ...modelOf(plan, hold), pools: instances, splitBy: splitOf(plan) });
  return { ...each, throughputPerSecond: each.throughputPerSecond * instances };
}

/** The same of one pool that has all their connections, and their queues together. */
function predictTogether(plan: StepPlan, hold: HoldLaw): PoolPrediction {
  const { instances = 1 } = plan;
  const { queueLimit, ...model } = modelOf(plan, hold);
  return predictPool({
    ...model,
    connections: connectionsOf(plan),
    ...(queueLimit !== undefined && { queueLimit: queueLimit * instances }),
  });
}

/**
 * The model's word on what instances of their own cost against one pool, with the measured hold times. Undefined for one
 * instance, and where the model knows no such arrivals: at equal distances, or at a rate that rises.
 */
export function splitFigures(plan: StepPlan, run: ProbeRun): SplitFigures | undefined {
  const { instances = 1, load } = plan;
  if (instances === 1 || load.kind === 'closed' || load.arrivals.kind === 'paced' || load.rates) return undefined;
  if (run.completed === 0) return undefined;
  const hold = heldLaw(run);
  return {
    splitBy: splitOf(plan),
    instances: waitOf(predictStep(plan, hold)),
    onePool: waitOf(predictTogether(plan, hold)),
  };
}

export function waitOf({
  waitProbability,
  meanWaitMs,
  p99WaitMs,
  rejectedRatio,
  timedOutRatio,
}: PoolPrediction): SplitWait {
  return {
    waitProbability,
    ...(meanWaitMs !== undefined && { meanWaitMs }),
    ...(p99WaitMs !== undefined && { p99WaitMs }),
    lostRatio: rejectedRatio + timedOutRatio,
  };
}

function splitOf({ load }: StepPlan): SplitFigures['splitBy'] {
  if (load.kind === 'closed') return 'random';
  return load.splitBy ?? (load.arrivals.kind === 'paced' ? 'round-robin' : 'random');
}

/** `arrivalRatePerSecond` is that of all instances, the rest of each. */
function modelOf({ pool, load }: StepPlan, hold: HoldLaw) {
  const { connectionLimit: connections, queueLimit, acquireTimeoutMs } = pool;
  const arrivals = load.kind === 'open' ? load.arrivals : undefined;
  return {
    ...{ connections, hold },
    arrivalRatePerSecond: arrivals ? meanRatePerSecond(arrivals) : 0,
    ...(queueLimit !== undefined && { queueLimit }),
    ...(acquireTimeoutMs !== undefined && { acquireTimeoutMs }),
    ...(arrivals?.kind === 'bursty' && {
      bursts: { factor: arrivals.factor, burstMs: arrivals.burstMs, quietMs: arrivals.quietMs },
    }),
  };
}
