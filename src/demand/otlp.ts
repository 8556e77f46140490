import * as v from 'valibot';
import { PoolctlError } from '../base/errors.ts';
import { profileIds } from '../profiles/files.ts';
import { metricSource } from '../profiles/load.ts';
import { type MeasuredQuantity, measuredQuantities, metricsFor, type SourceMetric } from '../profiles/metrics.ts';
import type { NativeHistogram, PrometheusSeries } from '../recommend/inputs/prometheus-answer.ts';
import { unitsMs } from './tags.ts';

/** 64-bit numbers are text in OTLP's JSON. */
const number = v.union([v.number(), v.pipe(v.string(), v.transform(Number), v.number())]);
const attribute = v.object({
  key: v.string(),
  value: v.optional(v.looseObject({ stringValue: v.optional(v.string()), intValue: v.optional(number) }), {}),
});
const buckets = v.optional(v.object({ offset: v.optional(number, 0), bucketCounts: v.optional(v.array(number), []) }), {
  offset: 0,
  bucketCounts: [],
});
const point = v.object({
  attributes: v.optional(v.array(attribute), []),
  startTimeUnixNano: v.optional(number),
  timeUnixNano: number,
  asInt: v.optional(number),
  asDouble: v.optional(number),
  count: v.optional(number),
  sum: v.optional(number),
  bucketCounts: v.optional(v.array(number)),
  explicitBounds: v.optional(v.array(number)),
  scale: v.optional(number),
  zeroCount: v.optional(number),
  positive: buckets,
});
const points = v.object({
  aggregationTemporality: v.optional(v.union([number, v.string()])),
  dataPoints: v.optional(v.array(point), []),
});
const metric = v.object({
  name: v.string(),
  unit: v.optional(v.string(), ''),
  gauge: v.optional(points),
  sum: v.optional(v.object({ ...points.entries, isMonotonic: v.optional(v.boolean(), false) })),
  histogram: v.optional(points),
  exponentialHistogram: v.optional(points),
});
const documentSchema = v.object({
  resourceMetrics: v.array(
    v.object({
      resource: v.optional(v.object({ attributes: v.optional(v.array(attribute), []) }), { attributes: [] }),
      scopeMetrics: v.optional(v.array(v.object({ metrics: v.optional(v.array(metric), []) })), []),
    }),
  ),
});
type Metric = v.InferOutput<typeof metric>;
type Point = v.InferOutput<typeof point>;

export const isOtlp = (document: unknown): boolean =>
  typeof document === 'object' && document !== null && 'resourceMetrics' in document;

/** What OTLP calls a metric, as Prometheus does, and its unit there. */
interface Named {
  readonly name: string;
  readonly unit: SourceMetric['unit'];
}

/** Documents of an OTLP exporter to a file as series over time. @throws PoolctlError INPUT_INVALID */
export async function seriesOfOtlp(
  documents: readonly unknown[],
  file: string,
): Promise<{ readonly series: readonly PrometheusSeries[]; readonly notes: readonly string[] }> {
  const names = await otlpNames();
  const notes = new Set<string>();
  const found = new Map<string, Told>();
  for (const document of documents) {
    const read = v.safeParse(documentSchema, document, { abortEarly: true });
    if (!read.success) {
      throw new PoolctlError(
        'INPUT_INVALID',
        `${file}: this is no OTLP of metrics: ${v.getDotPath(read.issues[0]) ?? 'it'} is not what it should be.`,
        {
          hint: 'It is what the file exporter of an OpenTelemetry Collector writes: {"resourceMetrics": …}, one document a line.',
        },
      );
    }
    for (const { resource, scopeMetrics } of read.output.resourceMetrics) {
      const labels = labelsOf(resource.attributes);
      for (const one of scopeMetrics.flatMap(({ metrics }) => metrics)) {
        const named = names.get(one.name) ?? { name: one.name.replaceAll(/[^\w:]/g, '_'), unit: 'requests' as const };
        const factor = unitFactor(one, named, notes);
        take(one, named, factor, labels, found);
      }
    }
  }
  return { series: [...found.values()].map(seriesOf), notes: [...notes] };
}

async function otlpNames(): Promise<Map<string, Named>> {
  const names = new Map<string, Named>();
  for (const id of profileIds('metrics')) {
    const profile = await metricSource(id);
    for (const quantity of Object.keys(measuredQuantities) as MeasuredQuantity[]) {
      for (const {
        otel,
        names: [name],
        unit,
      } of metricsFor(profile, quantity)) {
        if (otel === undefined || name === undefined || names.has(otel)) continue;
        names.set(otel, { name, unit });
      }
    }
  }
  // What `limit` was called before.
  const limit = names.get('db.client.connection.limit');
  if (limit) names.set('db.client.connection.max', { ...limit, name: 'db_client_connection_max' });
  return names;
}

const otelUnitsMs: Readonly<Record<string, number>> = { s: 1_000, ms: 1, us: 1e-3, ns: 1e-6 };

/** Some libraries record the new names in the old unit: the unit that stands beside the values is right. */
function unitFactor({ name, unit }: Metric, named: Named, notes: Set<string>): number {
  const [told, known] = [otelUnitsMs[unit], unitsMs[named.unit]];
  if (told === undefined || known === undefined || told === known) return 1;
  notes.add(`${name} is in ${unit} there, and is usually in ${named.unit}.`);
  return told / known;
}

type Value = { readonly seconds: number; readonly startSeconds?: number } & (
  | { readonly kind: 'number'; readonly value: number }
  | {
      readonly kind: 'histogram';
      readonly count: number;
      readonly sum: number;
      readonly buckets: ReadonlyMap<string, number>;
    }
);

/** All that one series was told to be. */
interface Told {
  readonly metric: Readonly<Record<string, string>>;
  readonly isDelta: boolean;
  readonly values: Value[];
}

function take(
  one: Metric,
  { name }: Named,
  factor: number,
  resource: Readonly<Record<string, string>>,
  found: Map<string, Told>,
): void {
  const told = one.gauge ?? one.sum ?? one.histogram ?? one.exponentialHistogram;
  if (!told) return;
  // 1 or AGGREGATION_TEMPORALITY_DELTA: each point is what came since the one before.
  const isDelta = /^1$|DELTA/.test(String(told.aggregationTemporality ?? '')) && !one.gauge;
  for (const data of told.dataPoints) {
    const metric = { __name__: name, ...resource, ...labelsOf(data.attributes) };
    const key = JSON.stringify(metric);
    const series: Told = found.get(key) ?? { metric, isDelta, values: [] };
    found.set(key, series);
    const start = data.startTimeUnixNano;
    series.values.push({
      seconds: data.timeUnixNano / 1e9,
      ...(start !== undefined && start > 0 && { startSeconds: start / 1e9 }),
      ...(one.histogram || one.exponentialHistogram
        ? {
            kind: 'histogram' as const,
            count: data.count ?? 0,
            sum: (data.sum ?? 0) * factor,
            buckets: bucketsIn(data, factor),
          }
        : { kind: 'number' as const, value: data.asDouble ?? data.asInt ?? 0 }),
    });
  }
}

/** Attributes as Prometheus would name them. */
function labelsOf(attributes: readonly v.InferOutput<typeof attribute>[]): Record<string, string> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key.replaceAll(/\W/g, '_'), value.stringValue ?? String(value.intValue ?? '')]),
  );
}

/** By `low high`, in the unit of Prometheus' metric. */
function bucketsIn(
  { explicitBounds, bucketCounts = [], scale, positive, zeroCount = 0 }: Point,
  factor: number,
): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (low: number, high: number, count: number) => {
    if (count > 0) counts.set(`${low * factor} ${high * factor}`, count);
  };
  if (explicitBounds) {
    for (const [at, count] of bucketCounts.entries())
      add(explicitBounds[at - 1] ?? 0, explicitBounds[at] ?? Infinity, count);
    return counts;
  }
  if (scale === undefined) return counts;
  // Bucket i of OpenTelemetry is from base^i, not included, to base^(i + 1); that of Prometheus ends at base^i.
  const base = 2 ** (2 ** -scale);
  if (zeroCount > 0) add(0, base ** positive.offset, zeroCount);
  for (const [at, count] of positive.bucketCounts.entries()) {
    add(base ** (positive.offset + at), base ** (positive.offset + at + 1), count);
  }
  return counts;
}

/** Totals over time, whatever the values were told as. */
function seriesOf({ metric, isDelta, values }: Told): PrometheusSeries {
  const sorted = [...values].sort((a, b) => a.seconds - b.seconds);
  const [first] = sorted;
  const series: PrometheusSeries = { metric: { ...metric } };
  if (!first) return series;
  const begin = first.startSeconds ?? first.seconds;
  if (first.kind === 'number') {
    let total = 0;
    const points: [number, string][] = isDelta ? [[begin, '0']] : [];
    for (const one of sorted) {
      if (one.kind !== 'number') continue;
      total = isDelta ? total + one.value : one.value;
      points.push([one.seconds, String(total)]);
    }
    return { ...series, values: points };
  }
  let [count, sum] = [0, 0];
  let totals = new Map<string, number>();
  const points: [number, NativeHistogram][] = isDelta ? [[begin, nativeOf(0, 0, totals)]] : [];
  for (const one of sorted) {
    if (one.kind !== 'histogram') continue;
    if (!isDelta) [count, sum, totals] = [0, 0, new Map()];
    count += one.count;
    sum += one.sum;
    for (const [key, some] of one.buckets) totals.set(key, (totals.get(key) ?? 0) + some);
    points.push([one.seconds, nativeOf(count, sum, totals)]);
  }
  return { ...series, histograms: points };
}

function nativeOf(count: number, sum: number, totals: ReadonlyMap<string, number>): NativeHistogram {
  const buckets = [...totals]
    .map(([key, some]): [number, string, string, string] => {
      const [low = '', high = ''] = key.split(' ');
      return [0, low, high, String(some)];
    })
    .sort((a, b) => Number(a[1]) - Number(b[1]));
  return { count: String(count), sum: String(sum), buckets };
}
