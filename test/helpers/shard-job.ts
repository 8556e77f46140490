import type { ShardJob } from '../../src/probe/jobs/kind.ts';
import type { ShardPlan } from '../../src/probe/shards/model.ts';
import { shardPlan, shardPlanFile } from './shard-plan.ts';

/**
 * A job of three shards that wait for each other up to five minutes, prepare for 4 s and load for 11.5 s; `change` is of the
 * job or of the plan.
 */
export function shardJob(change: Partial<ShardJob> & Partial<Omit<ShardPlan, 'hash'>> = {}): ShardJob {
  const { planText, planFile = 'plan.json', image = 'poolctl:0.1.0', claim, ...ofPlan } = change;
  const plan = shardPlan(ofPlan);
  return { plan, planText: planText ?? shardPlanFile(plan), planFile, image, ...(claim !== undefined && { claim }) };
}
