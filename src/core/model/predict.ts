import { PoolctlError } from '../../errors.ts';
import { maxDurationMs, maxRatePerSecond } from '../../units.ts';
import type { PoolModel, PoolPrediction } from '../pool-model.ts';
import { holdDistribution } from './distribution.ts';
import { effectivePool } from './effective-pool.ts';
import { limitedWait, onRealClock } from './wait.ts';

/**
 * What a pool does with its load, below and above its capacity. Exact for exponential hold times, and for any hold times
 * where nobody may wait; for the rest see latticeWait. Nothing here knows that a slow database slows down further.
 * Throws VALUE_INVALID for a pool that cannot be.
 */
export function predictPool(model: PoolModel): PoolPrediction {
  checkModel(model);
  const { connections, arrivalRatePerSecond: rate, queueLimit, acquireTimeoutMs } = model;
  const offeredUtilization = (rate / 1_000) * (holdDistribution(model.hold).meanMs / connections);
  const isUnlimited = queueLimit === undefined && acquireTimeoutMs === undefined;
  const nothingLost = { offeredUtilization, rejectedRatio: 0, timedOutRatio: 0 };
  if (offeredUtilization < 1e-100) {
    const noWaits = { meanWaitMs: 0, p95WaitMs: 0, p99WaitMs: 0, p999WaitMs: 0 };
    const idle = { utilization: offeredUtilization, waitProbability: 0, throughputPerSecond: rate };
    return { ...nothingLost, ...idle, isStable: true, ...noWaits };
  }
  if (isUnlimited && offeredUtilization >= 1) {
    const throughputPerSecond = rate / offeredUtilization;
    return { ...nothingLost, utilization: 1, waitProbability: 1, throughputPerSecond, isStable: false };
  }
  const pool = effectivePool(model);
  const wait = onRealClock(limitedWait(pool), pool.clock);
  const { waitProbability, rejectedRatio, timedOutRatio } = wait;
  const served = 1 - rejectedRatio - timedOutRatio;
  const waited = served > 0 ? Math.min(1, wait.waitedRatio / served) : 0;
  const quantile = (p: number) => (waited <= 1 - p ? 0 : wait.exceededBy((1 - p) / waited));
  return {
    offeredUtilization,
    utilization: Math.min(1, offeredUtilization * served),
    waitProbability,
    rejectedRatio,
    timedOutRatio,
    throughputPerSecond: rate * served,
    isStable: true,
    meanWaitMs: waited * wait.meanMs,
    p95WaitMs: quantile(0.95),
    p99WaitMs: quantile(0.99),
    p999WaitMs: quantile(0.999),
  };
}

function checkModel({ connections, arrivalRatePerSecond, peakedness, queueLimit, acquireTimeoutMs }: PoolModel): void {
  range('connections', connections, 1, 1e9);
  range('arrivalRatePerSecond', arrivalRatePerSecond, 0, maxRatePerSecond * 1e3);
  range('peakedness', peakedness, 0.01, 1e6);
  range('queueLimit', queueLimit, 0, 1e9);
  range('acquireTimeoutMs', acquireTimeoutMs, 0, maxDurationMs);
}

function range(name: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || (value >= least && value <= most)) return;
  throw new PoolctlError('VALUE_INVALID', `${name} is ${value}; it must be from ${least} to ${most}.`);
}
