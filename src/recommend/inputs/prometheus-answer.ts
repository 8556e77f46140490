import * as v from 'valibot';
import { PoolctlError } from '../../base/errors.ts';
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
  warnings: v.optional(v.array(v.string()), []),
  infos: v.optional(v.array(v.string()), []),
  data: v.optional(v.object({ resultType: v.string(), result: v.array(v.unknown()) })),
});

/** One series of an answer: values as text, at seconds since 1970. */
export type PrometheusSeries = v.InferOutput<typeof seriesSchema>;
/** A native histogram; each of its buckets counts by itself. */
export type NativeHistogram = v.InferOutput<typeof native>;

/** An answer of /api/v1/query or query_range. */
export interface PrometheusAnswer {
  readonly kind: 'vector' | 'matrix';
  readonly series: readonly PrometheusSeries[];
  /** Its `warnings` and `infos`, which newer versions add to an answer that succeeds. */
  readonly says: readonly string[];
}

const hint =
  'Ask for the metrics themselves, not for rate() or sum() of them: poolctl works out rates, also over restarts. /api/v1/query_range with query={__name__=~"hikaricp_connections.*"}, start, end and step=60s.';

/** The answer in the text of a file. @throws PoolctlError INPUT_INVALID */
export function answerIn(text: string, file: string): PrometheusAnswer {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw invalidAnswer(file, 'this is not JSON; it may have been cut off.');
  }
  return prometheusAnswer(document, file);
}

/** The answer as JSON.parse made it, alone or beside its request, as some tools save it. @throws PoolctlError INPUT_INVALID */
export function prometheusAnswer(document: unknown, file: string): PrometheusAnswer {
  const answer = isJsonObject(document) && isJsonObject(document['response']) ? document['response'] : document;
  const read = v.safeParse(answerSchema, answer);
  if (!read.success) throw invalidAnswer(file, 'this is no answer of Prometheus.');
  const { status, errorType, error, warnings, infos, data } = read.output;
  if (status !== 'success') {
    throw invalidAnswer(file, `Prometheus refused the query: ${errorType ?? 'error'}: ${error ?? ''}`);
  }
  if (!data || (data.resultType !== 'matrix' && data.resultType !== 'vector')) {
    throw invalidAnswer(file, `the result is a ${data?.resultType ?? 'nothing'}, and no series.`);
  }
  const series = data.result.map((one, index) => {
    const known = v.safeParse(seriesSchema, one);
    if (known.success) return known.output;
    throw invalidAnswer(file, `series ${index + 1} is not what it should be.`);
  });
  return { kind: data.resultType, series, says: [...warnings, ...infos] };
}

export function invalidAnswer(file: string, why: string): PoolctlError {
  return new PoolctlError('INPUT_INVALID', `${file}: ${why}`, { hint });
}

export const answerHint = hint;

export function valuesOf({ values, value }: PrometheusSeries): readonly (readonly [number, string])[] {
  return values ?? (value ? [value] : []);
}

export function histogramsOf({
  histograms,
  histogram,
}: PrometheusSeries): readonly (readonly [number, NativeHistogram])[] {
  return histograms ?? (histogram ? [histogram] : []);
}

/** Which process a series is of: where a collector is scraped, `instance` is the collector. */
export function seriesInstance({ metric }: PrometheusSeries): string {
  return metric['exported_instance'] ?? metric['service_instance_id'] ?? metric['instance'] ?? metric['pod'] ?? '';
}

/** Whether its labels are those that a metric asks for; a value that begins with ~ is a regular expression. */
export function isWhere({ metric }: PrometheusSeries, where: Readonly<Record<string, string>>): boolean {
  return Object.entries(where).every(([label, value]) =>
    value.startsWith('~') ? new RegExp(`^(?:${value.slice(1)})$`).test(metric[label] ?? '') : metric[label] === value,
  );
}

/** A bound of a bucket as a number: "1" and "1.0" are one. */
export function boundOf(le: string | undefined): number {
  return Number(le?.replace('+Inf', 'Infinity').replace('-Inf', '-Infinity'));
}
