import { withoutUndefined } from '../../base/without-undefined.ts';
import { clientLimitOf } from '../analyse/client.ts';
import { probeRun } from '../analyse/figures.ts';
import type { StepPlan, StepRun } from '../load/model.ts';
import type { MergedShards, ProbeRun, ShardFigures } from '../result.ts';
import { connectionsOfPools, poolsOfShard } from './dealt.ts';
import { type MergedStep, type ShardPartRun, stepRunOf } from './merge-step.ts';
import type { ShardResult } from './model.ts';

/** What each shard did in these rounds of one step. */
export function figuresByShard(shards: readonly ShardResult[], rounds: readonly MergedStep[]): ShardFigures[] {
  return shards.map((shard) => {
    const own = rounds.flatMap(({ step, parts }) => {
      const part = parts.find((one) => one.shard === shard);
      return part ? [{ plan: step.plan, run: stepRunOf([part], step.plan.threads) }] : [];
    });
    return figuresOf(shard, own);
  });
}

interface OwnRound {
  readonly plan: StepPlan;
  readonly run: StepRun;
}

function figuresOf(shard: ShardResult, rounds: readonly OwnRound[]): ShardFigures {
  const [first] = rounds;
  const runs = rounds.map(({ run }) => run);
  const own = first && probeRun('', first.plan, runs);
  const pools = first ? poolsOfShard(first.plan, { index: shard.shard, of: shard.plan.shards }) : [];
  const isClosed = first?.plan.load.kind === 'closed';
  return {
    ...{ shard: shard.shard, run: shard.run, host: shard.host, finished: endOf(shard) },
    ...withoutUndefined({ clock: shard.clock }),
    ...{ connections: connectionsOfPools(pools), pools: pools.length },
    throughputPerSecond: own?.throughputPerSecond.value ?? 0,
    openedLateMs: Math.max(0, ...shard.steps.map(({ lateMs }) => lateMs)),
    client: own?.client ?? { eventLoopUtilization: 0, cpuPerSecond: 0, lagP99Ms: 0 },
    ...withoutUndefined({ limitedBy: isClosed ? clientLimitOf(runs, shard.isServerHere) : undefined }),
    trustworthy: own?.trustworthy ?? true,
  };
}

/** A running one is none of those that are put together. */
function endOf({ finished }: ShardResult): ShardFigures['finished'] {
  return finished === 'running' ? 'interrupted' : finished;
}

/** The figures without the shards whose own delay spoils them; undefined where that is none, or where there are no others. */
export function withoutLate(
  each: readonly ShardFigures[],
  { step, parts }: MergedStep,
): MergedShards['withoutLate'] | undefined {
  const late = each.filter(({ trustworthy }) => !trustworthy).map(({ shard }) => shard);
  const others: ShardPartRun[] = parts.filter(({ shard }) => !late.includes(shard.shard));
  if (step.plan.load.kind === 'closed' || late.length === 0 || others.length === 0) return undefined;
  const rest: ProbeRun = probeRun('', step.plan, stepRunOf(others, step.plan.threads));
  return {
    late,
    throughputPerSecond: rest.throughputPerSecond,
    waitMs: rest.waitMs,
    totalMs: rest.totalMs,
  };
}
