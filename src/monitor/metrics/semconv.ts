/**
 * Every name of a metric, in one place. `db.client.connection.*` is OpenTelemetry's (semantic conventions 1.45, status
 * Development: names may still change); `poolctl.connection.*` is what the conventions lack. Durations are seconds here and
 * nowhere else.
 */
export const poolNameAttribute = 'db.client.connection.pool.name';
export const stateAttribute = 'db.client.connection.state';
const errorTypeAttribute = 'error.type';

/** The name that the conventions had before 1.45, which dashboards and OpenTelemetry's own instrumentation still use. */
export const olderLimitName = 'db.client.connection.max';

/** `now` may fall, `total` never does, `times` is a histogram of seconds. */
export interface MetricDefinition {
  readonly name: string;
  readonly kind: 'now' | 'total' | 'times';
  /** UCUM, as the conventions write it: `s`, or a word in braces. */
  readonly unit: string;
  readonly means: string;
  /** The attribute that it has beside the name of the pool. */
  readonly by?: string;
}

export const poolMetrics = {
  count: {
    name: 'db.client.connection.count',
    kind: 'now',
    unit: '{connection}',
    means: 'Connections by state: idle, used, connecting. Their sum is what the pool has open or opens.',
    by: stateAttribute,
  },
  limit: {
    name: 'db.client.connection.limit',
    kind: 'now',
    unit: '{connection}',
    means: 'How many connections the pool may have.',
  },
  pending: {
    name: 'db.client.connection.pending_requests',
    kind: 'now',
    unit: '{request}',
    means: 'Requests that wait for a connection.',
  },
  timeouts: {
    name: 'db.client.connection.timeouts',
    kind: 'total',
    unit: '{timeout}',
    means: 'Requests that waited for a connection until their time was up.',
  },
  createTime: {
    name: 'db.client.connection.create_time',
    kind: 'times',
    unit: 's',
    means: 'How long it took to open a connection.',
  },
  waitTime: {
    name: 'db.client.connection.wait_time',
    kind: 'times',
    unit: 's',
    means: 'From the request to the connection, opening one included. Requests that failed are not in it.',
  },
  useTime: {
    name: 'db.client.connection.use_time',
    kind: 'times',
    unit: 's',
    means: 'From taking a connection to giving it back.',
  },
  queuedTime: {
    name: 'poolctl.connection.queued_time',
    kind: 'times',
    unit: 's',
    means: 'The wait of those requests that had to queue. The rate of its sum is the mean number of waiting requests.',
  },
  acquireErrors: {
    name: 'poolctl.connection.acquire_errors',
    kind: 'total',
    unit: '{error}',
    means: 'Requests that got no connection, by kind; timeouts are among them.',
    by: errorTypeAttribute,
  },
  overdue: {
    name: 'poolctl.connection.overdue',
    kind: 'now',
    unit: '{connection}',
    means: 'Connections in use for longer than the time after which a leak is reported.',
  },
  leakReports: {
    name: 'poolctl.connection.leak_reports',
    kind: 'total',
    unit: '{report}',
    means: 'Connections reported as a possible leak, each once.',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type PoolMetric = keyof typeof poolMetrics;

/**
 * Upper bounds of the buckets of every histogram, in seconds. Finer than the convention's advice for operations, in whose
 * buckets a p95 of 197 ms reads 354 ms; the last two are for the time in use.
 */
const waitBoundsSeconds: readonly number[] = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];
const useBoundsSeconds: readonly number[] = [...waitBoundsSeconds, 60, 300];

export const boundsOf = (metric: PoolMetric): readonly number[] =>
  metric === 'useTime' ? useBoundsSeconds : waitBoundsSeconds;

/** Milliseconds, which are the unit everywhere else, in the convention's seconds. */
export const seconds = (ms: number): number => ms / 1_000;

/**
 * The name in Prometheus, as OpenTelemetry's Collector makes it: the unit and `_total` are part of it. OpenTelemetry's
 * own exporter for Node.js leaves the unit out.
 */
export function prometheusName({ name, kind, unit }: Pick<MetricDefinition, 'name' | 'kind' | 'unit'>): string {
  const words = name.replaceAll(/[.]/g, '_');
  return `${words}${unit === 's' ? '_seconds' : ''}${kind === 'total' ? '_total' : ''}`;
}

/** An attribute as a label of Prometheus. */
export const prometheusLabel = (attribute: string): string => attribute.replaceAll('.', '_');
