import type { LoadPoolSettings } from '../../drivers/driver.ts';
import type { StepPlan } from './model.ts';

/** Which part of a step a thread does. */
export interface Shard {
  readonly thread: number;
  readonly threads: number;
  /** All threads together. */
  readonly connections: number;
}

export const wholeStep = (plan: StepPlan): Shard => ({
  thread: 0,
  threads: 1,
  connections: plan.pool.connectionLimit,
});

/** At most one thread for each connection: a thread without one would have nothing to do. */
export function threadsOf(plan: StepPlan): number {
  return Math.max(1, Math.min(plan.threads, plan.pool.connectionLimit));
}

/** One thread's part of a count. Remainders go to the first threads. */
export function shardShare(count: number, { thread, threads }: Pick<Shard, 'thread' | 'threads'>): number {
  return Math.floor(count / threads) + (thread < count % threads ? 1 : 0);
}

/** What one thread does of a plan; its arrivals are split by the schedule. */
export function planFor(plan: StepPlan, shard: Shard): StepPlan {
  const load =
    plan.load.kind === 'closed' ? { ...plan.load, workers: shardShare(plan.load.workers, shard) } : plan.load;
  return { ...plan, threads: 1, load, pool: poolFor(plan.pool, shard) };
}

function poolFor(pool: LoadPoolSettings, shard: Shard): LoadPoolSettings {
  const own = { ...pool, connectionLimit: shardShare(pool.connectionLimit, shard) };
  return pool.queueLimit === undefined ? own : { ...own, queueLimit: shardShare(pool.queueLimit, shard) };
}
