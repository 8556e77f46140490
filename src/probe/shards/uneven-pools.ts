import type { LoadPoolSettings } from '../../drivers/driver.ts';
import type { HoldLaw } from '../../queueing/hold-law.ts';
import type { PoolPrediction } from '../../queueing/pool-model.ts';
import { type PoolWork, poolWork } from '../../queueing/predict.ts';
import { solveFalling } from '../../stats/solve.ts';
import { connectionsOfPools } from './dealt.ts';

/** Pools of one size, and the part of all requests that they get together. */
interface Part {
  readonly share: number;
  readonly work: PoolWork;
}

/**
 * What pools of unequal sizes do together with a Poisson process that is dealt to their connections by lot; rate and
 * throughput are of all, and the waits those of a request to any of them.
 */
export function predictUneven(
  pools: readonly LoadPoolSettings[],
  ratePerSecond: number,
  hold: HoldLaw,
): PoolPrediction {
  const all = connectionsOfPools(pools);
  const parts = alike(pools).map(({ pool, count }): Part => {
    const { connectionLimit: connections, connectTimeoutMs: _, ...limits } = pool;
    const share = connections / all;
    const work = poolWork({ connections, ...limits, arrivalRatePerSecond: ratePerSecond * share, hold });
    return { share: share * count, work };
  });
  return mixture(parts, ratePerSecond);
}

/** The model takes a while: once for each kind. */
function alike(pools: readonly LoadPoolSettings[]): { readonly pool: LoadPoolSettings; readonly count: number }[] {
  const kinds = new Map<string, { readonly pool: LoadPoolSettings; readonly count: number }>();
  for (const pool of pools) {
    const text = JSON.stringify(pool);
    kinds.set(text, { pool, count: (kinds.get(text)?.count ?? 0) + 1 });
  }
  return [...kinds.values()];
}

function mixture(parts: readonly Part[], ratePerSecond: number): PoolPrediction {
  const sum = (of: (part: Part) => number) => parts.reduce((total, part) => total + of(part), 0);
  const served = sum(({ share, work }) => share * work.served);
  const isStable = parts.every(({ work }) => work.isStable);
  /** Share of the served that wait longer. */
  const beyond = (ms: number) => sum(({ share, work }) => share * work.served * work.waited * work.tail(ms)) / served;
  const quantile = (p: number) => {
    const own = parts.map(({ work }) => (work.waited <= 1 - p ? 0 : work.exceededBy((1 - p) / work.waited)));
    const high = Math.max(...own);
    return high === 0 ? 0 : solveFalling(beyond, 1 - p, high);
  };
  return {
    offeredUtilization: sum(({ share, work }) => share * work.offeredUtilization),
    utilization: sum(({ share, work }) => share * Math.min(1, work.offeredUtilization * work.served)),
    waitProbability: sum(({ share, work }) => share * work.waitProbability),
    rejectedRatio: sum(({ share, work }) => share * work.rejectedRatio),
    timedOutRatio: sum(({ share, work }) => share * work.timedOutRatio),
    throughputPerSecond: ratePerSecond * served,
    isStable,
    ...(isStable && {
      meanWaitMs: sum(({ share, work }) => share * work.served * work.waited * work.meanMs) / served,
      p95WaitMs: quantile(0.95),
      p99WaitMs: quantile(0.99),
      p999WaitMs: quantile(0.999),
    }),
  };
}
