import { PoolctlError } from '../../base/errors.ts';
import type { DeclaredEntry } from '../entry.ts';
import type { PickedOption, PoolSection, Reader } from '../reader.ts';
import { entriesBelow } from '../sections.ts';
import { inPlaces, type OptionPlace } from './places.ts';

const ofPool = ['min_pool_size', 'pooler_mode', 'idle_timeout', 'server_lifetime', 'server_lifetime_jitter'] as const;
const places: readonly OptionPlace[] = [
  { keys: /^([\w-]+)$/, named: '[[users]] and [[databases]]', reads: [...ofPool, 'pool_size', 'statement_timeout'] },
  {
    keys: /^general\.([\w-]+)$/,
    named: '[general]',
    reads: [
      ...ofPool,
      ...['default_pool_size', 'max_pool_size', 'checkout_timeout', 'query_timeout'],
      ...['connect_timeout', 'connect_attempts', 'connect_attempt_delay', 'client_idle_in_transaction_timeout'],
      ...['healthcheck_interval', 'healthcheck_timeout', 'idle_healthcheck_interval'],
    ],
  },
];
const row = /^(databases|users)\.\d+(?=\.)/;
const setsAPool = new RegExp(`^(?:${['pool_size', 'max_pool_size', 'statement_timeout', ...ofPool].join('|')})$`);

/** pgdog.toml, or users.toml beside it: what [general] says, and what a database or a user has of its own. */
export const pgdogReader: Reader = {
  title: 'PgDog',
  formats: ['toml'],
  drivers: ['pgdog'],
  isTyped: true,
  login: [
    'host',
    'port',
    'name',
    'user',
    'database',
    'database_name',
    'databases',
    'password',
    'password*',
    'server_user',
    'server_password',
    'server_auth',
    'server_iam_region',
    'server_vault_path',
    'tls_*',
    'admin.*',
    'auth_type',
    'passthrough_auth',
    'broadcast_*',
    'role',
    'shard',
    'vault*',
    'all_databases',
    'identity',
  ],
  others: {
    'ban_*': 'keeps a server out that failed',
    'client_*': 'limits clients that idle or log in',
    connection_recovery: 'decides what becomes of a server connection whose client left',
    'cross_shard_*': 'decides about queries over several shards',
    'cutover_*': 'moves a database to another server',
    dns_ttl: 'remembers addresses',
    dry_run: 'reads queries without routing by them',
    'healthcheck_*': 'tests servers',
    'idle_healthcheck_*': 'tests servers',
    lb_weight: 'chooses among replicas',
    load_balancing_strategy: 'chooses among replicas',
    lock_timeout: 'is set on every server connection',
    'log_*': 'logs more',
    'lsn_*': 'follows replicas',
    'mirror_*': 'copies queries to another database',
    'openmetrics_*': 'serves metrics',
    'prepared_statements*': 'keeps prepared statements for clients',
    'query_cache_*': 'keeps parsed queries',
    'query_parser*': 'reads queries to route them',
    read_only: 'makes connections read-only',
    'read_write_*': 'routes reads to replicas',
    'replication_*': 'lets clients replicate',
    'resharding_*': 'moves data to other shards',
    rollback_timeout: 'limits the rollback for a client that left',
    schema_admin: 'lets the user move data between shards',
    'sharding_*': 'chooses a shard',
    'shutdown_*': 'limits the wait for clients at the end',
    stats_period: 'sets how often statistics are made',
    'two_phase_commit*': 'commits on several shards',
    workers: 'sets the threads',
    'memory.*': 'sizes buffers',
    'mirroring.*': 'copies queries to another database',
    'multi_tenant.*': 'tells tenants apart',
    'omnisharded_tables.*': 'chooses a shard',
    'otel.*': 'sends traces',
    'plugins.*': 'configures plugins',
    pub_sub_channel_size: 'bounds what LISTEN keeps',
    'query_parsers.*': 'reads queries to route them',
    'replica_lag.*': 'keeps a replica out that is further behind',
    'replication.*': 'follows replicas',
    'rewrite.*': 'changes queries over several shards',
    'sharded_*': 'chooses a shard',
    'tcp.*': 'sets options of sockets',
    'unique_id_*': 'makes identifiers',
  },
  sections: (entries) => poolsOf(entries),
  pick(entries, { file }) {
    const [first, second] = poolsOf(entries);
    const options = named(inPlaces((first && !second ? first.entries : entries).map(sameName), places));
    refuseUserWithoutSize(entries, options, file);
    return { driver: 'pgdog', engine: 'postgres', isMarked: isMarked(entries), options };
  },
};

/** One for each database or user, where one of them has settings of its own; else all are as [general] says. */
function poolsOf(entries: readonly DeclaredEntry[]): PoolSection[] {
  const rows = new Set(entries.flatMap(({ key }) => row.exec(key)?.[0] ?? []));
  const others = entries.filter(({ key }) => !row.test(key));
  const sections = [...rows].map((at) => ({ at, own: entriesBelow(entries, at) }));
  const isOwn = sections.some(({ own }) => own.some(({ key }) => setsAPool.test(key)));
  if (isOwn) return sections.map(({ at, own }) => ({ at, entries: [...own, ...others] }));
  return [{ at: '', entries: [...others, ...(sections[0]?.own ?? [])] }];
}

/** `max_pool_size` of a database is another name for its `pool_size`. */
function sameName(entry: DeclaredEntry): DeclaredEntry {
  return entry.key === 'max_pool_size' ? { ...entry, key: 'pool_size' } : entry;
}

/** The size of the user or the database decides over the one of [general], which has another name. */
function named(options: readonly PickedOption[]): PickedOption[] {
  const own = options.find(({ name, misplaced }) => name === 'pool_size' && misplaced === undefined);
  return options.map((option) =>
    own && /^(?:default|max)_pool_size$/.test(option.name) ? { ...option, misplaced: `${own.key} decides` } : option,
  );
}

function isMarked(entries: readonly DeclaredEntry[]): boolean {
  const has = (key: RegExp) => entries.some((entry) => key.test(entry.key));
  if (has(/^pools\./)) return false;
  if (has(/^general\.(?:default_pool_size|pooler_mode|checkout_timeout)$/)) return true;
  if (has(/^(?:databases\.\d+\.)?name$/) && has(/^(?:databases\.\d+\.)?host$/)) return true;
  return (
    has(/^(?:users\.\d+\.)?name$/) && has(/^(?:users\.\d+\.)?(?:database|databases\.\d+|all_databases|pooler_mode)$/)
  );
}

/** users.toml has the size of a user or leaves it to pgdog.toml, which is another file. */
function refuseUserWithoutSize(
  entries: readonly DeclaredEntry[],
  options: readonly PickedOption[],
  file: string,
): void {
  const has = (pattern: RegExp) => entries.some(({ key }) => pattern.test(key));
  if (!isMarked(entries) || has(/^(?:general|databases)\.|^host$/)) return;
  if (!has(/^(?:users\.\d+\.)?name$/) || options.some(({ name }) => name.endsWith('pool_size'))) return;
  throw new PoolctlError('INPUT_MISSING', `${file} has no pool_size: that of its users is in pgdog.toml.`, {
    hint: 'Convert pgdog.toml, whose default_pool_size decides.',
  });
}
