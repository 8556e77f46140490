import { createHash } from 'node:crypto';
import { PoolctlError } from '../../base/errors.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { ProbeResult } from '../result.ts';
import { mergeEnds } from './merge-ends.ts';
import { type MergedStep, mergeStep } from './merge-step.ts';
import { mergedLoad } from './merged-load.ts';
import { mergedRamp } from './merged-ramp.ts';
import type { ShardResult } from './model.ts';
import { figuresByShard, withoutLate } from './shard-figures.ts';
import { type NamedShard, shardsOfOnePlan } from './whole-plan.ts';

/**
 * The shards of one run of a plan as one probe. Counts and histograms are added, so percentiles are those of all requests;
 * rates are of the seconds that all shards measured. With `allowMissing` also where some left no result: then nothing is
 * recommended. The order of the shards does not matter.
 * @throws PoolctlError as shardsOfOnePlan; INPUT_MISSING where they have measured nothing in common
 */
export function mergeShardResults(
  given: readonly NamedShard[],
  options: { readonly allowMissing?: boolean } = {},
): ProbeResult {
  const { shards, missing } = shardsOfOnePlan(given, options);
  const plan = shards[0]?.plan;
  if (!plan) throw nothingMeasured([]);
  const all = plan.steps.flatMap((_, at) => mergeStep(shards, at) ?? []);
  const steps = all.filter((step) => 'run' in step);
  const ends = mergeEnds(shards);
  const { question } = plan;
  const measured = { shards, missing, steps, finished: ends.finished };
  const answer = question.kind === 'ramp' ? mergedRamp(measured, question) : mergedLoad(measured, question);
  const leftOut = [...all.filter((step) => 'reason' in step), ...answer.leftOut];
  if (answer.shown.length === 0) throw nothingMeasured(leftOut, shards);
  const { load, server, workload, guard } = plan;
  const each = figuresByShard(shards, answer.shown);
  const [first] = answer.shown;
  return {
    run: runOfAll(shards),
    mode: plan.question.kind,
    ...ends,
    target: server,
    workload,
    budget: guard.budget,
    load,
    ...answer.found,
    shards: {
      ...{ plan: plan.id, hash: plan.hash, of: plan.shards, missing, leftOut, each },
      ...withoutUndefined({
        cutToMs: leastCut(answer.shown),
        step: answer.step,
        withoutLate: first && withoutLate(each, first),
      }),
    },
  };
}

/** A plan may be run again: what was put together is the same run where its shards are. */
function runOfAll(shards: readonly ShardResult[]): string {
  const runs = shards.map(({ run }) => run).sort();
  return createHash('sha256').update(runs.join()).digest('hex').slice(0, 8);
}

function leastCut(steps: readonly MergedStep[]): number | undefined {
  const cuts = steps.flatMap(({ cutToMs }) => cutToMs ?? []);
  return cuts.length === 0 ? undefined : Math.min(...cuts);
}

function nothingMeasured(
  leftOut: readonly { readonly label: string; readonly reason: string }[],
  shards: readonly ShardResult[] = [],
): PoolctlError {
  const [first] = leftOut;
  const { finished, stoppedBy } = mergeEnds(shards);
  const ended = finished === 'interrupted' ? 'they were interrupted' : stoppedBy?.message.replace(/\.$/, '');
  const why = [...(first ? [`${first.reason} (${first.label})`] : []), ...(ended === undefined ? [] : [ended])];
  return new PoolctlError(
    'INPUT_MISSING',
    `These shards have measured nothing together${why.length > 0 ? `: ${why.join('; ')}` : ''}.`,
    {
      hint: shards.some(({ startedAt }) => startedAt !== undefined)
        ? 'Make a new plan, and run all of its shards.'
        : 'The plan has not been begun: start all of its shards again.',
    },
  );
}
