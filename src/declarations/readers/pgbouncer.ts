import type { DeclaredEntry } from '../entry.ts';
import { parseConnectString } from '../formats/ini.ts';
import type { FurtherLimit, Picked, PickedOption, PoolSection, Reader } from '../reader.ts';

/**
 * pgbouncer.ini: [pgbouncer] with the limits of [databases] and [users], of which the least decides. A database has a pool of
 * its own for each user; those with unlike settings are told apart by their names.
 */
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
    'users.max_user_connections': 'limits the server connections of the user',
    'users.pool_mode': 'decides when a server connection goes back to the pool',
    'users.pool_size': "sizes the user's pools",
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
  sections: (entries) => databasePools(entries),
  pick(entries, { headers = [] }) {
    const own = entries.filter(({ key, section }) => section === 'pgbouncer' || key === '%include');
    const databases = entries.filter(({ key, section }) => section === 'databases' && key !== '%include');
    const users = entries.filter(({ section }) => section === 'users');
    const perDatabase = databases.flatMap((database) => settingsOf(database));
    const perUser = users.flatMap((user) => settingsOf(user, 'users'));
    const ofOne = databases.length > 0 && areAlike(databases);
    const sizes = ofOne ? perDatabase.filter(({ name }) => name === 'pool_size').slice(0, 1) : [];
    // The size of the database decides over default_pool_size.
    const decided = sizes.length > 0 ? own.filter(({ key }) => key !== 'default_pool_size') : own;
    const least = (names: readonly string[], from: readonly PickedOption[]) =>
      from.filter(({ name }) => names.includes(name)).flatMap((option) => limitBy(option));
    const named = decided.map((entry): PickedOption => ({ ...entry, name: entry.key }));
    const limits = [
      ...least(['databases.max_db_connections'], perDatabase).slice(0, 1),
      ...(perDatabase.some(({ name }) => name === 'databases.max_db_connections')
        ? []
        : least(['max_db_connections'], named)),
      ...(users.length === 1 && perUser.some(({ name }) => name === 'users.max_user_connections')
        ? least(['users.max_user_connections'], perUser)
        : least(['max_user_connections'], named)),
      ...(users.length === 1 ? least(['users.pool_size'], perUser) : []),
    ];
    const clients = [
      ...least(['databases.max_db_client_connections'], perDatabase).slice(0, 1),
      ...least(['max_db_client_connections', 'max_user_client_connections'], named),
    ];
    const said = new Set([...limits, ...clients].map(placeOf));
    const further = [...named, ...perDatabase, ...perUser].filter(
      (option) => !said.has(placeOf(option)) && (option.name !== 'pool_size' || sizes.includes(option)),
    );
    return {
      driver: 'pgbouncer',
      engine: 'postgres',
      isMarked: own.length + databases.length > 0 || headers.includes('pgbouncer'),
      options: further,
      limits,
      clients,
      ...alikeOf(databases),
      remarks: reserveRemarks([...named, ...perDatabase]),
    };
  },
};

/** A line of [databases] or [users]: `pool_size=5 max_db_connections=20`. */
function settingsOf(entry: DeclaredEntry, section = 'databases'): PickedOption[] {
  return parseConnectString(String(entry.value)).map((setting) => ({
    ...entry,
    name: setting.key === 'pool_size' && section === 'databases' ? 'pool_size' : `${section}.${setting.key}`,
    key: `${entry.key}.${setting.key}`,
    value: setting.value,
  }));
}

const decidingKeys = ['pool_size', 'max_db_connections', 'max_db_client_connections', 'pool_mode'];

/** What of a database's line decides its pool. */
function decidingOf(entry: DeclaredEntry): string {
  const settings = parseConnectString(String(entry.value)).filter(({ key }) => decidingKeys.includes(key));
  return JSON.stringify(settings.map(({ key, value }) => [key, value]).sort());
}

function areAlike([first, ...others]: readonly DeclaredEntry[]): boolean {
  return first === undefined || others.every((other) => decidingOf(other) === decidingOf(first));
}

/** Databases with unlike settings are pools to choose from; where all are alike, one stands for them. */
function databasePools(entries: readonly DeclaredEntry[]): PoolSection[] {
  const databases = entries.filter(({ key, section }) => section === 'databases' && key !== '%include');
  if (databases.length < 2 || areAlike(databases)) return [{ at: '', entries }];
  return databases.map((database) => ({
    at: database.key,
    entries: entries.filter((entry) => entry.section !== 'databases' || entry === database),
  }));
}

/** Each database that the file names has a pool of its own, for each user. */
function alikeOf(databases: readonly DeclaredEntry[]): Pick<Picked, 'alike'> {
  const count = databases.filter(({ key }) => key !== '*').length;
  return count > 1 && areAlike(databases) ? { alike: { count, what: 'databases', sharing: 'max_client_conn' } } : {};
}

/** 0 is no limit. */
function limitBy(option: PickedOption): FurtherLimit[] {
  const connections = Number(option.value);
  return Number.isInteger(connections) && connections > 0 ? [{ ...option, connections }] : [];
}

function placeOf({ keyAt, key }: DeclaredEntry): string {
  return `${keyAt.start} ${key}`;
}

function reserveRemarks(options: readonly PickedOption[]): NonNullable<Picked['remarks']> {
  const reserve = options.find(
    ({ name, value }) => /^(?:databases\.)?reserve_pool(?:_size)?$/.test(name) && Number(value) > 0,
  );
  if (!reserve) return [];
  const amount = Number(reserve.value);
  return [
    {
      message: `${reserve.key} in line ${reserve.line} adds up to ${amount} server connections to the pool when clients have waited for reserve_pool_timeout. They are not counted here.`,
      hint: `Count ${amount} more against the server's limit, or give the pool that many.`,
    },
  ];
}
