import { PoolctlError } from '../base/errors.ts';
import { formatDuration } from '../base/units.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { PoolSettings } from '../size/input.ts';
import type { SizeResult } from '../size/result.ts';
import { type BusiestHour, busiestHour } from './busiest.ts';
import { compareSides } from './compare.ts';
import { joinEvidence } from './evidence.ts';
import { gaugesOf, gaugeWarnings } from './gauges.ts';
import { holdOf, type KnownHold } from './hold-of.ts';
import { judgeCase, type PoolJudgement } from './judge.ts';
import { judgeLoads } from './judge-loads.ts';
import { seasonalMargin } from './margin.ts';
import type { RecommendInput, RecommendResult, SettingChange } from './result.ts';
import { poolOf, type Side, sideOf, splitAtLimit, timelinesOf } from './side.ts';
import { type Sizing, sizingFor } from './sizing.ts';
import { hourMs, usualLimit } from './timeline.ts';
import { troubleOf } from './trouble.ts';
import { changedBudget, withinBudget } from './within-budget.ts';

const defaultSlowMs = 1_000;
const defaultLoss = 0.001;

/**
 * Whether a pool should be kept, raised or lowered, from what was seen of it since it was changed, and before. Pure. The
 * busiest hour of one pool decides, by the model of `sizePool`; a pool is lowered only after a whole week.
 * @throws PoolctlError INPUT_MISSING, INPUT_CONTRADICTION, VALUE_INVALID
 */
export function recommend(input: RecommendInput): RecommendResult {
  const { before, after, fleet = {}, slowMs = defaultSlowMs } = input;
  const sides = [...(before ? [{ name: 'before', evidence: before }] : []), { name: 'after', evidence: after }];
  const pool = poolOf(sides, input.pool);
  const split = splitAtLimit(timelinesOf(after, pool, 'after'));
  if (split.after.length === 0) return judgeLoads(input, pool);
  const pools = fleet.instances === undefined ? undefined : fleet.instances * (fleet.processesPerInstance ?? 1);
  refuseUndividedFleet(
    split.after.some(({ history }) => history.scope === 'fleet'),
    pools,
  );
  const options = { pools, slowMs };
  const now = sideOf(split.after, options);
  const oldTimelines = before ? timelinesOf(before, pool, 'before') : split.before;
  const old = oldTimelines.length === 0 ? undefined : sideOf(oldTimelines, options);
  if (before && old) refuseDisorder(old, now);
  const { figures, by } = compareSides(old, now);
  const busiest = busiestHour(now.poolHours, now.stepMs);
  if (!busiest) {
    throw new PoolctlError(
      'INPUT_MISSING',
      `Nothing seen of pool "${pool}" says how many of its connections are in use.`,
      {
        hint: 'It takes connections in use, or requests and the time that connections are held.',
      },
    );
  }
  const history = now.timelines.find((timeline) => timeline.history.instance === busiest.instance) ?? now.timelines[0];
  const limit = limitOf(input, history && usualLimit(history));
  const known: KnownHold = history
    ? holdOf(busiest, history.history, now.hoursOf(history))
    : { hold: { meanMs: busiest.holdMs ?? 1 }, basis: 'mean' };
  const instances = fleet.instances ?? Math.max(1, Math.ceil(now.seen.pools / (fleet.processesPerInstance ?? 1)));
  const sizing = sizingFor(input, busiest, known, instances);
  const margin = seasonalMargin(now.hours, figures, old && middleOf(now) - middleOf(old));
  const [need, nextNeed] = [sizing.need(1), sizing.need(1 + margin.ratio)];
  const maxLossRatio = input.targets?.maxLossRatio ?? defaultLoss;
  const hours = now.poolHours.map((own) => own.hours);
  const trouble = troubleOf(now.hours, hours, maxLossRatio);
  const judged = judgeCase({
    side: now,
    figures,
    busiest,
    limit,
    trouble,
    margin,
    sizing,
    need,
    nextNeed,
    maxLossRatio,
  });
  const fitted = withinBudget(judged, nextNeed, sizing, limit, 1 + margin.ratio);
  const { pool: seen, ...shown } = busiest;
  const { connectionLimit, notes: judgedNotes = [], ...decided } = fitted.judged;
  return {
    pool,
    ...decided,
    changes: changesOf(input.settings ?? {}, limit, fitted.sized, fitted.judged, known.basis !== 'unknown'),
    figures,
    ...withoutUndefined({ comparedBy: by, slowFromMs: now.slow?.fromMs }),
    seen: { after: now.seen, ...(old && { before: old.seen }) },
    busiest: { ...shown, ...(now.hasClock && { at: new Date(seen.hour * hourMs).toISOString() }) },
    need: { now: need.connectionLimit, nextWeek: nextNeed.connectionLimit },
    ...(known.basis !== 'unknown' && expectedOf(sizing, limit, connectionLimit)),
    margin,
    holdBasis: known.basis,
    ...changedBudget(limit, fitted.sized),
    sized: withoutWarnings(fitted.sized),
    notes: [
      ...joinEvidence(sides.map(({ evidence }) => evidence)).notes,
      ...now.notes,
      ...(sides.some(({ evidence }) => evidence.loads.length > 0)
        ? ['A measured load has no time: it is not compared with what was seen over time.']
        : []),
      ...splitNotes(split.change, before !== undefined),
      ...lackNotes(now, busiest, known),
      ...judgedNotes,
    ],
    warnings: gaugeWarnings(
      pool,
      now.timelines.map(({ history: own }) => gaugesOf(own)),
    ),
  };
}

function middleOf({ fromMs, toMs }: Side): number {
  return (fromMs + toMs) / 2;
}

function refuseUndividedFleet(isFleet: boolean, pools: number | undefined): void {
  if (!isFleet || pools !== undefined) return;
  throw new PoolctlError('INPUT_MISSING', 'A server sees the connections of all instances together.', {
    hint: 'Add --instances N (and --processes), so that they can be shared out to the pools.',
  });
}

function refuseDisorder(before: Side, after: Side): void {
  if (!before.hasClock || !after.hasClock || before.toMs <= after.fromMs) return;
  const swapped = before.fromMs >= after.toMs;
  const at = (ms: number) => new Date(ms).toISOString();
  throw new PoolctlError(
    'INPUT_CONTRADICTION',
    swapped
      ? `What is given as before is of after ${at(after.toMs)}, which is where "after" ends.`
      : `Before and after overlap: before goes on until ${at(before.toMs)}, and after begins at ${at(after.fromMs)}.`,
    { hint: swapped ? 'Swap --before and --after.' : 'Cut the files at the moment of the change.' },
  );
}

/** As given, or as the pools have it. @throws PoolctlError INPUT_MISSING */
function limitOf({ settings }: RecommendInput, seen: number | undefined): number {
  const limit = settings?.connectionLimit ?? seen;
  if (limit !== undefined && limit >= 1) return limit;
  throw new PoolctlError('INPUT_MISSING', 'The files do not say how many connections the pool may have.', {
    hint: 'Add --connection-limit N, the setting as it is now.',
  });
}

/** The queue and the time-out follow from the pool; what is not known of them is set. */
function changesOf(
  settings: Partial<PoolSettings>,
  limit: number,
  sized: SizeResult,
  { decision, connectionLimit, cause }: PoolJudgement,
  isHoldKnown: boolean,
): SettingChange[] {
  const change = (setting: SettingChange['setting'], now: number | undefined, to: number): SettingChange => ({
    setting,
    to,
    ...(now !== undefined && { now }),
    change: now === undefined ? 'set' : to > now ? 'raise' : to < now ? 'lower' : 'keep',
  });
  const connections = change('connectionLimit', limit, connectionLimit);
  // What is to be fixed first, and what is not known yet, changes nothing.
  if (cause || decision === 'not-enough' || !isHoldKnown) return [connections];
  const { queueLimit, acquireTimeoutMs } = settings;
  const { least, most } = sized.queueBounds ?? { least: sized.queueLimit, most: sized.queueLimit };
  const queue = queueLimit === undefined ? sized.queueLimit : Math.min(most, Math.max(least, queueLimit));
  const healthy = Math.ceil(sized.outlook?.prediction.p999WaitMs ?? 0);
  const timeout = Math.max(sized.acquireTimeoutMs, acquireTimeoutMs === undefined ? 0 : Math.min(healthy, 60_000));
  const others = [change('queueLimit', queueLimit, queue), change('acquireTimeoutMs', acquireTimeoutMs, timeout)];
  // A pool that is kept is told nothing of settings that nobody named.
  return [connections, ...others.filter((other) => decision !== 'keep' || other.change !== 'set')];
}

function expectedOf(sizing: Sizing, limit: number, connectionLimit: number): Pick<RecommendResult, 'expected'> {
  const [now, then] = [limit, connectionLimit].map((size) => sizing.judge({ connectionLimit: size }, 1).outlook);
  if (!then) return {};
  const waits = { nowP99WaitMs: now?.prediction.p99WaitMs, p99WaitMs: then.prediction.p99WaitMs };
  return { expected: { ...withoutUndefined(waits), targetMs: then.targets.maxWaitP99Ms } };
}

function withoutWarnings({ warnings: _, ...sized }: SizeResult) {
  return sized;
}

function splitNotes(
  change: { readonly atMs: number; readonly from: number } | undefined,
  hasBefore: boolean,
): string[] {
  if (!change) return [];
  const when =
    change.atMs > 1e11 ? `at ${new Date(change.atMs).toISOString()}` : `after ${formatDuration(change.atMs)}`;
  return [
    `The limit was ${change.from} until it changed ${when}: only what came after it counts${hasBefore ? '' : ', and it is compared with what was before'}.`,
  ];
}

function lackNotes(
  { hours, hasClock }: Side,
  { isAtLeast, ratePerSecond }: BusiestHour,
  { basis }: KnownHold,
): string[] {
  const has = (of: (hour: Side['hours'][number]) => unknown) => hours.some((hour) => of(hour) !== undefined);
  return [
    ...(ratePerSecond === undefined ? ['Requests were not counted: the load is that of the connections in use.'] : []),
    ...(basis === 'mean'
      ? ['Of the hold times only the mean is known: they are taken to vary as exponential ones do.']
      : []),
    ...(basis === 'unknown' ? ['Hold times are not known: queueLimit and acquireTimeout cannot be judged.'] : []),
    ...(has(({ grown }) => grown.timedOut) ? [] : ['Time-outs were not counted.']),
    ...(has(({ waiting }) => waiting) ? [] : ['Waiting requests were not seen.']),
    ...(isAtLeast
      ? ['All connections were in use for most of the busiest hour: there may have been more load than that.']
      : []),
    ...(hasClock ? [] : ['Without a clock, hours are told apart by their distance from the start.']),
  ];
}
