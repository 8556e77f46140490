import type { DeclaredEntry } from '../entry.ts';
import type { PickedOption, PoolSection, Reader } from '../reader.ts';
import { entriesBelow } from '../sections.ts';

const server = /^mysql_servers\.\d+(?=\.)/;

/** proxysql.cnf: one server of `mysql_servers`, with `mysql_variables`, whose names have `mysql-` before them elsewhere. */
export const proxysqlReader: Reader = {
  title: 'ProxySQL',
  formats: ['libconfig'],
  drivers: ['proxysql'],
  isTyped: true,
  login: [
    'address',
    'port',
    'hostname',
    'hostgroup',
    'hostgroup_id',
    'gtid_port',
    'use_ssl',
    'mysql_users.*',
    'admin_variables.*',
    'mysql-interfaces',
    'mysql-monitor_username',
    'mysql-monitor_password',
    'mysql-ssl_*',
    'datadir',
    'errorlog',
  ],
  others: {
    '@include': 'reads another file, which poolctl did not',
    comment: 'is a comment',
    compression: 'compresses the traffic with the server',
    max_latency_ms: 'keeps a server out that answers later',
    max_replication_lag: 'keeps a server out that is further behind',
    status: 'says whether the server is in use',
    weight: 'chooses among servers',
    'mysql-*': 'is a variable of ProxySQL that is no setting of a pool',
    'mysql_*': 'routes queries',
    'pgsql_*': 'is for PostgreSQL, which poolctl does not read here',
    'proxysql_*': 'names the members of a cluster',
    'scheduler.*': 'runs programs',
    'restapi.*': 'answers over HTTP',
  },
  sections: (entries) => poolsOf(entries),
  pick(entries) {
    const [first, second] = poolsOf(entries);
    const own = first && !second ? first.entries : entries;
    return {
      driver: 'proxysql',
      engine: 'mysql',
      isMarked: entries.some(({ key }) => server.test(key) || key.startsWith('mysql_variables.')),
      options: own.map(named),
    };
  },
};

/** One for each server, where they differ in max_connections; else all are as the first one. */
function poolsOf(entries: readonly DeclaredEntry[]): PoolSection[] {
  const servers = new Set(entries.flatMap(({ key }) => server.exec(key)?.[0] ?? []));
  const others = entries.filter(({ key }) => !server.test(key));
  const pools = [...servers].map((at) => ({ at, own: entriesBelow(entries, at) }));
  const limits = new Set(pools.map(({ own }) => own.find(({ key }) => key === 'max_connections')?.value));
  if (limits.size > 1) return pools.map(({ at, own }) => ({ at, entries: [...own, ...others] }));
  return pools.length === 0 ? [] : [{ at: '', entries: [...(pools[0]?.own ?? []), ...others] }];
}

function named(entry: DeclaredEntry): PickedOption {
  if (entry.key === 'max_connections') return { ...entry, name: 'mysql_servers.max_connections' };
  return { ...entry, name: entry.key.replace(/^mysql_variables\./, 'mysql-') };
}
