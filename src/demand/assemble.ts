import { groupBy } from '../base/group-by.ts';
import { boundOf, type NativeHistogram } from '../recommend/inputs/prometheus-answer.ts';
import type { HistogramBucket } from '../stats/histogram-bucket.ts';
import { askedOf, type InstanceFigures, type StretchFigures } from './figures.ts';
import type { AnswerRow } from './rows.ts';
import type { RowTag } from './tags.ts';

type Figure = Exclude<keyof InstanceFigures, 'instance'>;

/** Tags whose values are a figure; times are in the unit of the row. */
const figureOf: Partial<Readonly<Record<RowTag, Figure>>> = {
  attempts: 'attempts',
  acquired: 'acquired',
  transactions: 'transactions',
  uses: 'uses',
  use: 'useMs',
  queued: 'queuedMs',
  acquiring: 'acquiringMs',
  timedOut: 'timedOut',
  refused: 'refused',
  inUse: 'inUse',
  inUseLeast: 'inUseLeast',
  inUseMost: 'inUseMost',
  idleLeast: 'idleLeast',
  waiting: 'waiting',
  waitingMost: 'waitingMost',
  limit: 'limit',
  restarts: 'restarts',
  readings: 'readings',
  recentReadings: 'recentReadings',
};

/** What many rows of one moment say together. Rows whose values are no numbers say nothing. */
export function figuresAt(rows: readonly AnswerRow[], seconds: number): StretchFigures {
  const own = rows.filter(({ points, histograms }) => hasMoment(points, seconds) || hasMoment(histograms, seconds));
  const windowSeconds =
    valueAt(
      own.find(({ tag }) => tag === 'window'),
      seconds,
    ) ?? longest(own);
  const byInstance = groupBy(
    own.filter(({ tag }) => figureOf[tag] !== undefined),
    ({ instance }) => instance,
  );
  const buckets = bucketsAt(own, seconds);
  const mean = own.find(({ tag }) => tag === 'meanHold');
  const meanHold = valueAt(mean, seconds);
  const figures = [...byInstance].map(([instance, some]) => instanceAt(instance, some, seconds));
  const native = nativeAt(own, seconds) ?? countedIn(buckets);
  return {
    ...(windowSeconds !== undefined && { fromMs: (seconds - windowSeconds) * 1_000 }),
    toMs: seconds * 1_000,
    seconds: windowSeconds ?? 0,
    instances: withCounted(figures, native),
    // Where no label tells instances apart, these are all of them.
    isFleet:
      own.some(({ isFleet, tag }) => isFleet || tag === 'fleet') || figures.every(({ instance }) => instance === ''),
    ...(buckets.length > 0 && { buckets }),
    ...(mean && meanHold !== undefined && { meanHoldMs: meanHold * mean.unitMs }),
  };
}

const hasMoment = (points: readonly (readonly [number, unknown])[], seconds: number) =>
  points.some(([at]) => at === seconds);

function longest(rows: readonly AnswerRow[]): number | undefined {
  const known = rows.flatMap(({ windowSeconds }) => windowSeconds ?? []);
  return known.length === 0 ? undefined : Math.max(...known);
}

function valueAt(row: AnswerRow | undefined, seconds: number): number | undefined {
  const value = row?.points.find(([at]) => at === seconds)?.[1];
  return value === undefined || !Number.isFinite(value) ? undefined : value;
}

function instanceAt(instance: string, rows: readonly AnswerRow[], seconds: number): InstanceFigures {
  const figures: Partial<Record<Figure, number>> = {};
  for (const row of rows) {
    const [figure, value] = [figureOf[row.tag], valueAt(row, seconds)];
    if (figure === undefined || value === undefined) continue;
    const inMs = value * row.unitMs;
    const isOne = figure === 'limit' || figure === 'readings' || figure === 'recentReadings' || figure === 'restarts';
    figures[figure] = isOne ? Math.max(figures[figure] ?? 0, inMs) : (figures[figure] ?? 0) + inMs;
  }
  return { instance, ...figures };
}

/** A histogram that was summed over all instances counts uses, a native one their time too, where nothing else does. */
function withCounted(
  figures: readonly InstanceFigures[],
  native: { readonly uses: number; readonly useMs?: number } | undefined,
): readonly InstanceFigures[] {
  if (!native || figures.some((one) => askedOf(one) !== undefined)) return figures;
  return [...figures, { instance: '', ...native }];
}

/** Buckets alone tell how many uses there were; how long they took in all is in none of them. */
function countedIn(buckets: readonly HistogramBucket[]): { uses: number } | undefined {
  return buckets.length === 0 ? undefined : { uses: buckets.reduce((sum, { count }) => sum + count, 0) };
}

function nativeAt(rows: readonly AnswerRow[], seconds: number): { uses: number; useMs: number } | undefined {
  const found = rows
    .filter(({ tag }) => tag === 'native')
    .flatMap((row) => {
      const histogram = row.histograms.find(([at]) => at === seconds)?.[1];
      return histogram ? [{ uses: Number(histogram.count), useMs: Number(histogram.sum) * row.unitMs }] : [];
    });
  if (found.length === 0) return undefined;
  return found.reduce((all, one) => ({ uses: all.uses + one.uses, useMs: all.useMs + one.useMs }));
}

/** Buckets a second, whether they were counted up to each bound or by themselves. */
function bucketsAt(rows: readonly AnswerRow[], seconds: number): HistogramBucket[] {
  const cumulative = new Map<number, number>();
  for (const row of rows.filter(({ tag }) => tag === 'bucket')) {
    const [bound, value] = [boundOf(row.le) * row.unitMs, valueAt(row, seconds)];
    // The same bound has two spellings across an upgrade: "1" and "1.0".
    if (value !== undefined && !Number.isNaN(bound)) cumulative.set(bound, (cumulative.get(bound) ?? 0) + value);
  }
  if (cumulative.size > 0) return fromCumulative(cumulative);
  const natives = rows
    .filter(({ tag }) => tag === 'native')
    .flatMap((row) => {
      const histogram = row.histograms.find(([at]) => at === seconds)?.[1];
      return histogram ? nativeBuckets(histogram, row.unitMs) : [];
    });
  return natives.filter(({ count }) => count > 0).sort((a, b) => a.fromMs - b.fromMs);
}

function fromCumulative(cumulative: ReadonlyMap<number, number>): HistogramBucket[] {
  let [fromMs, below] = [0, 0];
  return [...cumulative]
    .sort(([a], [b]) => a - b)
    .flatMap(([toMs, upTo]) => {
      // Rates of buckets are rounded each by itself.
      const count = Math.max(0, upTo - below);
      const bucket = { fromMs, toMs, count: count < 1e-9 * upTo ? 0 : count };
      [fromMs, below] = [toMs, Math.max(below, upTo)];
      return toMs > 0 ? [bucket] : [];
    });
}

/** Buckets of a native histogram count each by itself, and hold what is above their first bound, and no more than their last. */
export function nativeBuckets({ buckets }: NativeHistogram, unitMs: number): HistogramBucket[] {
  return buckets.map(([, low, high, count]) => ({
    fromMs: Math.max(0, boundOf(low) * unitMs),
    toMs: Math.max(0, boundOf(high) * unitMs),
    count: Number(count),
  }));
}
