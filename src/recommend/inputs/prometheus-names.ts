import type { PoolPoint } from '../evidence.ts';

/** What a value of a metric is of a pool. `acquired`: requests that got a connection; `idle` counts nothing and is known. */
export type PrometheusField =
  | Exclude<keyof PoolPoint, 'atMs' | 'asked' | 'granted' | 'useCounts' | 'overdue'>
  | 'acquired'
  | 'useBucket'
  | 'transactions'
  | 'idle';

interface MetricName {
  readonly pattern: RegExp;
  readonly field: PrometheusField;
  /** What one of its unit is in ours. */
  readonly factor?: number;
  /** Only series with one of these in a label of that name. */
  readonly where?: readonly [labels: readonly string[], value: string];
}

const seconds = 1_000;
const otelState = ['db_client_connection_state', 'db_client_connections_state', 'state'] as const;

/**
 * Names of the metrics of pools in Prometheus: Micrometer's HikariCP, OpenTelemetry's conventions (1.45, and before with the
 * plural names of the Java agent), poolctl/monitor, and both exporters of PgBouncer. Sources: the projects' own metrics;
 * `poolctl/monitor` in src/monitor/metrics/semconv.ts.
 */
export const metricNames: readonly MetricName[] = [
  { pattern: /^hikaricp_connections_active$/, field: 'inUse' },
  { pattern: /^hikaricp_connections_max$/, field: 'limit' },
  { pattern: /^hikaricp_connections_pending$/, field: 'waiting' },
  { pattern: /^hikaricp_connections_timeout_total$/, field: 'timedOut' },
  { pattern: /^hikaricp_connections_usage_seconds$/, field: 'uses' },
  { pattern: /^hikaricp_connections_usage_seconds_count$/, field: 'uses' },
  { pattern: /^hikaricp_connections_usage_seconds_sum$/, field: 'useMs', factor: seconds },
  { pattern: /^hikaricp_connections_usage_seconds_bucket$/, field: 'useBucket', factor: seconds },
  { pattern: /^hikaricp_connections_acquire_seconds_count$/, field: 'acquired' },
  { pattern: /^hikaricp_connections_acquire_seconds_sum$/, field: 'queuedMs', factor: seconds },
  { pattern: /^hikaricp_connections(?:_idle|_min|_(?:usage|acquire|creation)_seconds.*)?$/, field: 'idle' },

  { pattern: /^db_client_connections?_(?:count|usage)$/, field: 'inUse', where: [otelState, 'used'] },
  { pattern: /^db_client_connections?_(?:limit|max)$/, field: 'limit' },
  { pattern: /^db_client_connections?_pending_requests$/, field: 'waiting' },
  { pattern: /^db_client_connections?_timeouts(?:_total)?$/, field: 'timedOut' },
  { pattern: /^db_client_connections?_use_time(?:_seconds)?_sum$/, field: 'useMs', factor: seconds },
  { pattern: /^db_client_connections?_use_time(?:_seconds)?_bucket$/, field: 'useBucket', factor: seconds },
  { pattern: /^db_client_connections?_use_time_milliseconds_sum$/, field: 'useMs', factor: 1 },
  { pattern: /^db_client_connections?_use_time_milliseconds_bucket$/, field: 'useBucket', factor: 1 },
  { pattern: /^db_client_connections?_use_time(?:_seconds|_milliseconds)?_count$/, field: 'uses' },
  { pattern: /^db_client_connections?_wait_time(?:_seconds|_milliseconds)?_count$/, field: 'acquired' },
  { pattern: /^db_client_connections?_/, field: 'idle' },

  { pattern: /^poolctl_connection_queued_time_seconds_sum$/, field: 'queuedMs', factor: seconds },
  {
    pattern: /^poolctl_connection_acquire_errors_total$/,
    field: 'refused',
    where: [['error_type'], 'refused'],
  },
  { pattern: /^poolctl_connection_/, field: 'idle' },

  { pattern: /^pgbouncer_pools_server_active(?:_connections)?$/, field: 'inUse' },
  { pattern: /^pgbouncer_pools_client_waiting(?:_connections)?$/, field: 'waiting' },
  { pattern: /^pgbouncer_pools_client_maxwait(?:_seconds)?$/, field: 'oldestWaitMs', factor: seconds },
  { pattern: /^pgbouncer_databases_pool_size$/, field: 'limit' },
  { pattern: /^pgbouncer_stats(?:_totals)?_sql_transactions_pooled_total$/, field: 'transactions' },
  { pattern: /^pgbouncer_stats(?:_totals)?_server_in_transaction_seconds_total$/, field: 'useMs', factor: seconds },
  { pattern: /^pgbouncer_stats(?:_totals)?_client_wait_seconds_total$/, field: 'queuedMs', factor: seconds },
  { pattern: /^pgbouncer_/, field: 'idle' },
];

/** The labels that name a pool, the surest first. */
export const poolLabels = [
  'db_client_connection_pool_name',
  'db_client_connections_pool_name',
  'pool',
  'pool_name',
  'database',
  'name',
] as const;

/** The labels that tell Prometheus servers apart which scrape the same. */
export const replicaLabels = ['replica', 'prometheus_replica', '__replica__'] as const;
