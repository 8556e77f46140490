import { PoolctlError } from '../../base/errors.ts';
import { groupBy } from '../../base/group-by.ts';
import { formatCount } from '../../base/units.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { Evidence, PoolHistory, PoolPoint } from '../evidence.ts';
import {
  type MetricNames,
  metricNames,
  metricsMeant,
  type NamedMetric,
  type PrometheusField,
  replicaLabels,
} from './metric-names.ts';
import {
  answerHint,
  answerIn,
  boundOf,
  histogramsOf,
  invalidAnswer,
  isWhere,
  type NativeHistogram,
  type PrometheusSeries,
  seriesInstance,
  valuesOf,
} from './prometheus-answer.ts';

export function isPrometheus(text: string): boolean {
  return (
    /^[\s\uFEFF]*\{/.test(text) &&
    /"(?:status|response)"\s*:/.test(text.slice(0, 2_000)) &&
    /"(?:data|error)"\s*:/.test(text)
  );
}

/** What is known of a pool in one instance at one moment, before it is a point. */
type Moment = Partial<Record<Exclude<PrometheusField, 'useBucket' | 'idle'>, number>> & {
  belowZero?: number;
  buckets?: Map<number, number>;
};

interface Place {
  /** Who tells: an application may have been told to count under two sets of names. */
  readonly source: string;
  readonly pool: string;
  readonly instance: string;
  readonly moments: Map<number, Moment>;
  readonly boundsMs: Set<number>;
  readonly isOfApplication: boolean;
}

/** An answer of /api/v1/query_range or query: series of metrics of pools. @throws PoolctlError INPUT_INVALID, INPUT_MISSING */
export async function readPrometheus(text: string, file: string): Promise<Evidence> {
  return evidenceInSeries(answerIn(text, file).series, file, await metricNames());
}

/** What series of metrics say of pools, by the names that are meant. @throws PoolctlError INPUT_INVALID, INPUT_MISSING */
export function evidenceInSeries(all: readonly PrometheusSeries[], file: string, names: MetricNames): Evidence {
  const { series, notes: dropped } = withoutReplicas(all, file);
  const places = new Map<string, Place>();
  const unknown = new Set<string>();
  const meant = metricsMeant(names, new Set(series.flatMap(({ metric }) => metric['__name__'] ?? [])));
  const down = downMoments(series);
  let notNumbers = 0;
  for (const one of series) {
    const name = one.metric['__name__'];
    if (name === 'up') continue;
    if (name === undefined) throw nameless(file);
    const known = names.get(name);
    if (!known) unknown.add(name);
    const metric = meant.get(name)?.find((candidate) => isWhere(one, candidate.where));
    // The quantiles of a summary stand under its name.
    if (metric?.field && one.metric['quantile'] === undefined)
      notNumbers += take(one, metric.field, metric, placeOf(one, metric, places), down);
  }
  const { kept, notes: twice } = withoutTwins([...places.values()].filter(({ moments }) => moments.size > 0));
  const histories = kept.map((place) => historyOf(place, file));
  if (histories.length === 0) throw nothingIn(file, series, unknown);
  return {
    histories,
    loads: [],
    notes: [
      ...dropped,
      ...twice.map((note) => `${file}: ${note}`),
      ...(notNumbers > 0 ? [`${file}: ${formatCount(notNumbers, 'value')} left out that are no numbers (NaN).`] : []),
      ...(unknown.size > 0 ? [`${file}: no metric of a pool: ${[...unknown].slice(0, 5).join(', ')}.`] : []),
      ...[...down].map(
        ([instance, moments]) =>
          `${file}: ${instance} was not reached at ${formatCount(moments.size, 'moment')} (up = 0).`,
      ),
    ],
  };
}

/** An application that counts under two sets of names tells everything twice: those are taken that tell more. */
function withoutTwins(places: readonly Place[]): {
  readonly kept: readonly Place[];
  readonly notes: readonly string[];
} {
  const notes = new Set<string>();
  const kept = [...groupBy(places, ({ instance }) => instance).values()].flatMap((own) => {
    const twins = own.filter(({ isOfApplication }) => isOfApplication);
    const richest = twins.reduce<Place | undefined>(
      (best, one) => (!best || wealth(one) > wealth(best) ? one : best),
      undefined,
    );
    const others = twins.filter(({ source }) => source !== richest?.source);
    for (const { source } of others)
      notes.add(`${richest?.source} and ${source} tell the same; only ${richest?.source} is taken.`);
    return own.filter((place) => !others.includes(place));
  });
  return { kept, notes: [...notes] };
}

/** Buckets of hold times are worth most, then their sum. */
function wealth({ moments, boundsMs }: Place): number {
  const fields = new Set([...moments.values()].slice(0, 3).flatMap((moment) => Object.keys(moment)));
  return (boundsMs.size > 0 ? 100 : 0) + (fields.has('useMs') ? 50 : 0) + fields.size;
}

function nameless(file: string): PoolctlError {
  return invalidAnswer(file, 'its series have no name, as after rate() or sum(): what they are cannot be told.');
}

function nothingIn(file: string, series: readonly PrometheusSeries[], unknown: ReadonlySet<string>): PoolctlError {
  const why =
    series.length === 0
      ? 'its result is empty: no such series, or the window is shorter than two scrapes'
      : unknown.size > 0
        ? `it has no metric of a pool that is known, but ${[...unknown].slice(0, 3).join(', ')}`
        : 'it has no value that is a number';
  return new PoolctlError('INPUT_MISSING', `${file}: ${why}.`, { hint: answerHint });
}

/** Two Prometheus servers that scrape the same tell everything twice: one of them is taken. */
function withoutReplicas(
  series: readonly PrometheusSeries[],
  file: string,
): { series: readonly PrometheusSeries[]; notes: string[] } {
  const label = replicaLabels.find((name) => series.some(({ metric }) => metric[name] !== undefined));
  if (label === undefined) return { series, notes: [] };
  const [first, ...others] = [...new Set(series.flatMap(({ metric }) => metric[label] ?? []))];
  if (others.length === 0) return { series, notes: [] };
  return {
    series: series.filter(({ metric }) => (metric[label] ?? first) === first),
    notes: [`${file}: only ${label}="${first}" of ${others.length + 1}, which tell the same.`],
  };
}

/** When `up` says that an instance was not reached: what is told of it then is what it said before. */
function downMoments(series: readonly PrometheusSeries[]): Map<string, Set<number>> {
  const down = new Map<string, Set<number>>();
  for (const one of series) {
    if (one.metric['__name__'] !== 'up') continue;
    const moments = valuesOf(one).filter(([, value]) => Number(value) === 0);
    if (moments.length > 0) down.set(seriesInstance(one), new Set(moments.map(([atSeconds]) => atSeconds)));
  }
  return down;
}

function placeOf(series: PrometheusSeries, { poolLabels, source, of }: NamedMetric, places: Map<string, Place>): Place {
  const label = poolLabels.find((name) => series.metric[name] !== undefined);
  const [pool, instance] = [label === undefined ? '' : (series.metric[label] ?? ''), seriesInstance(series)];
  const key = JSON.stringify([source, pool, instance]);
  const isOfApplication = of === 'application';
  const place = places.get(key) ?? {
    ...{ source, pool, instance, isOfApplication, moments: new Map(), boundsMs: new Set<number>() },
  };
  places.set(key, place);
  return place;
}

const gauges: ReadonlySet<PrometheusField> = new Set(['inUse', 'idle', 'waiting']);

/** Adds the values of a series to its pool, and returns how many were no numbers. Users and databases of one pool add up. */
function take(
  series: PrometheusSeries,
  field: PrometheusField,
  { factor, msFactor, isMax }: NamedMetric,
  { instance, moments, boundsMs }: Place,
  down: ReadonlyMap<string, ReadonlySet<number>>,
): number {
  let notNumbers = 0;
  const momentAt = (atSeconds: number): Moment => {
    const atMs = Math.round(atSeconds * 1_000);
    const moment = moments.get(atMs) ?? {};
    moments.set(atMs, moment);
    return moment;
  };
  const isDown = (atSeconds: number) => down.get(instance)?.has(atSeconds) ?? false;
  const bound = boundOf(series.metric['le']);
  for (const [atSeconds, text] of valuesOf(series)) {
    const value = Number(text);
    if (isDown(atSeconds)) continue;
    if (value < 0 && gauges.has(field)) {
      const moment = momentAt(atSeconds);
      moment.belowZero = Math.min(moment.belowZero ?? 0, value);
    } else if (field === 'idle') continue;
    else if (!(value >= 0 && value * factor <= Number.MAX_SAFE_INTEGER)) notNumbers += 1;
    else {
      const moment = momentAt(atSeconds);
      if (field !== 'useBucket') moment[field] = combined(isMax, moment[field], value * factor);
      else if (!Number.isNaN(bound)) {
        boundsMs.add(bound * factor);
        moment.buckets ??= new Map();
        moment.buckets.set(bound * factor, (moment.buckets.get(bound * factor) ?? 0) + value);
      }
    }
  }
  for (const [atSeconds, histogram] of histogramsOf(series)) {
    if (isDown(atSeconds)) continue;
    if (field === 'uses') takeNative(histogram, msFactor, momentAt(atSeconds), boundsMs);
    else if (field === 'acquired' || field === 'attempts' || field === 'transactions') {
      const moment = momentAt(atSeconds);
      moment[field] = (moment[field] ?? 0) + Number(histogram.count);
    }
  }
  return notNumbers;
}

/** The longest wait of several is one of them; most else adds up. */
function combined(isMax: boolean, before: number | undefined, value: number): number {
  if (before === undefined) return value;
  return isMax ? Math.max(before, value) : before + value;
}

/** A native histogram: its buckets count each by itself, and those that are empty are left out. */
function takeNative(
  { count, sum, buckets }: NativeHistogram,
  msFactor: number,
  moment: Moment,
  boundsMs: Set<number>,
): void {
  moment.uses = (moment.uses ?? 0) + Number(count);
  moment.useMs = (moment.useMs ?? 0) + msFactor * Number(sum);
  const cumulative = new Map<number, number>();
  let below = 0;
  for (const [, low, high, number] of buckets) {
    const [fromMs, toMs] = [Math.max(0, msFactor * Number(low)), Math.max(0, msFactor * Number(high))];
    cumulative.set(fromMs, below);
    below += Number(number);
    cumulative.set(toMs, below);
  }
  for (const bound of cumulative.keys()) boundsMs.add(bound);
  if (!moment.buckets) moment.buckets = cumulative;
}

function historyOf({ source, pool, instance, moments, boundsMs }: Place, file: string): PoolHistory {
  const bounds = [...boundsMs].sort((a, b) => a - b);
  const points = [...moments].sort(([a], [b]) => a - b).map(([atMs, moment]) => pointOf(atMs, moment, bounds));
  return {
    ...{ pool, instance, kind: 'prometheus', file, source, scope: 'instance', hasClock: true, points },
    ...(bounds.length > 0 && { useBoundsMs: bounds }),
  };
}

function pointOf(
  atMs: number,
  { buckets, acquired, attempts, transactions, waitMs: _, ...known }: Moment,
  bounds: readonly number[],
): PoolPoint {
  const [uses, granted] = [known.uses ?? transactions, acquired ?? transactions];
  return {
    ...known,
    atMs,
    ...withoutUndefined({ uses, granted, asked: attempts }),
    ...(buckets && { useCounts: countsOf(buckets, bounds) }),
  };
}

function countsOf(cumulative: ReadonlyMap<number, number>, bounds: readonly number[]): number[] {
  let below = 0;
  return bounds.map((bound) => {
    const upTo = cumulative.get(bound) ?? below;
    const count = Math.max(0, upTo - below);
    below = Math.max(below, upTo);
    return count;
  });
}
