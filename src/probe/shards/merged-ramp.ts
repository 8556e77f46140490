import { poolText } from '../../base/pool-notation.ts';
import { formatCount, formatDuration, formatNumber, tidy } from '../../base/units.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import { type AdviceInput, type Advised, advise, lawLevel } from '../analyse/advice.ts';
import { failureCounts, rampLevel, serviceBucketsOf } from '../analyse/figures.ts';
import { rampOf } from '../analyse/knee.ts';
import type { Advice, Ramp, RampLevel } from '../result.ts';
import { defaultErrorRatio } from '../run/watch.ts';
import { connectionsOfPools } from './dealt.ts';
import { type MeasuredTogether, type MergedAnswer, poolsOfStep } from './measured-together.ts';
import { mergeEnds } from './merge-ends.ts';
import type { LeftOutStep, MergedStep } from './merge-step.ts';
import type { ShardQuestion, ShardResult } from './model.ts';
import { shardName } from './whole-plan.ts';

type RampQuestion = ShardQuestion & { readonly kind: 'ramp' };

/** The knee of a ramp that several processes climbed together; sizes are of all of them. */
export function mergedRamp(measured: MeasuredTogether, question: RampQuestion): MergedAnswer {
  const { shards, steps } = measured;
  const whole = steps.filter((step) => flawOf(step, shards) === undefined);
  const leftOut = steps.flatMap((step): LeftOutStep[] => {
    const reason = flawOf(step, shards);
    return reason === undefined ? [] : [{ label: step.step.label, reason }];
  });
  const bySize = groupBySize(whole, shards);
  if (bySize.size === 0) return { found: { runs: [] }, shown: [], leftOut };
  const ramp = rampOf(levelsOf(bySize, shards), question.workers, question.rounds, factsOf(shards, bySize));
  const cut = cutReason(measured);
  const advised = cut ?? adviceOf(measured, question, ramp, bySize);
  const knee = ramp.knee.connectionLimit ?? best(ramp).connectionLimit;
  return {
    found: {
      runs: [],
      ramp: cut ? { ...ramp, knee: { limitedBy: 'none', reason: cut.reason } } : ramp,
      ...(advised.advice
        ? { recommendation: advised.advice }
        : { noRecommendation: { reason: advised.reason, next: advised.next } }),
    },
    shown: bySize.get(knee) ?? [],
    step: `${formatCount(knee, 'connection')} in all`,
    leftOut,
  };
}

/** A step that was cut short or failed, or in which the server stood still, says nothing of its size. */
function flawOf({ step, run, parts, cutToMs }: MergedStep, [first]: readonly ShardResult[]): string | undefined {
  const { maxErrorRatio = defaultErrorRatio } = first?.plan.guard.limits ?? {};
  if (run.cutShort || cutToMs !== undefined) return 'it ended before its time';
  if (run.completed === 0) return 'it served nothing';
  if (failureCounts(run) > maxErrorRatio * run.requests) return 'too many of its requests failed';
  if (parts.some(({ stoodStill }) => stoodStill)) return 'the server stood still in it';
  const late = parts.find(({ lateMs }) => lateMs > step.plan.warmupMs);
  return late && `the pool of ${shardName(late.shard)} was open ${formatDuration(late.lateMs)} late`;
}

function groupBySize(steps: readonly MergedStep[], shards: readonly ShardResult[]): Map<number, MergedStep[]> {
  const bySize = new Map<number, MergedStep[]>();
  for (const step of steps) {
    const size = connectionsOfPools(poolsOfStep(step, shards, 'present'));
    bySize.set(size, [...(bySize.get(size) ?? []), step]);
  }
  return bySize;
}

function levelsOf(bySize: ReadonlyMap<number, readonly MergedStep[]>, shards: readonly ShardResult[]): RampLevel[] {
  const isServerHere = shards.some((shard) => shard.isServerHere);
  return [...bySize].flatMap(([size, rounds]) => rampLevel(size, runsOf(rounds), { isServerHere }) ?? []);
}

const runsOf = (rounds: readonly MergedStep[]) => rounds.map(({ run }) => run);

function factsOf(shards: readonly ShardResult[], bySize: ReadonlyMap<number, readonly MergedStep[]>) {
  return {
    ...withoutUndefined({ lockWaitRatio: lockWaitRatio(bySize) }),
    ...withoutUndefined({ mostConnections: shards[0]?.plan.guard.budget.allowed }),
    ...withoutUndefined({ roundTripMs: mergeEnds(shards).transport?.roundTripMs.p50 }),
  };
}

/** Of the working sessions of the larger half of the sizes; undefined where none was seen. */
function lockWaitRatio(bySize: ReadonlyMap<number, readonly MergedStep[]>): number | undefined {
  const sizes = [...bySize.keys()].sort((left, right) => left - right);
  const larger = sizes.slice(Math.floor(sizes.length / 2));
  const own = larger
    .flatMap((size) => bySize.get(size) ?? [])
    .flatMap(({ parts }) => parts.flatMap((part) => part.own ?? []));
  const active = own.reduce((sum, one) => sum + one.active, 0);
  const waiting = own.reduce((sum, one) => sum + one.lockWaiting, 0);
  return active === 0 ? undefined : waiting / active;
}

function best({ levels }: Ramp): RampLevel {
  return levels.reduce((most, level) =>
    level.throughputPerSecond.value > most.throughputPerSecond.value ? level : most,
  );
}

type NoAdvice = Extract<Advised, { readonly advice: undefined }>;

/** Why a ramp that is not whole has no knee. */
function cutReason({ missing, finished, shards }: MeasuredTogether): NoAdvice | undefined {
  if (missing.length > 0) {
    const of = formatNumber(shards[0]?.plan.shards ?? 0);
    return {
      advice: undefined,
      reason: `${formatCount(missing.length, 'shard')} of ${of} left no result: what the server did for ${missing.length === 1 ? 'it' : 'them'} is in no figure, so no size follows from the others.`,
      next: 'Run the plan anew, with all shards.',
    };
  }
  if (finished === 'complete') return undefined;
  return {
    advice: undefined,
    reason: 'The ramp was stopped before its end: what larger pools do is not known.',
    next: 'Run it again, when the server bears it, for a size to rely on.',
  };
}

function adviceOf(
  { shards }: MeasuredTogether,
  { tps, burst }: RampQuestion,
  ramp: Ramp,
  bySize: ReadonlyMap<number, readonly MergedStep[]>,
): Advised {
  const plan = shards[0]?.plan;
  if (!plan) throw new Error('a ramp without a shard');
  const { instances = 1, threads } = plan.load;
  const level = tps === undefined ? undefined : lawLevel(ramp.levels, tps * instances);
  const input: AdviceInput = {
    ...{ ramp, budget: plan.guard.budget, transportOnly: plan.workload.transportOnly, instances },
    ...withoutUndefined({ tps, burst }),
    serviceBuckets: serviceBucketsOf(runsOf(bySize.get(level?.connectionLimit ?? 0) ?? [])),
  };
  const advised = advise(input);
  if (!advised.advice) return advised;
  const reasons = [...ofPools(input, plan.shards, threads), ...unproven(advised.advice, tps)];
  return { advice: withReasons(advised.advice, reasons) };
}

/** Advice for one pool says what the same load needs on as many pools as the shards had: each waits by itself. */
function ofPools({ tps, ...input }: AdviceInput, shards: number, threads: number): string[] {
  const { instances = 1 } = input;
  if (instances > 1) return [];
  const pools = shards * threads;
  const each = advise({ ...input, instances: pools, ...(tps !== undefined && { tps: tps / pools }) }).advice;
  if (!each) return [];
  const { connectionLimit } = each;
  const proof =
    tps === undefined
      ? []
      : [
          `Shards prove that by a plan of their own: probe --connection-limit ${connectionLimit * pools} --tps ${tidy(tps)} --shards ${shards} --save-plan proof.json.`,
        ];
  return [
    `That is one pool for all of it: ${formatCount(pools, 'pool')} of their own, as the shards had, need ${formatCount(connectionLimit, 'connection')} each, ${formatNumber(connectionLimit * pools)} in all.`,
    ...proof,
  ];
}

/** Shards split a pool that is named: one pool is proved by one process, and instances by as many as there are. */
function unproven(
  { connectionLimit, queueLimit, acquireTimeoutMs, instances }: Advice,
  tps: number | undefined,
): string[] {
  if (tps === undefined) return [];
  const pool = poolText({ connectionLimit, queueLimit, acquireTimeoutMs }).replaceAll(' ', '');
  const [, queue, timeout] = pool.split('/');
  const flags =
    instances === undefined
      ? `--connection-limit ${connectionLimit} --queue-limit ${queue} --acquire-timeout ${timeout}`
      : `--instances ${instances} --per-instance ${pool}`;
  const where = instances === undefined ? ', in one process,' : '';
  return [`Not proven by a run: probe ${flags} --tps ${tidy(tps)}${where} would do it.`];
}

function withReasons(advice: Advice, more: readonly string[]): Advice {
  return { ...advice, reasons: [...advice.reasons, ...more] };
}
