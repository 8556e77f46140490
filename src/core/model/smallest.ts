import { PoolctlError } from '../../errors.ts';
import { maxCount } from '../../units.ts';
import type { PoolModel, PoolPrediction } from '../pool-model.ts';
import { holdDistribution } from './distribution.ts';
import { predictPool } from './predict.ts';

/** What a pool must achieve. Ratios 0 to 1. */
export interface PoolTargets {
  readonly maxWaitP99Ms: number;
  /** Rejected and timed out together. */
  readonly maxLossRatio: number;
  /** Of the connections; 1 by default. */
  readonly maxUtilization?: number;
}

export type PoolTarget = 'wait' | 'loss' | 'utilization';

export interface SmallestPool {
  readonly connections: number;
  readonly prediction: PoolPrediction;
  /** The targets that one connection less would miss; none where one connection is enough. */
  readonly decidedBy: readonly PoolTarget[];
}

/** The targets that the pool misses. A queue that grows without end misses the wait. */
export function missedTargets(prediction: PoolPrediction, targets: PoolTargets): PoolTarget[] {
  const missed: PoolTarget[] = [];
  if ((prediction.p99WaitMs ?? Infinity) > targets.maxWaitP99Ms) missed.push('wait');
  if (prediction.rejectedRatio + prediction.timedOutRatio > targets.maxLossRatio) missed.push('loss');
  if (prediction.utilization > (targets.maxUtilization ?? 1)) missed.push('utilization');
  return missed;
}

/** The fewest connections that meet the targets: one less misses one of them. Undefined when a million do not. */
export function smallestPool(load: Omit<PoolModel, 'connections'>, targets: PoolTargets): SmallestPool | undefined {
  checkTargets(targets);
  const missedBy = (hold: PoolModel['hold'], goals: PoolTargets) => (connections: number) =>
    missedTargets(predictPool({ ...load, hold, connections }), goals);
  const missed = missedBy(load.hold, targets);
  const busy = (load.arrivalRatePerSecond / 1_000) * holdDistribution(load.hold).meanMs;
  const quick = missedBy(asExponential(load.hold), asIfExponential(load.hold, targets));
  const start = fewest(quick, Math.ceil(busy)) ?? Math.ceil(busy);
  const connections = fewest(missed, start);
  if (connections === undefined) return undefined;
  return {
    connections,
    prediction: predictPool({ ...load, connections }),
    decidedBy: connections > 1 ? missed(connections - 1) : [],
  };
}

/** The largest arrival rate, per second, that the pool carries within the targets, to 0.1 %; 0 when it carries none. */
export function largestRate(pool: Omit<PoolModel, 'arrivalRatePerSecond'>, targets: PoolTargets): number {
  checkTargets(targets);
  const carries = (hold: PoolModel['hold'], goals: PoolTargets) => (arrivalRatePerSecond: number) =>
    missedTargets(predictPool({ ...pool, hold, arrivalRatePerSecond }), goals).length === 0;
  const capacity = (1_000 * pool.connections) / holdDistribution(pool.hold).meanMs;
  const quick = carries(asExponential(pool.hold), asIfExponential(pool.hold, targets));
  const start = largest(quick, capacity, 1e-4);
  return start === 0 ? largest(carries(pool.hold, targets), capacity, 1e-3) : largest(carries(pool.hold, targets), start, 1e-3);
}

/** Where a search with the true law starts: exponential holds of the same mean answer in microseconds. */
function asExponential(hold: PoolModel['hold']): PoolModel['hold'] {
  return { kind: 'exponential', meanMs: holdDistribution(hold).meanMs };
}

function asIfExponential(hold: PoolModel['hold'], targets: PoolTargets): PoolTargets {
  return { ...targets, maxWaitP99Ms: (targets.maxWaitP99Ms * 2) / (1 + holdDistribution(hold).scv) };
}

/** The fewest connections that miss nothing, looked for from `start` on in doubled steps, then by bisection. */
function fewest(missed: (connections: number) => readonly PoolTarget[], start: number): number | undefined {
  const isEnough = (connections: number) => connections > 0 && missed(connections).length === 0;
  let high = Math.min(maxCount, Math.max(1, start));
  let low = high;
  if (isEnough(high)) {
    for (let step = 1; low > 0 && isEnough(low); step *= 2) [low, high] = [Math.max(0, low - step), low];
  } else {
    for (let step = 1; !isEnough(high); step *= 2) {
      if (high === maxCount) return undefined;
      [low, high] = [high, Math.min(maxCount, high + step)];
    }
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** The largest rate that is carried, looked for around `start` in growing steps, then by bisection. */
function largest(carries: (rate: number) => boolean, start: number, precision: number): number {
  let [low, high] = [start, start];
  if (carries(start)) {
    for (let factor = 1.01; carries(high); factor **= 2) [low, high] = [high, high * factor];
  } else {
    for (let factor = 1.01; !carries(low); factor **= 2) {
      if (low < start * 1e-12) return 0;
      [low, high] = [low / factor, low];
    }
  }
  while (high / low > 1 + precision) {
    const middle = Math.sqrt(low * high);
    if (carries(middle)) low = middle;
    else high = middle;
  }
  return low;
}

function checkTargets({ maxWaitP99Ms, maxLossRatio, maxUtilization = 1 }: PoolTargets): void {
  if (maxWaitP99Ms >= 0 && maxLossRatio >= 0 && maxLossRatio < 1 && maxUtilization > 0 && maxUtilization <= 1) return;
  throw new PoolctlError('VALUE_INVALID', 'The targets of a pool are a wait of at least 0 and shares from 0 to 1.');
}
