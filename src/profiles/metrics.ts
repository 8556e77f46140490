import * as v from 'valibot';
import { text } from '../documents/yaml-fields.ts';
import { citation, source } from './fields.ts';

/** What a source may have a metric for: of a pool (a program's or PgBouncer's), or of a server. */
export const measuredQuantities = {
  inUse: 'pool',
  idle: 'pool',
  limit: 'pool',
  waiters: 'pool',
  /** How long the first in the queue has waited. */
  maxWait: 'pool',
  /** Time in the queue, of those that had to wait: the rate of its sum is the mean number of waiters. */
  queuedTime: 'pool',
  /** From request to connection, of all requests. */
  waitTime: 'pool',
  /** From connection to release: the hold time. */
  useTime: 'pool',
  createTime: 'pool',
  timeouts: 'pool',
  /** Refused at once, because the queue was full. */
  rejected: 'pool',
  up: 'server',
  /** 1 while the server refuses ordinary users because it is full. */
  full: 'server',
  taken: 'server',
  /** For ordinary users; where it is missing, `max` less `reserved`. */
  usable: 'server',
  max: 'server',
  reserved: 'server',
  idleTransactionAge: 'server',
  transactionAge: 'server',
  refused: 'server',
  opened: 'server',
  transactions: 'server',
} as const satisfies Readonly<Record<string, 'pool' | 'server'>>;

export type MeasuredQuantity = keyof typeof measuredQuantities;

const labelName = v.pipe(v.string(), v.regex(/^[a-zA-Z_]\w*$/, 'must be the name of a label'));
const metricName = v.pipe(v.string(), v.regex(/^[a-zA-Z_:][\w:]*$/, 'must be the name of a metric of Prometheus'));

const metric = v.strictObject({
  /** In Prometheus, the usual one first; of a histogram or summary without `_sum`, `_count` and `_bucket`. */
  names: v.pipe(v.array(metricName), v.nonEmpty()),
  /** As OpenTelemetry calls it. */
  otel: v.optional(text),
  type: v.picklist(['gauge', 'counter', 'histogram', 'summary']),
  unit: v.picklist([
    'seconds',
    'milliseconds',
    'microseconds',
    'nanoseconds',
    'connections',
    'sessions',
    'transactions',
    'requests',
    'clients',
    'flag',
  ]),
  /** Values of labels that choose the series; one that begins with ~ is a regular expression. */
  where: v.optional(v.record(labelName, text)),
  /** Labels that tell apart what is one. */
  drop: v.optional(v.array(labelName)),
  /** How the series are made one where labels are dropped: sum, where it is left out. */
  combine: v.optional(v.literal('max')),
  /** What a label has to be called for it to be that of the others. */
  rename: v.optional(v.record(labelName, labelName)),
  /** The labels of what it is of, where it has fewer than the source says. */
  labels: v.optional(v.array(labelName)),
  since: v.optional(text),
  means: text,
  traps: v.optional(v.array(text)),
  source: citation,
});

/** A source of metrics in Prometheus: what it calls what it measures, and what not to believe. */
export const metricSourceSchema = v.strictObject({
  title: text,
  /** Who is asked: the application about its pools, a pooler, or a server. */
  of: v.picklist(['application', 'pooler', 'server']),
  /** Another source whose names are among its own: asked for both, this one is meant. */
  includes: v.optional(text),
  /** The labels, beside those of the scraped target, that say of which pool or server a series is. */
  labels: v.strictObject({ pool: v.optional(v.array(labelName)), server: v.optional(v.array(labelName)) }),
  metrics: v.pipe(
    v.record(v.picklist(Object.keys(measuredQuantities) as MeasuredQuantity[]), v.union([metric, v.array(metric)])),
    v.check((metrics) => Object.keys(metrics).length > 0, 'must have one of the quantities of src/profiles/metrics.ts'),
  ),
  traps: v.optional(v.array(v.strictObject({ text, source: citation }))),
  sources: v.record(text, source),
});

export type MetricSourceProfile = v.InferOutput<typeof metricSourceSchema>;
export type SourceMetric = v.InferOutput<typeof metric>;

/** The metrics that a quantity is the sum of; none where the source has none. */
export function metricsFor({ metrics }: MetricSourceProfile, quantity: MeasuredQuantity): readonly SourceMetric[] {
  const found = metrics[quantity];
  return found === undefined ? [] : Array.isArray(found) ? found : [found];
}
