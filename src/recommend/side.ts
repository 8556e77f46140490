import { PoolctlError } from '../base/errors.ts';
import { didYouMean } from '../base/suggest.ts';
import { formatCount, formatDuration } from '../base/units.ts';
import type { PoolHours } from './busiest.ts';
import type { SlowBucket } from './compare.ts';
import { type Coverage, coverageOf } from './cycle.ts';
import type { Evidence } from './evidence.ts';
import { type FleetHour, fleetHours, hoursOf, type PoolHour } from './hours.ts';
import type { SeenSide } from './result.ts';
import {
  cutTimeline,
  hourMs,
  lastLimitChangeMs,
  poolTimelineOf,
  type Stride,
  type Timeline,
  usualLimit,
} from './timeline.ts';

/** One side of the comparison, worked out. */
export interface Side {
  readonly timelines: readonly Timeline[];
  readonly hoursOf: (timeline: Timeline) => readonly PoolHour[];
  readonly hours: readonly FleetHour[];
  readonly poolHours: readonly PoolHours[];
  readonly coverage: Coverage;
  readonly hasClock: boolean;
  readonly seen: SeenSide;
  readonly slow?: SlowBucket;
  readonly stepMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly notes: readonly string[];
}

export interface SideOptions {
  /** Pools that share what a server sees of an application. */
  readonly pools: number | undefined;
  readonly slowMs: number;
}

/** The pool that both sides speak of. @throws PoolctlError INPUT_MISSING, INPUT_CONTRADICTION */
export function poolOf(
  sides: readonly { readonly name: string; readonly evidence: Evidence }[],
  asked: string | undefined,
): string {
  const namesOf = ({ histories }: Evidence) => [...new Set(histories.map(({ pool }) => pool))];
  const all = [...new Set(sides.flatMap(({ evidence }) => namesOf(evidence)))];
  if (asked !== undefined) {
    if (all.includes(asked)) return asked;
    throw new PoolctlError('INPUT_MISSING', `No file is of a pool "${asked}".${didYouMean(asked, all)}`, {
      hint: `They are of ${all.join(', ') || 'no pool'}.`,
    });
  }
  const mixed = sides.map(({ evidence }) => namesOf(evidence)).find((names) => names.length > 1);
  if (mixed) {
    throw new PoolctlError('INPUT_CONTRADICTION', `The files are of several pools: ${mixed.slice(0, 8).join(', ')}.`, {
      hint: `Choose one with --pool '${mixed[0]}'.`,
    });
  }
  if (all.length > 1) {
    throw new PoolctlError('INPUT_CONTRADICTION', `Before and after are of different pools: ${all.join(' and ')}.`, {
      hint: 'Give files of one pool. If it was renamed, rename it in one of the files.',
    });
  }
  return all[0] ?? '';
}

/** The timelines of one pool. @throws PoolctlError INPUT_MISSING where no two readings follow each other, INPUT_CONTRADICTION */
export function timelinesOf({ histories }: Evidence, pool: string, name: string): Timeline[] {
  const own = histories.filter((history) => history.pool === pool);
  const kinds = [...new Set(own.map(({ kind }) => kind))];
  if (kinds.length > 1) {
    throw new PoolctlError(
      'INPUT_CONTRADICTION',
      `The files of ${name} show the pool in several ways, which would count it twice: ${kinds.join(' and ')}.`,
      { hint: 'Give those of one kind.' },
    );
  }
  const timelines = own.flatMap((history) => poolTimelineOf(history) ?? []);
  for (const timeline of timelines) refuseMixed(timeline);
  if (own.length > 0 && timelines.length === 0) {
    const most = Math.max(...own.map(({ points }) => points.length));
    throw new PoolctlError(
      'INPUT_MISSING',
      `${own[0]?.file ?? name}: ${most > 1 ? 'its readings are too far apart' : 'one reading'}, which ${most > 1 ? 'say' : 'says'} nothing of what happens in between.`,
      { hint: 'Read the pool every 15 to 60 s, for a week.' },
    );
  }
  return timelines;
}

/** A process does not start anew with every other reading: its totals are those of several. @throws PoolctlError INPUT_CONTRADICTION */
function refuseMixed({ history: { file, instance }, restarts, strides }: Timeline): void {
  if (restarts < 3 || restarts < strides.length / 4) return;
  throw new PoolctlError(
    'INPUT_CONTRADICTION',
    `${file}: the totals of instance "${instance}" begin again with ${formatCount(restarts, 'reading')} of ${strides.length}: they are of several processes by turns.`,
    { hint: 'Give each process an instance of its own: the host and the process.' },
  );
}

/** Splits at the last change of the limit: what came after it is the pool as it runs now. */
export function splitAtLimit(timelines: readonly Timeline[]): {
  readonly after: readonly Timeline[];
  readonly before: readonly Timeline[];
  readonly change?: { readonly atMs: number; readonly from: number };
} {
  const change = lastLimitChangeMs(timelines);
  if (!change) return { after: timelines, before: [] };
  const cut = (isKept: (stride: Stride) => boolean) =>
    timelines.flatMap((timeline) => cutTimeline(timeline, isKept) ?? []);
  return {
    change,
    after: cut(({ fromMs }) => fromMs >= change.atMs),
    before: cut(({ toMs, limit }) => toMs <= change.atMs && (limit === undefined || limit === change.from)),
  };
}

export function sideOf(timelines: readonly Timeline[], { pools, slowMs }: SideOptions): Side {
  const cached = new Map(timelines.map((timeline) => [timeline, hoursOf(timeline)]));
  const own = (timeline: Timeline) => cached.get(timeline) ?? [];
  const stepMs = Math.max(...timelines.map((timeline) => timeline.stepMs));
  const hours = fleetHours([...cached.values()], stepMs);
  const hasClock = timelines.every(({ history }) => history.hasClock);
  const coverage = coverageOf(hours, hasClock);
  let [fromMs, toMs] = [Infinity, Number.NEGATIVE_INFINITY];
  for (const { strides } of timelines) {
    fromMs = Math.min(fromMs, strides[0]?.fromMs ?? Infinity);
    toMs = Math.max(toMs, strides.at(-1)?.toMs ?? Number.NEGATIVE_INFINITY);
  }
  const isFleet = timelines.some(({ history }) => history.scope === 'fleet');
  const atOnce =
    hours.map((hour) => hour.pools).sort((a, b) => a - b)[Math.floor(hours.length / 2)] ?? timelines.length;
  const limits = timelines.flatMap((timeline) => usualLimit(timeline) ?? []);
  const slow = slowBucket(timelines, slowMs);
  const gaps = timelines.reduce((sum, timeline) => sum + timeline.gaps.count, 0);
  const gapMs = timelines.reduce((sum, timeline) => sum + timeline.gaps.ms, 0);
  return {
    ...{ timelines, hoursOf: own, hours, coverage, hasClock, stepMs, fromMs, toMs },
    poolHours: timelines.map((timeline) => ({
      instance: timeline.history.instance,
      hours: own(timeline),
      pools: timeline.history.scope === 'fleet' ? (pools ?? 1) : 1,
    })),
    seen: {
      kinds: [...new Set(timelines.map(({ history }) => history.kind))],
      ...(hasClock && { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() }),
      hours: coverage.hours,
      days: (toMs - fromMs) / (24 * hourMs),
      isWholeWeek: coverage.isWholeWeek,
      pools: isFleet ? (pools ?? 1) : atOnce,
      restarts: timelines.reduce((sum, { restarts }) => sum + restarts, 0),
      gaps,
      ...(limits.length > 0 && { connectionLimit: Math.max(...limits) }),
    },
    ...(slow && { slow }),
    notes: [
      ...(gaps > 0 ? [`${formatCount(gaps, 'gap')} without readings, ${formatDuration(gapMs)} in all, left out.`] : []),
      ...(new Set(limits).size > 1
        ? [
            `The pools have different limits, from ${Math.min(...limits)} to ${Math.max(...limits)}: that of the busiest counts.`,
          ]
        : []),
    ],
  };
}

/** The first bucket that is slow as a whole; undefined without a histogram. */
function slowBucket(timelines: readonly Timeline[], slowMs: number): SlowBucket | undefined {
  const bounds = timelines[0]?.history.useBoundsMs;
  if (!bounds || timelines.some(({ history }) => `${history.useBoundsMs}` !== `${bounds}`)) return undefined;
  const index = bounds.findIndex((bound) => bound >= slowMs);
  const fromMs = bounds[index];
  return index < 0 || fromMs === undefined || fromMs === Infinity ? undefined : { index: index + 1, fromMs };
}
