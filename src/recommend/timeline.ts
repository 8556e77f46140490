import { type PoolHistory, type PoolPoint, type TotalName, totalNames } from './evidence.ts';

export const hourMs = 3_600_000;

/** From one reading of a pool to the next: what happened in between. */
export interface Stride {
  readonly fromMs: number;
  readonly toMs: number;
  /** How much each total has grown; left out where the source has it not. */
  readonly grown: Partial<Readonly<Record<TotalName, number>>>;
  readonly useCounts?: readonly number[];
  /** As the later reading has it. */
  readonly inUse?: number;
  readonly limit?: number;
  readonly waiting?: number;
  readonly overdue?: number;
  /** The process was started anew in between. */
  readonly isRestart: boolean;
}

/** A pool over time without the stretches of which nothing is known. */
export interface Timeline {
  readonly history: PoolHistory;
  readonly strides: readonly Stride[];
  /** The usual time between two readings. */
  readonly stepMs: number;
  /** Stretches without readings, in ms together, and how many. */
  readonly gaps: { readonly count: number; readonly ms: number };
  readonly restarts: number;
}

/** A longer time than this many usual steps, and than this many ms, between two readings is a gap; so is one over which the clock jumped. */
const longSteps = 5;
const longMs = 300_000;

/** Undefined for a single reading, which has no rate. */
export function poolTimelineOf(history: PoolHistory): Timeline | undefined {
  const { points } = history;
  const stepMs = usualStep(points);
  const strides: Stride[] = [];
  const gaps = { count: 0, ms: 0 };
  let restarts = 0;
  for (const [index, point] of points.entries()) {
    const before = points[index - 1];
    if (!before) continue;
    const stride = strideOf(before, point);
    if (stride.isRestart) restarts += 1;
    const ms = point.atMs - before.atMs;
    const ranMs = stride.isRestart ? ms : (point.ranMs ?? 0) - (before.ranMs ?? 0) || ms;
    const hasJumped = ranMs > 0 && Math.abs(ranMs - ms) > Math.max(ms, stepMs);
    if (hasJumped || ms > Math.max(longSteps * stepMs, longMs)) {
      gaps.count += 1;
      gaps.ms += hasJumped ? ranMs : ms;
    } else strides.push(stride);
  }
  return strides.length === 0 ? undefined : { history, strides, stepMs, gaps, restarts };
}

function usualStep(points: readonly PoolPoint[]): number {
  const steps = points.slice(1).map(({ atMs }, index) => atMs - (points[index]?.atMs ?? 0));
  return steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
}

/** A total that fell began again at 0: what it shows now has come since, as rate() of Prometheus takes it. */
function strideOf(before: PoolPoint, now: PoolPoint): Stride {
  const total = (point: PoolPoint, name: TotalName) => (name === 'asked' ? askedOf(point) : point[name]);
  const isRestart = totalNames.some((name) => (total(now, name) ?? 0) < (total(before, name) ?? 0) * (1 - 1e-9) - 1e-6);
  const grown: Partial<Record<TotalName, number>> = {};
  for (const name of totalNames) {
    const [from, to] = [total(before, name), total(now, name)];
    if (from === undefined || to === undefined) continue;
    grown[name] = Math.max(0, isRestart ? to : to - from);
  }
  const useCounts = countsBetween(before, now, isRestart);
  const { inUse, limit, waiting, overdue } = now;
  return {
    ...{ fromMs: before.atMs, toMs: now.atMs, grown, isRestart },
    ...(useCounts && { useCounts }),
    ...(inUse !== undefined && { inUse }),
    ...(limit !== undefined && { limit }),
    ...(waiting !== undefined && { waiting }),
    ...(overdue !== undefined && { overdue }),
  };
}

/** As told; or those that got a connection, and those that got none. */
function askedOf({ asked, granted, uses, timedOut = 0, refused = 0 }: PoolPoint): number | undefined {
  const got = granted ?? uses;
  return asked ?? (got === undefined ? undefined : got + timedOut + refused);
}

function countsBetween(before: PoolPoint, now: PoolPoint, isRestart: boolean): readonly number[] | undefined {
  const [from, to] = [before.useCounts, now.useCounts];
  if (!from || !to || from.length !== to.length) return undefined;
  return isRestart ? to : to.map((count, at) => Math.max(0, count - (from[at] ?? 0)));
}

const mostChanges = 4;

/** The limit that most of the readings have; undefined where none of them has a limit. */
export function usualLimit({ strides }: Timeline): number | undefined {
  const counts = new Map<number, number>();
  for (const { limit } of strides) if (limit !== undefined) counts.set(limit, (counts.get(limit) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

/** The first reading with the limit of connections that is there at the end, and the one before it; undefined where it always was, or is not known. */
export function lastLimitChangeMs(
  timelines: readonly Timeline[],
): { readonly atMs: number; readonly from: number } | undefined {
  const changes = timelines.flatMap(({ strides }) => {
    const limits = strides.filter(({ limit }) => limit !== undefined);
    const now = limits.at(-1)?.limit;
    const changed = limits.filter(({ limit }, index) => index > 0 && limit !== limits[index - 1]?.limit).length;
    // Nobody changes a setting so often: PgBouncer's limit rises while its reserve is in use.
    if (changed > mostChanges) return [];
    const last = limits.findLastIndex(({ limit }) => limit !== now);
    const [other, next] = [limits[last], limits[last + 1]];
    return other?.limit === undefined || !next ? [] : [{ atMs: next.toMs, from: other.limit }];
  });
  return changes.sort((a, b) => b.atMs - a.atMs)[0];
}

/** Only what came after, or only what came until then. */
export function cutTimeline(timeline: Timeline, isKept: (stride: Stride) => boolean): Timeline | undefined {
  const strides = timeline.strides.filter(isKept);
  if (strides.length === 0) return undefined;
  return { ...timeline, strides, restarts: strides.filter(({ isRestart }) => isRestart).length };
}
