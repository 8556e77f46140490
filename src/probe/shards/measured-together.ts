import type { LoadPoolSettings } from '../../drivers/driver.ts';
import type { ProbeResult } from '../result.ts';
import { poolsOfShard } from './dealt.ts';
import type { LeftOutStep, MergedStep } from './merge-step.ts';
import type { ShardResult } from './model.ts';

/** What shards have measured together. */
export interface MeasuredTogether {
  readonly shards: readonly ShardResult[];
  /** Their numbers, from 0. */
  readonly missing: readonly number[];
  readonly steps: readonly MergedStep[];
  readonly finished: ProbeResult['finished'];
}

/** What the plan asked, answered by its shards. */
export interface MergedAnswer {
  readonly found: Pick<ProbeResult, 'runs' | 'ramp' | 'recommendation' | 'noRecommendation' | 'verification' | 'split'>;
  /** The rounds of one step by which the shards are shown, and its name. */
  readonly shown: readonly MergedStep[];
  readonly step?: string;
  readonly leftOut: readonly LeftOutStep[];
}

/** Those of all shards of the plan, or of those that are there. */
export function poolsOfStep(
  { step, parts }: Pick<MergedStep, 'step' | 'parts'>,
  shards: readonly ShardResult[],
  which: 'all' | 'present',
): LoadPoolSettings[] {
  const of = shards[0]?.plan.shards ?? 1;
  const present = parts.map(({ shard }) => shard.shard);
  return Array.from({ length: of }, (_, index) => index)
    .filter((index) => which === 'all' || present.includes(index))
    .flatMap((index) => poolsOfShard(step.plan, { index, of }));
}
