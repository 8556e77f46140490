import { profileIds } from '../../profiles/files.ts';
import { metricSource } from '../../profiles/load.ts';
import {
  type MeasuredQuantity,
  type MetricSourceProfile,
  metricsFor,
  type SourceMetric,
} from '../../profiles/metrics.ts';

/** What a value is of a pool. `attempts`: all that asked; `acquired`: those that got a connection. */
export type PrometheusField =
  | 'inUse'
  | 'idle'
  | 'limit'
  | 'waiting'
  | 'oldestWaitMs'
  | 'timedOut'
  | 'refused'
  | 'queuedMs'
  | 'waitMs'
  | 'useMs'
  | 'uses'
  | 'useBucket'
  | 'acquired'
  | 'attempts'
  | 'transactions';

/** One metric of Prometheus, by its name with `_sum`, `_count` or `_bucket`. */
export interface NamedMetric {
  /** The profile that has it, and whom that is asked of. */
  readonly source: string;
  readonly of: MetricSourceProfile['of'];
  /** Names of one metric, as it was called over time, share it; the usual one has the lowest rank. */
  readonly metric: string;
  readonly rank: number;
  /** Left out where it is known, and nothing is taken from it. */
  readonly field?: PrometheusField;
  /** What one of its unit is in ours. */
  readonly factor: number;
  /** What one of its unit of time is in ms, also of a count of times; 1 where it measures none. */
  readonly msFactor: number;
  readonly where: Readonly<Record<string, string>>;
  /** The labels that name the pool. */
  readonly poolLabels: readonly string[];
  readonly isMax: boolean;
}

export type MetricNames = ReadonlyMap<string, readonly NamedMetric[]>;

/** Labels that tell Prometheus servers apart which scrape the same. */
export const replicaLabels = ['replica', 'prometheus_replica', '__replica__'] as const;

const factors: Partial<Readonly<Record<SourceMetric['unit'], number>>> = {
  seconds: 1_000,
  milliseconds: 1,
  microseconds: 1e-3,
  nanoseconds: 1e-6,
};

/** The names that the sources of profiles/metrics have for what pools do; of servers only where they are asked for. */
export async function metricNames({
  withServers = false,
}: {
  readonly withServers?: boolean;
} = {}): Promise<MetricNames> {
  const names = new Map<string, NamedMetric[]>();
  for (const id of profileIds('metrics')) {
    const source = await metricSource(id);
    if (source.of === 'server' && !withServers) continue;
    for (const [name, metric] of namesOf(id, source)) names.set(name, [...(names.get(name) ?? []), metric]);
  }
  for (const [name, metric] of more) names.set(name, [...(names.get(name) ?? []), metric]);
  return names;
}

/** Of the names that are there, those that are meant: `max` beside its newer name `limit` is the same once more. */
export function metricsMeant(names: MetricNames, present: ReadonlySet<string>): MetricNames {
  const best = new Map<string, number>();
  const there = [...names].filter(([name]) => present.has(name));
  for (const [, metrics] of there) {
    for (const { metric, rank } of metrics) best.set(metric, Math.min(rank, best.get(metric) ?? rank));
  }
  return new Map(
    there.map(([name, metrics]) => [name, metrics.filter(({ metric, rank }) => rank === best.get(metric))]),
  );
}

/** Of poolctl/monitor: requests that a full queue refused. */
const more: readonly (readonly [string, NamedMetric])[] = [
  [
    'poolctl_connection_acquire_errors_total',
    {
      ...{ source: 'poolctl-monitor', of: 'application', metric: 'poolctl-monitor refused', rank: 0 },
      ...{ field: 'refused', factor: 1, msFactor: 1, where: { error_type: 'refused' }, isMax: false },
      poolLabels: ['db_client_connection_pool_name'],
    },
  ],
];

type Suffixed = Readonly<Record<string, PrometheusField | undefined>>;

/** What each quantity gives, by the end of the metric's name; '' is the name itself. */
const fieldsOf: Partial<
  Readonly<Record<MeasuredQuantity, { readonly plain?: PrometheusField; readonly times?: Suffixed }>>
> = {
  inUse: { plain: 'inUse' },
  idle: { plain: 'idle' },
  limit: { plain: 'limit' },
  waiters: { plain: 'waiting' },
  maxWait: { plain: 'oldestWaitMs' },
  timeouts: { plain: 'timedOut' },
  transactions: { plain: 'transactions' },
  queuedTime: { plain: 'queuedMs', times: { _sum: 'queuedMs' } },
  useTime: { plain: 'useMs', times: { '': 'uses', _sum: 'useMs', _count: 'uses', _bucket: 'useBucket' } },
  waitTime: { times: { '': 'acquired', _sum: 'waitMs', _count: 'acquired' } },
  createTime: {},
};

const suffixes = ['', '_sum', '_count', '_bucket', '_max'] as const;

function namesOf(id: string, source: MetricSourceProfile): [string, NamedMetric][] {
  return (Object.entries(fieldsOf) as [MeasuredQuantity, NonNullable<(typeof fieldsOf)['inUse']>][]).flatMap(
    ([quantity, { plain, times = {} }]) =>
      metricsFor(source, quantity).flatMap((metric, index) => {
        const isTimes = metric.type === 'histogram' || metric.type === 'summary';
        return metric.names.flatMap((name, rank) =>
          (isTimes ? suffixes : ([''] as const)).map((suffix): [string, NamedMetric] => {
            const field = isTimes ? times[suffix] : plain;
            const known = named(source, metric, name.startsWith('hikaricp') ? ofHikari(field) : field);
            const key = `${id} ${quantity} ${index}${suffix}`;
            return [`${name}${suffix}`, { ...known, source: id, of: source.of, metric: key, rank }];
          }),
        );
      }),
  );
}

/** HikariCP counts those that timed out among those that acquired. */
function ofHikari(field: PrometheusField | undefined): PrometheusField | undefined {
  return field === 'acquired' ? 'attempts' : field;
}

function named(
  { of, labels: { pool = [] } }: MetricSourceProfile,
  { unit, where = {}, rename = {}, combine, labels = [] }: SourceMetric,
  field: PrometheusField | undefined,
): Omit<NamedMetric, 'source' | 'of' | 'metric' | 'rank'> {
  // The totals of PgBouncer are by database: so is a pool here, all its users together.
  const [label] = of === 'server' && labels.length > 0 ? labels : pool;
  const before = Object.entries(rename).find(([, to]) => to === label)?.[0];
  return {
    ...(field && { field }),
    factor: field === 'uses' || field === 'acquired' || field === 'attempts' ? 1 : (factors[unit] ?? 1),
    msFactor: factors[unit] ?? 1,
    where,
    poolLabels: label === undefined ? [] : [before ?? label],
    isMax: combine === 'max' || field === 'oldestWaitMs',
  };
}
