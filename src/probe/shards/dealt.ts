import type { LoadPoolSettings } from '../../drivers/driver.ts';
import type { StepPlan } from '../load/model.ts';
import { planFor, shardsOf } from '../load/shard.ts';
import type { ShardPart } from './model.ts';

/** The pools that a shard opens in a step: one in each of its threads, or one for each of its instances. */
export function poolsOfShard(plan: StepPlan, part: ShardPart): LoadPoolSettings[] {
  return shardsOf(plan, part)
    .map((shard) => planFor(plan, shard))
    .flatMap(({ pool, instances = 1 }) => Array.from({ length: instances }, () => pool))
    .filter(({ connectionLimit }) => connectionLimit > 0);
}

export function connectionsOfPools(pools: readonly LoadPoolSettings[]): number {
  return pools.reduce((sum, { connectionLimit }) => sum + connectionLimit, 0);
}

/** Whether all have the same connections, as those of instances have; their queues may differ by one. */
export function areEqualPools([first, ...others]: readonly LoadPoolSettings[]): boolean {
  return others.every(({ connectionLimit }) => connectionLimit === first?.connectionLimit);
}

/** The step as so many instances with a pool each would do it; the largest of the pools stands for them all. */
export function onPools(plan: StepPlan, pools: readonly LoadPoolSettings[]): StepPlan {
  const { instances: _, ...rest } = plan;
  const pool = pools.reduce(
    (most, one) => (one.connectionLimit > most.connectionLimit ? one : most),
    pools[0] ?? plan.pool,
  );
  return { ...rest, pool, ...(pools.length > 1 && { instances: pools.length }) };
}
