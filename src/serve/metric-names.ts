/** Labels of the series that `poolctl watch --listen` serves; `target` is the name that the user gave the target. */
export type ServedLabel =
  | 'target'
  | 'kind'
  | 'version'
  | 'database'
  | 'user'
  | 'application'
  | 'state'
  | 'class'
  | 'alarm'
  | 'severity';

/** One metric of poolctl's own endpoint, as Prometheus knows it. */
export interface ServedMetric {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  /** What one is, in the plural as in names of Prometheus; `flag` is 0 or 1. */
  readonly unit: 'flag' | 'seconds' | 'connections' | 'sessions' | 'transactions' | 'clients' | 'polls' | 'errors';
  readonly help: string;
  readonly labels: readonly ServedLabel[];
  /** How long it is there: as long as the target is watched, or while its last look is no older than three intervals. */
  readonly lasts: 'always' | 'fresh';
}

const ofTarget = ['target'] as const;
const ofGroup = ['target', 'database', 'user', 'application', 'state'] as const;
const ofPool = ['target', 'database', 'user'] as const;

/**
 * Every name that the endpoint serves, in one place: the endpoint, the alert rules and the documentation read it. They are
 * poolctl's own, because `db.client.*` of OpenTelemetry means the pool of a client, and these are seen from the server.
 */
export const servedMetrics = {
  build: {
    name: 'poolctl_build_info',
    type: 'gauge',
    unit: 'flag',
    help: 'Always 1; the version of poolctl that serves this.',
    labels: ['version'],
    lasts: 'always',
  },
  targetInfo: {
    name: 'poolctl_target_info',
    type: 'gauge',
    unit: 'flag',
    help: 'Always 1; what the target turned out to be, and the labels of the targets file as label_NAME.',
    labels: ['target', 'kind', 'version'],
    lasts: 'always',
  },
  targetUp: {
    name: 'poolctl_target_up',
    type: 'gauge',
    unit: 'flag',
    help: '1 while the figures of the target are no older than three intervals, otherwise 0 and its other figures are gone.',
    labels: ofTarget,
    lasts: 'always',
  },
  targetSaturated: {
    name: 'poolctl_target_saturated',
    type: 'gauge',
    unit: 'flag',
    help: '1 while the target is full, so that it refuses ordinary users.',
    labels: ofTarget,
    lasts: 'always',
  },
  snapshotAge: {
    name: 'poolctl_snapshot_age_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'Age of the last answer of the target; missing until the first.',
    labels: ofTarget,
    lasts: 'always',
  },
  connections: {
    name: 'poolctl_server_connections',
    type: 'gauge',
    unit: 'connections',
    help: 'Connections by database, user, application and state; the smallest groups are one with the application "other".',
    labels: ofGroup,
    lasts: 'fresh',
  },
  taken: {
    name: 'poolctl_server_connections_taken',
    type: 'gauge',
    unit: 'connections',
    help: 'Connections that are taken, that of poolctl included.',
    labels: ofTarget,
    lasts: 'fresh',
  },
  usable: {
    name: 'poolctl_server_connections_usable',
    type: 'gauge',
    unit: 'connections',
    help: 'Connections that ordinary users can have: the maximum without the reserved ones.',
    labels: ofTarget,
    lasts: 'fresh',
  },
  max: {
    name: 'poolctl_server_connections_max',
    type: 'gauge',
    unit: 'connections',
    help: 'Connections that the server lets in, reserved ones included.',
    labels: ofTarget,
    lasts: 'fresh',
  },
  reserved: {
    name: 'poolctl_server_connections_reserved',
    type: 'gauge',
    unit: 'connections',
    help: 'Connections that ordinary users cannot have.',
    labels: ofTarget,
    lasts: 'fresh',
  },
  hidden: {
    name: 'poolctl_server_connections_hidden',
    type: 'gauge',
    unit: 'connections',
    help: 'Taken connections whose details the login of poolctl may not see.',
    labels: ofTarget,
    lasts: 'fresh',
  },
  highWater: {
    name: 'poolctl_server_connections_high_water',
    type: 'gauge',
    unit: 'connections',
    help: 'The most taken connections that poolctl saw since the server started or the mark was reset.',
    labels: ofTarget,
    lasts: 'fresh',
  },
  serverHighWater: {
    name: 'poolctl_server_connections_high_water_of_server',
    type: 'gauge',
    unit: 'connections',
    help: 'The most taken connections that the server itself remembers (Max_used_connections of MySQL and MariaDB).',
    labels: ofTarget,
    lasts: 'fresh',
  },
  fullIn: {
    name: 'poolctl_server_full_in_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'When the usable connections are all taken if they grow on as now; missing where they do not surely grow.',
    labels: ofTarget,
    lasts: 'fresh',
  },
  sessions: {
    name: 'poolctl_server_sessions_total',
    type: 'counter',
    unit: 'sessions',
    help: 'Sessions opened since the server started, as the server counts them.',
    labels: ofTarget,
    lasts: 'fresh',
  },
  refused: {
    name: 'poolctl_server_connections_refused_total',
    type: 'counter',
    unit: 'connections',
    help: 'Connections refused because the server was full, since it started; at least so many.',
    labels: ofTarget,
    lasts: 'fresh',
  },
  transactions: {
    name: 'poolctl_server_transactions_total',
    type: 'counter',
    unit: 'transactions',
    help: "Transactions ended since the server started. PostgreSQL's counter lags by up to 10 s: take rates over a minute or more.",
    labels: ofTarget,
    lasts: 'fresh',
  },
  lockWaiters: {
    name: 'poolctl_server_lock_waiters',
    type: 'gauge',
    unit: 'sessions',
    help: 'Sessions that wait for a lock.',
    labels: ofTarget,
    lasts: 'fresh',
  },
  idleTransactions: {
    name: 'poolctl_server_idle_transactions',
    type: 'gauge',
    unit: 'sessions',
    help: 'Sessions that are idle in a transaction, aborted ones included.',
    labels: ofTarget,
    lasts: 'fresh',
  },
  oldestIdleTransaction: {
    name: 'poolctl_server_oldest_idle_transaction_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'How long the session that is idle in a transaction for the longest time has been so; 0 where there is none.',
    labels: ofTarget,
    lasts: 'fresh',
  },
  oldestTransaction: {
    name: 'poolctl_server_oldest_transaction_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'Age of the oldest open transaction; 0 where there is none.',
    labels: ofTarget,
    lasts: 'fresh',
  },
  poolerClientsWaiting: {
    name: 'poolctl_pooler_clients_waiting',
    type: 'gauge',
    unit: 'clients',
    help: 'Clients of PgBouncer that wait for a server connection, by pool; the smallest pools are one called "other".',
    labels: ofPool,
    lasts: 'fresh',
  },
  poolerClientsActive: {
    name: 'poolctl_pooler_clients_active',
    type: 'gauge',
    unit: 'clients',
    help: 'Clients of PgBouncer that have a server connection, or are idle and wait for none.',
    labels: ofPool,
    lasts: 'fresh',
  },
  poolerMaxWait: {
    name: 'poolctl_pooler_max_wait_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'How long the first client in the queue of the pool has waited.',
    labels: ofPool,
    lasts: 'fresh',
  },
  poolerServers: {
    name: 'poolctl_pooler_servers',
    type: 'gauge',
    unit: 'connections',
    help: 'Server connections of the pool, in whatever state.',
    labels: ofPool,
    lasts: 'fresh',
  },
  poolerServersActive: {
    name: 'poolctl_pooler_servers_active',
    type: 'gauge',
    unit: 'connections',
    help: 'Server connections of the pool that a client has.',
    labels: ofPool,
    lasts: 'fresh',
  },
  poolerServersIdle: {
    name: 'poolctl_pooler_servers_idle',
    type: 'gauge',
    unit: 'connections',
    help: 'Server connections of the pool that no client has.',
    labels: ofPool,
    lasts: 'fresh',
  },
  poolerServersLimit: {
    name: 'poolctl_pooler_servers_limit',
    type: 'gauge',
    unit: 'connections',
    help: 'How many server connections the pool may have: pool_size, with the reserve where it is in use.',
    labels: ofPool,
    lasts: 'fresh',
  },
  alarm: {
    name: 'poolctl_alarm',
    type: 'gauge',
    unit: 'flag',
    help: '1 while poolctl raises the alarm at that severity, otherwise 0.',
    labels: ['target', 'alarm', 'severity'],
    lasts: 'always',
  },
  pollDuration: {
    name: 'poolctl_poll_duration_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'How long the last poll took, answered or not.',
    labels: ofTarget,
    lasts: 'always',
  },
  polls: {
    name: 'poolctl_polls_total',
    type: 'counter',
    unit: 'polls',
    help: 'Polls that have ended, answered or not.',
    labels: ofTarget,
    lasts: 'always',
  },
  pollsSkipped: {
    name: 'poolctl_polls_skipped_total',
    type: 'counter',
    unit: 'polls',
    help: 'Polls that were due while the one before was still under way.',
    labels: ofTarget,
    lasts: 'always',
  },
  pollErrors: {
    name: 'poolctl_poll_errors_total',
    type: 'counter',
    unit: 'errors',
    help: 'Polls that failed, by the code of the error (poolctl explain CODE).',
    labels: ['target', 'class'],
    lasts: 'always',
  },
} as const satisfies Readonly<Record<string, ServedMetric>>;

export type ServedMetricKey = keyof typeof servedMetrics;
