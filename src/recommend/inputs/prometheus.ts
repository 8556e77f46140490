import * as v from 'valibot';
import { PoolctlError } from '../../base/errors.ts';
import { formatCount } from '../../base/units.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { Evidence, PoolHistory, PoolPoint } from '../evidence.ts';
import {
  type MetricNames,
  metricNames,
  type NamedMetric,
  type PrometheusField,
  replicaLabels,
} from './metric-names.ts';
import { isJsonObject } from './ndjson.ts';

const pair = v.tuple([v.number(), v.string()]);
const native = v.object({
  count: v.string(),
  sum: v.string(),
  buckets: v.optional(v.array(v.tuple([v.number(), v.string(), v.string(), v.string()])), []),
});
const seriesSchema = v.object({
  metric: v.record(v.string(), v.string()),
  values: v.optional(v.array(pair)),
  value: v.optional(pair),
  histograms: v.optional(v.array(v.tuple([v.number(), native]))),
  histogram: v.optional(v.tuple([v.number(), native])),
});
const answerSchema = v.object({
  status: v.string(),
  errorType: v.optional(v.string()),
  error: v.optional(v.string()),
  data: v.optional(v.object({ resultType: v.string(), result: v.array(v.unknown()) })),
});
type Series = v.InferOutput<typeof seriesSchema>;

const hint =
  'Ask for the metrics themselves, not for rate() or sum() of them: poolctl works out rates, also over restarts. /api/v1/query_range with query={__name__=~"hikaricp_connections.*"}, start, end and step=60s.';

export function isPrometheus(text: string): boolean {
  return (
    /^[\s\uFEFF]*\{/.test(text) &&
    /"(?:status|response)"\s*:/.test(text.slice(0, 2_000)) &&
    /"(?:data|error)"\s*:/.test(text)
  );
}

/** What is known of a pool in one instance at one moment, before it is a point. */
type Moment = Partial<Record<Exclude<PrometheusField, 'useBucket'>, number>> & {
  buckets?: Map<number, number>;
};

interface Place {
  readonly pool: string;
  readonly instance: string;
  readonly moments: Map<number, Moment>;
  readonly boundsMs: Set<number>;
}

/** An answer of /api/v1/query_range or query: series of metrics of pools. @throws PoolctlError INPUT_INVALID, INPUT_MISSING */
export async function readPrometheus(text: string, file: string): Promise<Evidence> {
  return evidenceIn(text, file, await metricNames());
}

function evidenceIn(text: string, file: string, names: MetricNames): Evidence {
  const all = seriesIn(text, file);
  const { series, notes: dropped } = withoutReplicas(all, file);
  const places = new Map<string, Place>();
  const unknown = new Set<string>();
  const down = downMoments(series);
  let notNumbers = 0;
  for (const one of series) {
    const name = one.metric['__name__'];
    if (name === 'up') continue;
    if (name === undefined) throw nameless(file);
    const known = names.get(name);
    if (!known) unknown.add(name);
    const metric = known?.find((candidate) => isWhere(one, candidate.where));
    if (metric?.field) notNumbers += take(one, metric.field, metric, placeOf(one, metric, places), down);
  }
  const histories = [...places.values()]
    .map((place) => historyOf(place, file))
    .filter(({ points }) => points.length > 0);
  if (histories.length === 0) throw nothingIn(file, series, unknown);
  return {
    histories,
    loads: [],
    notes: [
      ...dropped,
      ...(notNumbers > 0 ? [`${file}: ${formatCount(notNumbers, 'value')} left out that are no numbers (NaN).`] : []),
      ...(unknown.size > 0 ? [`${file}: no metric of a pool: ${[...unknown].slice(0, 5).join(', ')}.`] : []),
      ...[...down].map(
        ([instance, moments]) =>
          `${file}: ${instance} was not reached at ${formatCount(moments.size, 'moment')} (up = 0).`,
      ),
    ],
  };
}

function seriesIn(text: string, file: string): Series[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw invalid(file, 'this is not JSON; it may have been cut off.');
  }
  // An answer beside its request, as some tools save it.
  const answer = isJsonObject(document) && isJsonObject(document['response']) ? document['response'] : document;
  const read = v.safeParse(answerSchema, answer);
  if (!read.success) throw invalid(file, 'this is no answer of Prometheus.');
  const { status, errorType, error, data } = read.output;
  if (status !== 'success') {
    throw invalid(file, `Prometheus refused the query: ${errorType ?? 'error'}: ${error ?? ''}`);
  }
  if (!data || (data.resultType !== 'matrix' && data.resultType !== 'vector')) {
    throw invalid(file, `the result is a ${data?.resultType ?? 'nothing'}, and no series.`);
  }
  return data.result.map((one, index) => {
    const series = v.safeParse(seriesSchema, one);
    if (series.success) return series.output;
    throw invalid(file, `series ${index + 1} is not what it should be.`);
  });
}

function invalid(file: string, why: string): PoolctlError {
  return new PoolctlError('INPUT_INVALID', `${file}: ${why}`, { hint });
}

function nameless(file: string): PoolctlError {
  return invalid(file, 'its series have no name, as after rate() or sum(): what they are cannot be told.');
}

function nothingIn(file: string, series: readonly Series[], unknown: ReadonlySet<string>): PoolctlError {
  const why =
    series.length === 0
      ? 'its result is empty: no such series, or the window is shorter than two scrapes'
      : unknown.size > 0
        ? `it has no metric of a pool that is known, but ${[...unknown].slice(0, 3).join(', ')}`
        : 'it has no value that is a number';
  return new PoolctlError('INPUT_MISSING', `${file}: ${why}.`, { hint });
}

/** Two Prometheus servers that scrape the same tell everything twice: one of them is taken. */
function withoutReplicas(series: readonly Series[], file: string): { series: readonly Series[]; notes: string[] } {
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
function downMoments(series: readonly Series[]): Map<string, Set<number>> {
  const down = new Map<string, Set<number>>();
  for (const one of series) {
    if (one.metric['__name__'] !== 'up') continue;
    const moments = valuesOf(one).filter(([, value]) => Number(value) === 0);
    if (moments.length > 0) down.set(instanceOf(one), new Set(moments.map(([atSeconds]) => atSeconds)));
  }
  return down;
}

function isWhere({ metric }: Series, where: NamedMetric['where']): boolean {
  return Object.entries(where).every(([label, value]) =>
    value.startsWith('~') ? new RegExp(`^(?:${value.slice(1)})$`).test(metric[label] ?? '') : metric[label] === value,
  );
}

function instanceOf({ metric }: Series): string {
  return metric['instance'] ?? metric['pod'] ?? metric['service_instance_id'] ?? '';
}

function placeOf(series: Series, { poolLabels }: NamedMetric, places: Map<string, Place>): Place {
  const label = poolLabels.find((name) => series.metric[name] !== undefined);
  const [pool, instance] = [label === undefined ? '' : (series.metric[label] ?? ''), instanceOf(series)];
  const key = JSON.stringify([pool, instance]);
  const place = places.get(key) ?? { pool, instance, moments: new Map(), boundsMs: new Set<number>() };
  places.set(key, place);
  return place;
}

function valuesOf({ values, value }: Series): readonly (readonly [number, string])[] {
  return values ?? (value ? [value] : []);
}

/** Adds the values of a series to its pool, and returns how many were no numbers. Users and databases of one pool add up. */
function take(
  series: Series,
  field: PrometheusField,
  { factor, isMax }: NamedMetric,
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
  const bound = Number(series.metric['le']?.replace('+Inf', 'Infinity'));
  for (const [atSeconds, text] of valuesOf(series)) {
    const value = Number(text);
    if (!(value >= 0 && value * factor <= Number.MAX_SAFE_INTEGER)) notNumbers += 1;
    else if (!isDown(atSeconds)) {
      const moment = momentAt(atSeconds);
      if (field !== 'useBucket') moment[field] = combined(isMax, moment[field], value * factor);
      else if (!Number.isNaN(bound)) {
        boundsMs.add(bound * factor);
        moment.buckets ??= new Map();
        moment.buckets.set(bound * factor, (moment.buckets.get(bound * factor) ?? 0) + value);
      }
    }
  }
  for (const [atSeconds, histogram] of series.histograms ?? (series.histogram ? [series.histogram] : [])) {
    if (isDown(atSeconds)) continue;
    takeNative(histogram, momentAt(atSeconds), boundsMs);
  }
  return notNumbers;
}

/** The longest wait of several is one of them; most else adds up. */
function combined(isMax: boolean, before: number | undefined, value: number): number {
  if (before === undefined) return value;
  return isMax ? Math.max(before, value) : before + value;
}

/** A native histogram of seconds; its buckets count each by itself. */
function takeNative(
  { count, sum, buckets }: v.InferOutput<typeof native>,
  moment: Moment,
  boundsMs: Set<number>,
): void {
  moment.uses = (moment.uses ?? 0) + Number(count);
  moment.useMs = (moment.useMs ?? 0) + 1_000 * Number(sum);
  const cumulative = new Map<number, number>();
  let below = 0;
  for (const [, , high, number] of buckets) {
    below += Number(number);
    boundsMs.add(1_000 * Number(high));
    cumulative.set(1_000 * Number(high), below);
  }
  if (!moment.buckets) moment.buckets = cumulative;
}

function historyOf({ pool, instance, moments, boundsMs }: Place, file: string): PoolHistory {
  const bounds = [...boundsMs].sort((a, b) => a - b);
  const points = [...moments].sort(([a], [b]) => a - b).map(([atMs, moment]) => pointOf(atMs, moment, bounds));
  return {
    ...{ pool, instance, kind: 'prometheus', file, scope: 'instance', hasClock: true, points },
    ...(bounds.length > 0 && { useBoundsMs: bounds }),
  };
}

function pointOf(
  atMs: number,
  { buckets, acquired, attempts, transactions, ...known }: Moment,
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
