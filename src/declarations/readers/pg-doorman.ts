import { PoolctlError } from '../../base/errors.ts';
import { parseDurationMs } from '../../base/units.ts';
import type { DeclaredEntry } from '../entry.ts';
import type { Reader } from '../reader.ts';
import { inPlaces, leastBound, type OptionPlace } from './places.ts';
import { onlyUser, poolsOfUsers } from './pools-of-users.ts';

const ofPool = ['pool_mode', 'idle_timeout', 'server_lifetime'] as const;
const places: readonly OptionPlace[] = [
  {
    keys: /^([\w-]+)$/,
    named: '[pools.<pool>.users.<n>]',
    reads: ['pool_size', 'min_pool_size', 'pool_mode'],
  },
  { keys: /^pools\..+\.((?:users|auth_query|startup_parameters)\..+)$/, named: '[pools.<pool>]', reads: [] },
  {
    keys: /^pools\..+\.([\w-]+)$/,
    named: '[pools.<pool>]',
    reads: [...ofPool, 'max_db_connections', 'reserve_pool_size', 'reserve_pool_timeout'],
  },
  {
    keys: /^general\.([\w-]+)$/,
    named: '[general]',
    reads: [
      ...['connect_timeout', 'query_wait_timeout', 'max_connections', 'idle_timeout', 'server_lifetime'],
      ...['server_idle_check_timeout', 'tcp_keepalives_idle', 'tcp_keepalives_interval', 'tcp_keepalives_count'],
    ],
  },
];

/** pg_doorman.toml or .yaml: the pool of one user, with what [pools.<pool>] and [general] say for it. */
export const pgDoormanReader: Reader = {
  title: 'pg_doorman',
  formats: ['toml', 'yaml'],
  drivers: ['pg-doorman'],
  login: [
    'host',
    'port',
    'admin_*',
    'auth_*',
    'username',
    'password',
    'server_*',
    'hba.*',
    'pg_hba.*',
    'tls_*',
    'unix_socket_dir',
    'unix_socket_mode',
    'auth_query.*',
    'users.*',
    'application_name',
    'web.*',
    'include.*',
    'daemon_pid_file',
  ],
  others: {
    backlog: 'limits connections that wait to be accepted',
    cleanup_server_connections: 'resets a server connection that is given back',
    'fallback_*': 'reaches other servers while one is down',
    log_client_connections: 'logs logins',
    log_client_disconnections: 'logs logouts',
    log_client_parameter_status_changes: 'logs more',
    max_concurrent_creates: 'bounds how many server connections are opened at a time',
    max_memory_usage: 'bounds the memory for messages',
    message_size_to_be_stream: 'passes longer messages on in parts',
    min_connection_lifetime: 'keeps younger connections from being taken by another user',
    min_guaranteed_pool_size: 'keeps that many connections from being taken by other users',
    'patroni_*': 'reaches other servers while one is down',
    pooler_check_query: 'is answered without a server',
    prepared_statements: 'keeps prepared statements for clients',
    prepared_statements_cache_size: 'keeps prepared statements for clients',
    proxy_copy_data_timeout: 'limits the wait for data of COPY',
    'query_interner_*': 'forgets queries that are no longer used',
    'retain_connections_*': 'closes what has idled for too long, in turns',
    'scaling_*': 'sets how fast server connections are added',
    server_prepared_statements_cache_size: 'keeps prepared statements for each server connection',
    server_round_robin: 'lends the server connection that was idle for longest',
    shutdown_timeout: 'limits the wait for clients at the end',
    'startup_parameters.*': 'is set on every server connection',
    sync_server_parameters: 'keeps parameters per client',
    'syslog_*': 'logs to syslog',
    'tcp_*': 'sets options of sockets',
    'tokio_*': 'tunes the threads',
    unix_socket_buffer_size: 'sizes the buffers of sockets',
    'worker_*': 'sets the threads',
  },
  sections: (entries) => poolsOfUsers(entries),
  pick(entries) {
    const marked = isMarked(entries);
    const own = marked ? inPlaces(onlyUser(entries).map(inMs), places) : [];
    const options = leastBound(own, ['pool_size', 'max_db_connections']);
    return { driver: 'pg-doorman', engine: 'postgres', isMarked: marked, options };
  },
};

function isMarked(entries: readonly DeclaredEntry[]): boolean {
  const has = (key: RegExp) => entries.some((entry) => key.test(entry.key));
  const isAnother = has(/^pools\..+\.shards\./);
  const isWhole = has(/^pools\..+\.users\.[\w-]+\.username$/);
  return !isAnother && has(/^general\./) && (isWhole || (has(/^username$/) && has(/^pool_size$/)));
}

/** Text such as `5s` as ms; all else as it is, to be judged by what the profile says. */
function inMs(entry: DeclaredEntry): DeclaredEntry {
  if (typeof entry.value !== 'string' || !/(?:timeout|lifetime)$/.test(entry.key)) return entry;
  try {
    return { ...entry, value: parseDurationMs(entry.value.trim().toLowerCase(), '') };
  } catch (error) {
    if (error instanceof PoolctlError) return entry;
    throw error;
  }
}
