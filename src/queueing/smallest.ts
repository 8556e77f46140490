import { PoolctlError } from '../base/errors.ts';
import { maxCount } from '../base/units.ts';
import { holdDistribution } from './distribution.ts';
import type { HoldLaw } from './hold-law.ts';
import { largestWithin } from './largest-within.ts';
import { latticeCells, roughCells } from './lattice-wait.ts';
import type { PoolModel, PoolPrediction } from './pool-model.ts';
import { type PoolWork, poolWork, predictionOf } from './predict.ts';

/** What a pool must achieve. Ratios 0 to 1. */
export interface PoolTargets {
  readonly maxWaitP99Ms: number;
  /** Rejected and timed out together. */
  readonly maxLossRatio: number;
  /** The share of the connections in use, at most; 1 by default. */
  readonly maxUtilization?: number;
}

/** One of the PoolTargets: the p99 wait, the lost share, the utilization. */
export type PoolTarget = 'wait' | 'loss' | 'utilization';

/** The fewest connections of one pool that meet the targets, with the prediction at that size. */
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

/**
 * The fewest connections that meet the targets: one less misses one of them. Undefined when a million do not.
 * On fewer cells of the lattice it is quicker and may be one off, which is ample where the law is a guess.
 * The search comes near with exponential holds, and ends with the prediction itself.
 */
export function smallestPool(
  load: Omit<PoolModel, 'connections'>,
  targets: PoolTargets,
  cells = latticeCells,
): SmallestPool | undefined {
  const near = roughlySmallest(load, targets) ?? maxCount;
  const works = new Map<number, PoolWork>();
  const workOf = (size: number): PoolWork => {
    const work = works.get(size) ?? poolWork({ ...load, connections: size }, cells);
    works.set(size, work);
    return work;
  };
  const connections = fewest((size) => isMissed(workOf(size), targets), near);
  if (connections === undefined) return undefined;
  const predict = (size: number) => predictionOf(workOf(size), load.arrivalRatePerSecond);
  return {
    connections,
    prediction: predict(connections),
    decidedBy: connections > 1 ? missedTargets(predict(connections - 1), targets) : [],
  };
}

/**
 * As smallestPool, in microseconds: exponential holds, with the wait that Allen and Cunneen give for these (A. O. Allen,
 * Probability, Statistics, and Queueing Theory (1990)). Mostly within one or two connections.
 */
export function roughlySmallest(load: Omit<PoolModel, 'connections'>, targets: PoolTargets): number | undefined {
  checkTargets(targets);
  const quick = asExponential(load.hold);
  const busy = Math.ceil(((load.arrivalRatePerSecond / 1_000) * quick.meanMs) / (targets.maxUtilization ?? 1));
  return fewest((connections) => misses({ ...load, connections, hold: quick }, quickTargets(load.hold, targets)), busy);
}

/** The largest arrival rate, per second, that the pool carries within the targets, to 0.1 %; 0 when it carries none. */
export function largestRate(pool: Omit<PoolModel, 'arrivalRatePerSecond'>, targets: PoolTargets): number {
  const nearer = nearlyLargestRate(pool, targets, 1.001);
  return largestWithin(
    (arrivalRatePerSecond) => excesses(poolWork({ ...pool, arrivalRatePerSecond }), targets),
    nearer > 0 ? nearer : (1_000 * pool.connections) / holdDistribution(pool.hold).meanMs,
    { firstStep: 1.002, precision: 1.001 },
  );
}

/** As largestRate, in a fraction of its time: on a rough lattice, to 0.5 % by default. */
export function nearlyLargestRate(
  pool: Omit<PoolModel, 'arrivalRatePerSecond'>,
  targets: PoolTargets,
  precision = 1.005,
): number {
  checkTargets(targets);
  const hold = asExponential(pool.hold);
  const quickly = quickTargets(pool.hold, targets);
  const capacity = (1_000 * pool.connections) / hold.meanMs;
  const near = largestWithin(
    (arrivalRatePerSecond) => excesses(poolWork({ ...pool, arrivalRatePerSecond, hold }), quickly),
    capacity,
    { firstStep: 1.05, precision: 1.02 },
  );
  return largestWithin(
    (arrivalRatePerSecond) => excesses(poolWork({ ...pool, arrivalRatePerSecond }, roughCells), targets),
    near > 0 ? near : capacity,
    { firstStep: 1.05, precision },
  );
}

function misses(model: PoolModel, targets: PoolTargets, cells = latticeCells): boolean {
  return isMissed(poolWork(model, cells), targets);
}

/** As missedTargets, but asks only how many wait longer than the target: p99 <= target when at most 1 % do. */
function isMissed(work: PoolWork, { maxWaitP99Ms, maxLossRatio, maxUtilization = 1 }: PoolTargets): boolean {
  if (!work.isStable || work.rejectedRatio + work.timedOutRatio > maxLossRatio) return true;
  if (Math.min(1, work.offeredUtilization * work.served) > maxUtilization) return true;
  return work.waited > longWaits && work.waited * work.tail(maxWaitP99Ms) > longWaits;
}

/** The share of the requests whose wait the target leaves aside: it is a p99. */
const longWaits = 0.01;

/** The logarithms of loss, utilization and long waits over their targets: isMissed where one is above 0. */
function excesses(work: PoolWork, { maxWaitP99Ms, maxLossRatio, maxUtilization = 1 }: PoolTargets): readonly number[] {
  if (!work.isStable) return [Infinity, Infinity, Infinity];
  const over = (value: number, most: number) => (value <= 0 ? -Infinity : Math.log(value / most));
  return [
    over(work.rejectedRatio + work.timedOutRatio, maxLossRatio),
    over(Math.min(1, work.offeredUtilization * work.served), maxUtilization),
    over(work.waited * work.tail(maxWaitP99Ms), longWaits),
  ];
}

/** Where a search with the true law starts: exponential holds of the same mean answer in microseconds. */
function asExponential(hold: HoldLaw) {
  return { kind: 'exponential' as const, meanMs: holdDistribution(hold).meanMs };
}

function quickTargets(hold: HoldLaw, targets: PoolTargets): PoolTargets {
  return { ...targets, maxWaitP99Ms: (targets.maxWaitP99Ms * 2) / (1 + holdDistribution(hold).scv) };
}

/** The fewest connections that miss nothing, looked for from `start` on in doubled steps, then by bisection. */
export function fewest(isTooFew: (connections: number) => boolean, start: number): number | undefined {
  let high = Math.min(maxCount, Math.max(1, start));
  let low = high;
  if (isTooFew(high)) {
    for (let step = 1; isTooFew(high); step *= 2) {
      if (high === maxCount) return undefined;
      [low, high] = [high, Math.min(maxCount, high + step)];
    }
  } else {
    low = high - 1;
    for (let step = 2; low > 0 && !isTooFew(low); step *= 2) [low, high] = [Math.max(0, low - step), low];
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isTooFew(middle)) low = middle;
    else high = middle;
  }
  return high;
}

function checkTargets({ maxWaitP99Ms, maxLossRatio, maxUtilization = 1 }: PoolTargets): void {
  if (maxWaitP99Ms >= 0 && maxLossRatio >= 0 && maxLossRatio < 1 && maxUtilization > 0 && maxUtilization <= 1) return;
  throw new PoolctlError('VALUE_INVALID', 'The targets of a pool are a wait of at least 0 and shares from 0 to 1.');
}
