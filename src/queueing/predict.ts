import { PoolctlError } from '../base/errors.ts';
import { maxDurationMs, maxRatePerSecond } from '../base/units.ts';
import { holdDistribution } from './distribution.ts';
import { criticalSlack } from './effective-pool.ts';
import { latticeCells } from './lattice-wait.ts';
import type { LimitedWait } from './limited-wait.ts';
import type { PoolModel, PoolPrediction } from './pool-model.ts';
import { modelWait } from './wait.ts';

/**
 * What a pool does with its load, below and above its capacity. Exact for exponential hold times, and for any hold times
 * where no request may wait; for the rest see latticeWait, and clumpedWait for bursts and batches. Nothing here knows that a busy database slows down.
 * Throws VALUE_INVALID for a pool that cannot be.
 */
export function predictPool(model: PoolModel): PoolPrediction {
  return predictionOf(poolWork(model), model.arrivalRatePerSecond);
}

/** The figures of a prediction. */
export function predictionOf(work: PoolWork, rate: number): PoolPrediction {
  const { offeredUtilization, waitProbability, rejectedRatio, timedOutRatio, served } = work;
  const quantile = (p: number) => (work.waited <= 1 - p ? 0 : work.exceededBy((1 - p) / work.waited));
  return {
    offeredUtilization,
    utilization: Math.min(1, offeredUtilization * served),
    waitProbability,
    rejectedRatio,
    timedOutRatio,
    throughputPerSecond: rate * served,
    isStable: work.isStable,
    ...(work.isStable && {
      meanWaitMs: work.waited * work.meanMs,
      p95WaitMs: quantile(0.95),
      p99WaitMs: quantile(0.99),
      p999WaitMs: quantile(0.999),
    }),
  };
}

/** The wait of a pool with all that a prediction or a search may ask of it. */
export interface PoolWork extends LimitedWait {
  readonly offeredUtilization: number;
  /** False when the queue grows without end: then meanMs, tail and exceededBy mean nothing. */
  readonly isStable: boolean;
  /** Share of the requests that get a connection. */
  readonly served: number;
  /** Share of the served that wait. */
  readonly waited: number;
}

export function poolWork(model: PoolModel, cells = latticeCells): PoolWork {
  checkModel(model);
  const { connections, arrivalRatePerSecond, queueLimit, acquireTimeoutMs } = model;
  const offeredUtilization = (arrivalRatePerSecond / 1_000) * (holdDistribution(model.hold).meanMs / connections);
  const isStable = offeredUtilization < 1 - criticalSlack || queueLimit !== undefined || acquireTimeoutMs !== undefined;
  if (!isStable || offeredUtilization < 1e-100) {
    const share = isStable ? 0 : 1;
    const served = isStable ? 1 : Math.min(1, 1 / offeredUtilization);
    return {
      ...noWait,
      offeredUtilization,
      isStable,
      served,
      waitProbability: share,
      waitedRatio: share,
      waited: share,
    };
  }
  const wait = modelWait(model, cells);
  const served = 1 - wait.rejectedRatio - wait.timedOutRatio;
  const waited = served > 0 ? Math.min(1, wait.waitedRatio / served) : 0;
  return { ...wait, offeredUtilization, isStable, served, waited };
}

const noWait = { rejectedRatio: 0, timedOutRatio: 0, meanMs: 0, tail: () => 0, exceededBy: () => 0 };

function checkModel(model: PoolModel): void {
  const { connections, arrivalRatePerSecond, peakedness, queueLimit, acquireTimeoutMs, bursts, batchSize } = model;
  range('connections', connections, 1, 1e9);
  range('arrivalRatePerSecond', arrivalRatePerSecond, 0, maxRatePerSecond * 1e3);
  range('peakedness', peakedness, 0.01, 1e6);
  if (bursts?.factor !== Infinity) range('bursts.factor', bursts?.factor, 1, 1e9);
  range('bursts.burstMs', bursts?.burstMs, 1e-6, maxDurationMs);
  range('bursts.quietMs', bursts?.quietMs, 1e-6, maxDurationMs);
  range('batchSize', batchSize, 1, 1e4);
  if (batchSize !== undefined && !Number.isInteger(batchSize)) {
    throw new PoolctlError('VALUE_INVALID', `batchSize is ${batchSize}; it must be a whole number.`);
  }
  range('queueLimit', queueLimit, 0, 1e9);
  range('acquireTimeoutMs', acquireTimeoutMs, 0, maxDurationMs);
}

function range(name: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || (value >= least && value <= most)) return;
  throw new PoolctlError('VALUE_INVALID', `${name} is ${value}; it must be from ${least} to ${most}.`);
}
