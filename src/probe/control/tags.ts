import { pooledMark } from '../../inspect/leftovers.ts';
import type { ShardPart } from '../shards/part.ts';

/** How a load is told from the work of others on the server. */
export interface LoadTag {
  /** `poolctl-probe/1f3a`; of a shard `poolctl-probe/1f3a/2`, with the plan's id and its index. */
  readonly text: string;
  /**
   * The load goes through a pooler. Process ids are the pooler's own then, so that its sessions are known by the comment
   * of their statements alone, and one that idles is the pooler's, kept for its next client.
   */
  readonly isPooled: boolean;
  /** It is a part of a plan. */
  readonly shard?: ShardPart;
}

/** Of a load that goes through a pooler. The name stays on sessions that the pooler keeps, and tells of no probe at work. */
export function pooledTag(run: string): string {
  return `${pooledMark}${run}`;
}

/** Of one shard's load; its sessions and, on MySQL and MariaDB, its statements are the plan's for all other shards. */
export function shardTag(plan: string, { index }: Pick<ShardPart, 'index'>): string {
  return `poolctl-probe/${plan}/${index}`;
}

/** Whether it is of a shard: see shardTag. */
export function isShardTag(text: string): boolean {
  return /^poolctl-probe\/[0-9a-z]+\/\d+$/.test(text);
}

/** Its run or plan, of `poolctl-probe/1f3a` and of `poolctl-probe/1f3a/2`. */
export function runOfTag({ text }: Pick<LoadTag, 'text'>): string {
  return text.split('/')[1] ?? text;
}

/** @throws Error where the load is no part of a plan: openControl was not told which */
export function partOfPlan({ text, shard }: LoadTag): ShardPart {
  if (shard) return shard;
  throw new Error(`The load ${text} is no shard of a plan.`);
}
