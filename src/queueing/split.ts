import { roundRobinPeakedness } from './burst.ts';
import { isClumped } from './clumped-wait.ts';
import { holdDistribution } from './distribution.ts';
import type { PoolModel, PoolPrediction } from './pool-model.ts';
import { predictPool } from './predict.ts';
import { fewest, missedTargets, type PoolTargets } from './smallest.ts';
import { waitDistribution } from './wait.ts';

/** How requests find their pool: at random, in turn, or the pool with the fewest requests. */
export type SplitBy = 'random' | 'round-robin' | 'least-busy';

/** One stream of requests dealt out to equal pools. The rate, the bursts, the batches and the peakedness are of the stream, the rest of each pool. */
export interface SplitModel extends PoolModel {
  readonly pools: number;
  readonly splitBy: SplitBy;
}

/**
 * What each of the pools does with its part.
 * Random: Poisson streams again, bursts at every pool together, of a batch of m one and the n-th part of the others; what
 * peakedness exceeds 1 by is divided by n. In turn: n-fold Erlang gaps, by Hayward's rule with z < 1 (against exact GI/M/c the
 * p99 is within 2 % from 5 connections a pool on, and up to 13 % too long below), and of a batch the n-th part. Least busy: see
 * leastBusy.
 */
export function predictSplit(model: SplitModel): PoolPrediction {
  const { pools, splitBy, peakedness = 1, batchSize = 1, ...pool } = model;
  if (pools === 1) return predictPool({ ...pool, peakedness, batchSize });
  const part = { ...pool, arrivalRatePerSecond: pool.arrivalRatePerSecond / pools };
  const excess = (peakedness - 1) / pools;
  switch (splitBy) {
    case 'random': {
      const batch = wholeBatch(1 + (batchSize - 1) / pools);
      return predictPool({ ...part, batchSize: batch.size, peakedness: batch.peakedness * (1 + excess) });
    }
    case 'round-robin': {
      const load = (part.arrivalRatePerSecond / 1_000) * holdDistribution(model.hold).meanMs;
      // A pool gets every n-th request, and of batches of m every n/m-th batch one.
      const turns = Math.max(1, pools / batchSize);
      const batch = wholeBatch(Math.max(1, batchSize / pools));
      const even = load > 0 && turns > 1 ? roundRobinPeakedness(turns, load) : 1;
      return predictPool({ ...part, batchSize: batch.size, peakedness: batch.peakedness * (even + excess) });
    }
    case 'least-busy':
      return leastBusy(model);
    default:
      return splitBy satisfies never;
  }
}

/** Batches of a whole size for batches of this mean size, and the peakedness that the rounding leaves. */
function wholeBatch(size: number): { size: number; peakedness: number } {
  const whole = Math.max(1, Math.round(size));
  return { size: whole, peakedness: (size + 1) / (whole + 1) };
}

/**
 * One shared pool, where a request waits only when every pool is full; but it stays in the queue it joined. The queues keep
 * level, so place j of a shared queue is place ceil(j / n) of one of n: waits are longer by n (1 - rho) / (1 - rho^n), exact
 * for level queues of exponential holds, 1 as rho nears 1. (Heavy traffic: G. J. Foschini and J. Salz (1978).) Under bursts and
 * batches the queue is deeper, and rho the one at which Poisson arrivals would make it as deep.
 */
function leastBusy({ pools, splitBy: _, ...pool }: SplitModel): PoolPrediction {
  const { connections, queueLimit, acquireTimeoutMs, arrivalRatePerSecond, hold } = pool;
  const utilization = ((arrivalRatePerSecond / 1_000) * holdDistribution(hold).meanMs) / (connections * pools);
  const whole = { ...pool, connections: connections * pools };
  const wait = isClumped(pool) && waitDistribution(whole);
  const places = wait && (wait.meanMs / wait.waitProbability) * (whole.connections / holdDistribution(hold).meanMs);
  const depth = places && places > 1 ? 1 - 1 / places : utilization;
  const longer = depth < 1 ? (pools * (1 - depth)) / (1 - depth ** pools) : 1;
  const shared = predictPool({
    ...whole,
    ...(queueLimit !== undefined && { queueLimit: queueLimit * pools }),
    ...(acquireTimeoutMs !== undefined && { acquireTimeoutMs: acquireTimeoutMs / longer }),
  });
  const { meanWaitMs, p95WaitMs, p99WaitMs, p999WaitMs } = shared;
  return {
    ...shared,
    throughputPerSecond: shared.throughputPerSecond / pools,
    ...(meanWaitMs !== undefined && { meanWaitMs: meanWaitMs * longer }),
    ...(p95WaitMs !== undefined && { p95WaitMs: p95WaitMs * longer }),
    ...(p99WaitMs !== undefined && { p99WaitMs: p99WaitMs * longer }),
    ...(p999WaitMs !== undefined && { p999WaitMs: p999WaitMs * longer }),
  };
}

/** The fewest connections of each of several equal pools, and what one of the pools does at that size. */
export interface SplitSize {
  readonly connectionsPerPool: number;
  readonly totalConnections: number;
  readonly prediction: PoolPrediction;
}

/**
 * The fewest connections per pool that meet the targets in every pool, and their sum. Split at random the margin over the
 * load grows by the square root of the number of pools. Undefined when a million a pool do not.
 */
export function smallestSplit(load: Omit<SplitModel, 'connections'>, targets: PoolTargets): SplitSize | undefined {
  const busy = ((load.arrivalRatePerSecond / 1_000) * holdDistribution(load.hold).meanMs) / load.pools;
  const predict = (connections: number) => predictSplit({ ...load, connections });
  const connectionsPerPool = fewest(
    (connections) => missedTargets(predict(connections), targets).length > 0,
    Math.ceil(busy),
  );
  if (connectionsPerPool === undefined) return undefined;
  const totalConnections = connectionsPerPool * load.pools;
  return { connectionsPerPool, totalConnections, prediction: predict(connectionsPerPool) };
}
