import type { PoolHistory, TotalName } from '../recommend/evidence.ts';
import { poolTimelineOf, type Stride } from '../recommend/timeline.ts';
import type { HistogramBucket } from '../stats/histogram-bucket.ts';
import type { InstanceFigures, StretchFigures } from './figures.ts';

/** The counters of one instance over time, so that any stretch of it can be looked at. Times in ms. */
export interface CounterGrowth {
  readonly instance: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly strides: readonly Stride[];
  readonly boundsMs: readonly number[];
  readonly isFleet: boolean;
}

/** Undefined for a single reading, which has no rate. */
export function growthOf(history: PoolHistory, isFleet: boolean): CounterGrowth | undefined {
  const timeline = poolTimelineOf(history);
  const [first, last] = [history.points[0], history.points.at(-1)];
  if (!timeline || !first || !last) return undefined;
  const { instance, useBoundsMs = [] } = history;
  return { instance, isFleet, fromMs: first.atMs, toMs: last.atMs, strides: timeline.strides, boundsMs: useBoundsMs };
}

interface Part {
  readonly stride: Stride;
  readonly share: number;
}

/** What all instances did from one moment to another. */
export function figuresBetween(all: readonly CounterGrowth[], fromMs: number, toMs: number): StretchFigures {
  const instances: InstanceFigures[] = [];
  const counts = new Map<string, HistogramBucket>();
  const seconds = (toMs - fromMs) / 1_000;
  let [covered, ran] = [0, 0];
  for (const growth of all) {
    const parts = partsOf(growth, fromMs, toMs);
    const coveredMs = parts.reduce((sum, { stride, share }) => sum + share * (stride.toMs - stride.fromMs), 0);
    if (coveredMs <= 0) continue;
    // Where readings are missing in between, it went on as before.
    const ranMs = Math.min(toMs, growth.toMs) - Math.max(fromMs, growth.fromMs);
    [covered, ran] = [covered + coveredMs, ran + ranMs];
    const perSecond = ranMs / coveredMs / seconds;
    instances.push(instanceBetween(growth, parts, perSecond, { fromMs, toMs }));
    for (const bucket of bucketsOf(growth, parts)) {
      const key = `${bucket.fromMs} ${bucket.toMs}`;
      counts.set(key, { ...bucket, count: (counts.get(key)?.count ?? 0) + bucket.count * perSecond });
    }
  }
  const buckets = [...counts.values()].sort((a, b) => a.fromMs - b.fromMs);
  return {
    ...{ fromMs, toMs, seconds, instances },
    isFleet: all.some(({ isFleet }) => isFleet),
    coveredRatio: ran > 0 ? covered / ran : 0,
    ...(buckets.some(({ count }) => count > 0) && isRising(buckets) && { buckets }),
  };
}

function partsOf({ strides }: CounterGrowth, fromMs: number, toMs: number): Part[] {
  return strides.flatMap((stride) => {
    const ms = Math.min(toMs, stride.toMs) - Math.max(fromMs, stride.fromMs);
    return ms > 0 ? [{ stride, share: ms / (stride.toMs - stride.fromMs) }] : [];
  });
}

const figureOf: Readonly<Record<TotalName, Exclude<keyof InstanceFigures, 'instance'>>> = {
  asked: 'attempts',
  granted: 'acquired',
  timedOut: 'timedOut',
  refused: 'refused',
  uses: 'uses',
  useMs: 'useMs',
  queuedMs: 'queuedMs',
};

function instanceBetween(
  { instance }: CounterGrowth,
  parts: readonly Part[],
  perSecond: number,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): InstanceFigures {
  const figures: Partial<Record<Exclude<keyof InstanceFigures, 'instance'>, number>> = {};
  for (const { stride, share } of parts) {
    for (const [name, growth] of Object.entries(stride.grown)) {
      const figure = figureOf[name as TotalName];
      figures[figure] = (figures[figure] ?? 0) + share * growth * perSecond;
    }
  }
  const read = parts.map(({ stride }) => stride).filter(({ toMs: atMs }) => atMs > fromMs && atMs <= toMs);
  const inUse = read.flatMap(({ inUse: one }) => one ?? []);
  const limit = read.flatMap(({ limit: one }) => one ?? []).at(-1);
  const waiting = read.flatMap(({ waiting: one }) => one ?? []);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    instance,
    ...figures,
    readings: read.length + 1,
    restarts: read.filter(({ isRestart }) => isRestart).length,
    ...(inUse.length > 0 && { inUse: mean(inUse), inUseMost: Math.max(...inUse) }),
    ...(waiting.length > 0 && { waiting: mean(waiting) }),
    ...(limit !== undefined && { limit }),
  };
}

function bucketsOf({ boundsMs }: CounterGrowth, parts: readonly Part[]): HistogramBucket[] {
  const counts = boundsMs.map(() => 0);
  for (const { stride, share } of parts) {
    for (const [at, count] of (stride.useCounts ?? []).entries()) counts[at] = (counts[at] ?? 0) + share * count;
  }
  return boundsMs
    .map((toMs, at) => ({ fromMs: boundsMs[at - 1] ?? 0, toMs, count: counts[at] ?? 0 }))
    .filter(({ toMs, fromMs }) => toMs > fromMs);
}

/** Instances with different bounds have buckets that overlap, which are no distribution. */
function isRising(buckets: readonly HistogramBucket[]): boolean {
  return buckets.every(({ fromMs }, at) => fromMs >= (buckets[at - 1]?.toMs ?? 0));
}
