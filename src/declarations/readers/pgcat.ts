import type { Reader } from '../reader.ts';
import { inPlaces, type OptionPlace } from './places.ts';
import { onlyUser, poolsOfUsers } from './pools-of-users.ts';

const ofAll = ['connect_timeout', 'idle_timeout', 'server_lifetime'] as const;
const places: readonly OptionPlace[] = [
  {
    keys: /^([\w-]+)$/,
    named: '[pools.<pool>.users.<n>]',
    reads: [...ofAll, 'pool_size', 'min_pool_size', 'statement_timeout', 'pool_mode'],
  },
  { keys: /^pools\..+\.users\.[\w-]+\.([\w-]+)$/, named: '[pools.<pool>.users.<n>]', reads: [] },
  { keys: /^pools\..+\.((?:shards|plugins)\..+)$/, named: '[pools.<pool>]', reads: [] },
  { keys: /^pools\..+\.([\w-]+)$/, named: '[pools.<pool>]', reads: [...ofAll, 'pool_mode'] },
  {
    keys: /^general\.([\w-]+)$/,
    named: '[general]',
    reads: [
      ...ofAll,
      ...['idle_client_in_transaction_timeout', 'healthcheck_delay', 'healthcheck_timeout'],
      ...['tcp_keepalives_idle', 'tcp_keepalives_interval', 'tcp_keepalives_count'],
    ],
  },
];

/** pgcat.toml: the pool of one user, with what [pools.<pool>] and [general] say for it. */
export const pgcatReader: Reader = {
  title: 'pgcat',
  formats: ['toml'],
  drivers: ['pgcat'],
  isTyped: true,
  login: [
    'host',
    'port',
    'admin_*',
    'auth_*',
    'username',
    'password',
    'server_username',
    'server_password',
    'server_tls',
    'verify_server_certificate',
    'tls_*',
    'shards.*',
  ],
  others: {
    autoreload: 'reads the file again when it has changed',
    automatic_sharding_key: 'names the column to shard by',
    ban_time: 'keeps a replica out that failed, in seconds',
    checkout_failure_limit: 'ends a client that got no connection so often',
    cleanup_server_connections: 'resets a server connection that is given back',
    'db_activity_*': 'routes by recent writes',
    default_role: 'chooses among primary and replicas',
    default_shard: 'chooses a shard',
    'dns_*': 'remembers addresses',
    enable_prometheus_exporter: 'serves metrics',
    load_balancing_mode: 'chooses among replicas',
    'log_*': 'logs more',
    'plugins.*': 'configures plugins',
    prepared_statements_cache_size: 'keeps prepared statements for clients',
    primary_reads_enabled: 'lets the primary serve reads',
    prometheus_exporter_port: 'is the port of the metrics',
    'query_parser_*': 'reads queries to route them',
    regex_search_limit: 'bounds the search for a shard in a query',
    server_round_robin: 'lends the server connection that was idle for longest',
    shard_id_regex: 'finds a shard in a query',
    sharding_function: 'chooses a shard',
    sharding_key_regex: 'finds a shard in a query',
    shutdown_timeout: 'limits the wait for clients at the end',
    table_mutation_cache_ms_ttl: 'routes by recent writes',
    tcp_user_timeout: 'limits unanswered data',
    validate_config: 'tries the servers when the file is read',
    worker_threads: 'sets the threads',
  },
  sections: (entries) => poolsOfUsers(entries),
  pick: (entries) => ({
    driver: 'pgcat',
    engine: 'postgres',
    isMarked: entries.some(({ key }) => /^pools\..+\.shards\./.test(key)),
    options: inPlaces(onlyUser(entries), places).filter(({ key }) => !/\.users\.[\w-]+\./.test(key)),
  }),
};
