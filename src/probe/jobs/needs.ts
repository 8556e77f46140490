import { threadsOf } from '../load/shard.ts';
import type { ShardPlan } from '../shards/model.ts';

/** For a statement under way to end, the clean-up and a look at the server: it takes seconds, up to 30 where the server stands still. */
const endMs = 60_000;

/** What one shard may take, whatever the system: for its limits. */
export interface ShardNeeds {
  /** From its first instruction to its end, where it waits for the others as long as the plan allows. */
  readonly longestMs: number;
  /** Each keeps a processor busy. */
  readonly threads: number;
  /** For what a signal starts: clean-up, and the result. */
  readonly graceSeconds: number;
}

export function shardNeeds({ steps, meeting }: Pick<ShardPlan, 'steps' | 'meeting'>): ShardNeeds {
  const loadMs = Math.max(0, ...steps.map(({ startMs, plan }) => startMs + plan.warmupMs + plan.durationMs));
  return {
    longestMs: meeting.waitMs + meeting.leadMs + loadMs + endMs,
    threads: Math.max(1, ...steps.map(({ plan }) => threadsOf(plan))),
    graceSeconds: 30,
  };
}
