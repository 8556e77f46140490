import type { MeasuredLoad } from '../measure/document.ts';

/** The kinds of files that evidence is read from. */
export type EvidenceKind = 'snapshots' | 'watch' | 'recording' | 'prometheus' | 'measurement';

/**
 * A pool at one moment. Totals count from the start of its process, and begin again where that is started anew. What a
 * source does not have is left out, and never 0. Times in ms.
 */
export interface PoolPoint {
  /** Wall clock; in a history without a clock from its start. */
  readonly atMs: number;
  /** How long its process had run, by a clock that does not jump. */
  readonly ranMs?: number;
  readonly inUse?: number;
  readonly limit?: number;
  /** Requests that wait. */
  readonly waiting?: number;
  /** The least of those gauges that showed less than 0, which nothing that is counted can be. */
  readonly belowZero?: number;
  readonly oldestWaitMs?: number;
  /** Held for longer than a report of a leak takes, or idle in a transaction for as long. */
  readonly overdue?: number;
  /** Total of requests, however they ended. */
  readonly asked?: number;
  /** Of those that got a connection. */
  readonly granted?: number;
  readonly timedOut?: number;
  /** Refused by a full queue. */
  readonly refused?: number;
  /** Connections that came back, and for how long they had been held together. */
  readonly uses?: number;
  readonly useMs?: number;
  /** How long those that got a connection had been in the queue together. */
  readonly queuedMs?: number;
  /** Uses by bucket of `useBoundsMs`, each by itself. */
  readonly useCounts?: readonly number[];
}

/** One pool over time. */
export interface PoolHistory {
  readonly pool: string;
  /** What tells the process apart from others with the same pool. */
  readonly instance: string;
  readonly kind: EvidenceKind;
  readonly file: string;
  /** The profile of `profiles/metrics` that has the names of its metrics. */
  readonly source?: string;
  /** One process, or all of the application at once, as a server sees it. */
  readonly scope: 'instance' | 'fleet';
  readonly hasClock: boolean;
  readonly points: readonly PoolPoint[];
  /** Upper ends of the buckets of `useCounts`, rising; the last may be Infinity. */
  readonly useBoundsMs?: readonly number[];
  /** Of all holds since the process started. */
  readonly holdQuantiles?: { readonly p50Ms: number; readonly p95Ms: number; readonly p99Ms: number };
}

/** All that was read of one side: before the change, or after it. */
export interface Evidence {
  readonly histories: readonly PoolHistory[];
  /** Measured loads that have no time of their own. */
  readonly loads: readonly MeasuredLoad[];
  /** What the files lack or what was left out of them, in words. */
  readonly notes: readonly string[];
}

/** The totals among the values of a point. */
export const totalNames = ['asked', 'granted', 'timedOut', 'refused', 'uses', 'useMs', 'queuedMs'] as const;
export type TotalName = (typeof totalNames)[number];

/** The evidence of several files as one. */
export function joinEvidence(parts: readonly Evidence[]): Evidence {
  return {
    histories: joinHistories(parts.flatMap(({ histories }) => histories)),
    loads: parts.flatMap(({ loads }) => loads),
    notes: [...new Set(parts.flatMap(({ notes }) => notes))],
  };
}

/** Files of the same pool and instance follow each other: one a day, one a metric. */
function joinHistories(histories: readonly PoolHistory[]): PoolHistory[] {
  const byPlace = new Map<string, PoolHistory[]>();
  for (const history of histories) {
    const { pool, instance, kind, hasClock, file } = history;
    const place = JSON.stringify([pool, instance, kind, hasClock || file]);
    const own = byPlace.get(place) ?? [];
    // In containers every process may have the same number.
    const isOther = own.some((before) => before.file !== file && isAnotherProcess(before, history));
    if (isOther) byPlace.set(JSON.stringify([place, file]), [{ ...history, instance: `${instance} of ${file}` }]);
    else byPlace.set(place, [...own, history]);
  }
  return [...byPlace.values()].flatMap(([first, ...others]) => {
    if (!first) return [];
    if (others.length === 0) return [first];
    const last = others.at(-1) ?? first;
    const { holdQuantiles = first.holdQuantiles, useBoundsMs = first.useBoundsMs } = last;
    const isAlike = (history: PoolHistory) =>
      history.useBoundsMs === undefined || `${history.useBoundsMs}` === `${useBoundsMs}`;
    const points = mergePoints(
      [first, ...others].flatMap((history) => (isAlike(history) ? history.points : history.points.map(withoutBuckets))),
    );
    return [{ ...first, points, ...(holdQuantiles && { holdQuantiles }), ...(useBoundsMs && { useBoundsMs }) }];
  });
}

/** Two files of one name over the same time with different totals, which one process cannot have. Metrics may be a file each. */
function isAnotherProcess(one: PoolHistory, other: PoolHistory): boolean {
  if (one.kind === 'prometheus' || !one.hasClock) return false;
  const [from, to] = [one.points[0]?.atMs ?? Infinity, one.points.at(-1)?.atMs ?? 0];
  const known = new Map(one.points.map((point) => [point.atMs, point]));
  return other.points.some((point) => {
    if (point.atMs < from || point.atMs > to) return false;
    const before = known.get(point.atMs);
    return !before || before.asked !== point.asked || before.inUse !== point.inUse;
  });
}

/** In the order of time; what several files say of one moment is one point. */
function mergePoints(points: readonly PoolPoint[]): PoolPoint[] {
  const merged = new Map<number, PoolPoint>();
  for (const point of points) {
    const before = merged.get(point.atMs);
    merged.set(point.atMs, before ? { ...before, ...point } : point);
  }
  return [...merged.values()].sort((a, b) => a.atMs - b.atMs);
}

/** Where the buckets are others than in the files beside it. */
function withoutBuckets({ useCounts: _, ...point }: PoolPoint): PoolPoint {
  return point;
}
