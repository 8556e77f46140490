import type { LoadPoolSettings } from '../../drivers/driver.ts';
import type { StepPlan } from './model.ts';
import type { StepPart } from './step.ts';

/** Which part of a step a thread does. */
export interface Shard {
  readonly thread: number;
  /** Of all processes that share the step. */
  readonly threads: number;
  /**
   * What is dealt to the threads one by one, each of them as likely to get a request: the instances, or the connections
   * of one pool. Card j is thread j % threads's.
   */
  readonly cards: number;
}

/** Thread number `thread` of so many, all of which do the plan together. */
export function shardOf(plan: StepPlan, thread: number, threads: number): Shard {
  return { thread, threads, cards: plan.instances ?? (threads === 1 ? 1 : plan.pool.connectionLimit) };
}

export const wholeStep = (plan: StepPlan): Shard => shardOf(plan, 0, 1);

/**
 * Of each process. At most one thread for each instance, or for each connection of one pool: a thread without one would
 * have nothing to do.
 */
export function threadsOf({ threads, instances, pool }: StepPlan, processes = 1): number {
  return Math.max(1, Math.min(threads, Math.floor((instances ?? pool.connectionLimit) / processes)));
}

/**
 * The threads of one process, among those of all that share the step. Processes take turns in the row of threads, so that
 * cards are dealt to processes as evenly as to threads, and a process's share does not depend on its threads.
 */
export function shardsOf(plan: StepPlan, { index, of }: Pick<StepPart, 'index' | 'of'> = { index: 0, of: 1 }): Shard[] {
  const own = threadsOf(plan, of);
  return Array.from({ length: own }, (_, turn) => shardOf(plan, turn * of + index, own * of));
}

/** One thread's part of a count. Remainders go to the first threads. */
export function shardShare(count: number, { thread, threads }: Pick<Shard, 'thread' | 'threads'>): number {
  return Math.floor(count / threads) + (thread < count % threads ? 1 : 0);
}

/** What one thread does of a plan; its arrivals are split by the schedule. */
export function planFor(plan: StepPlan, shard: Shard): StepPlan {
  const { instances } = plan;
  const load =
    plan.load.kind === 'closed' ? { ...plan.load, workers: workersOf(plan.load.workers, shard, instances) } : plan.load;
  const own = { ...plan, threads: 1, load };
  return instances === undefined
    ? { ...own, pool: poolFor(plan.pool, shard) }
    : { ...own, instances: shardShare(instances, shard) };
}

/** Workers of a closed loop are dealt to the instances one by one, and go with them. */
function workersOf(workers: number, shard: Shard, instances: number | undefined): number {
  if (instances === undefined) return shardShare(workers, shard);
  const left = shardShare(workers % instances, shard);
  return Math.floor(workers / instances) * shardShare(instances, shard) + left;
}

function poolFor(pool: LoadPoolSettings, shard: Shard): LoadPoolSettings {
  const own = { ...pool, connectionLimit: shardShare(pool.connectionLimit, shard) };
  return pool.queueLimit === undefined ? own : { ...own, queueLimit: shardShare(pool.queueLimit, shard) };
}
