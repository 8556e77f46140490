import { contradiction, type DeclaredEntry } from '../entry.ts';
import { parseConnectString } from '../formats/ini.ts';
import type { PickedOption, Reader } from '../reader.ts';

/** pgbouncer.ini: [pgbouncer], and what stands in a line of [databases] where it is the only one. */
export const pgbouncerReader: Reader = {
  title: 'PgBouncer',
  formats: ['ini'],
  drivers: ['pgbouncer'],
  login: [
    'listen_addr',
    'listen_port',
    'unix_socket_*',
    'auth_*',
    'admin_users',
    'stats_users',
    'client_tls_*',
    'server_tls_*',
    'user',
    'logfile',
    'pidfile',
    'resolv_conf',
    'peer_id',
    'service_name',
    'databases.*',
  ],
  others: {
    '%include': 'reads another file, which poolctl did not',
    'databases.connect_query': 'is run on every new server connection',
    'databases.load_balance_hosts': 'chooses among several servers',
    'databases.max_db_client_connections': 'limits the clients of the database',
    'databases.max_db_connections': 'limits the server connections of the database',
    'databases.min_pool_size': 'keeps that many server connections open',
    'databases.pool_mode': 'decides when a server connection goes back to the pool',
    'databases.reserve_pool': 'adds server connections when clients have waited',
    'databases.reserve_pool_size': 'adds server connections when clients have waited',
    'databases.server_lifetime': 'closes a server connection that has become so old',
    'users.*': 'sets limits for one user',
    application_name_add_host: 'adds the host of the client to application_name',
    autodb_idle_timeout: 'forgets databases that were opened on demand',
    cancel_wait_timeout: 'limits the wait of a cancel request',
    client_idle_timeout: 'closes a client that is idle for that long',
    conffile: 'names the configuration file',
    disable_pqexec: 'refuses several statements in one query',
    dns_max_ttl: 'limits how long an address is remembered',
    dns_nxdomain_ttl: 'limits how long a missing address is remembered',
    dns_zone_check_period: 'looks for changes of a zone',
    ignore_startup_parameters: 'lets clients send these parameters and drops them',
    idle_transaction_timeout: 'ends a client that idles in a transaction',
    job_name: 'names the process',
    listen_backlog: 'limits connections that wait to be accepted',
    log_connections: 'logs logins',
    log_disconnections: 'logs logouts',
    log_pooler_errors: 'logs errors that clients get',
    log_stats: 'logs statistics',
    max_db_client_connections: 'limits the clients of a database',
    max_packet_size: 'limits a packet',
    max_user_client_connections: 'limits the clients of a user',
    pkt_buf: 'sizes the buffers',
    query_wait_notify: 'tells clients that they wait',
    sbuf_loopcnt: 'bounds the work for one client before the next',
    server_fast_close: 'closes server connections at once on RECONNECT',
    server_reset_query: 'is run when a server connection is given back',
    server_reset_query_always: 'runs the reset query in every pool mode',
    server_round_robin: 'lends the server connection that was idle for longest',
    so_reuseport: 'lets several processes listen on one port',
    stats_period: 'sets how often statistics are made',
    suspend_timeout: 'limits the wait of SUSPEND',
    syslog: 'logs to syslog',
    syslog_facility: 'names the facility in syslog',
    syslog_ident: 'names the process in syslog',
    tcp_defer_accept: 'accepts connections when data has come',
    tcp_socket_buffer: 'sizes the buffers of sockets',
    tcp_user_timeout: 'limits unanswered data',
    track_extra_parameters: 'keeps these parameters per client',
    verbose: 'logs more',
  },
  pick(entries, { file }) {
    const own = entries.filter(({ key, section }) => section === 'pgbouncer' || key === '%include');
    const databases = entries.filter(({ key, section }) => section === 'databases' && key !== '%include');
    const users = entries.filter(({ section }) => section === 'users');
    const perDatabase = databases.flatMap((database) => settingsOf(database));
    const sizes = perDatabase.filter(({ name }) => name === 'pool_size');
    const [first, second] = sizes;
    if (first && second) {
      throw contradiction(
        file,
        second.line,
        `two databases have a pool_size of their own, here and in line ${first.line}.`,
        'They are pools of their own: leave one of them in the file, and convert one by one.',
      );
    }
    // The one of the database decides over default_pool_size.
    const decided = first ? own.filter(({ key }) => key !== 'default_pool_size') : own;
    return {
      driver: 'pgbouncer',
      engine: 'postgres',
      isMarked: own.length + databases.length > 0,
      options: [
        ...decided.map((entry) => ({ ...entry, name: entry.key })),
        ...perDatabase,
        ...users.map((entry) => ({ ...entry, name: `users.${entry.key}`, key: `users.${entry.key}` })),
      ],
    };
  },
};

function settingsOf(entry: DeclaredEntry): PickedOption[] {
  return parseConnectString(String(entry.value)).map((setting) => ({
    ...entry,
    name: setting.key === 'pool_size' ? 'pool_size' : `databases.${setting.key}`,
    key: `${entry.key}.${setting.key}`,
    value: setting.value,
  }));
}
