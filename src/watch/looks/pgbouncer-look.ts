import { withoutUndefined } from '../../base/without-undefined.ts';
import type { ConnectionCap, SessionGroup } from '../../engines/facts.ts';
import { largestFirst } from '../../engines/postgres/groups.ts';
import { numberIn, type Row, textIn } from '../../engines/rows.ts';
import type { Session } from '../../engines/session.ts';
import type { PoolerPool, TargetLook } from '../look.ts';
import { poolsIn, withLoginWaits } from './pgbouncer-pools.ts';

/** From so many clients on, they are told by their pools alone: PgBouncer does nothing else while it lists them. */
const mostListedClients = 2_000;

/** The console answers one command at a time, without transactions; columns come and go with versions. */
export async function lookAtConsole(session: Pick<Session, 'rows' | 'target' | 'version'>): Promise<TargetLook> {
  const config = settingsIn(await session.rows('SHOW CONFIG'));
  const databases = await session.rows('SHOW DATABASES');
  const users = await session.rows('SHOW USERS');
  const lists = new Map((await session.rows('SHOW LISTS')).map((row) => [textIn(row, 'list'), numberIn(row, 'items')]));
  const shown = poolsIn(await session.rows('SHOW POOLS'), { config, databases, users });
  const taken = lists.get('used_clients') ?? 0;
  const clients = taken > mostListedClients ? undefined : await session.rows('SHOW CLIENTS');
  const pools = clients ? withLoginWaits(shown, clients) : shown;
  const stats = await session.rows('SHOW STATS');
  const max = config.get('max_client_conn') ?? 0;
  const version = session.version.replace('/bouncer', '');
  const groups = clients ? groupsOfClients(clients) : groupsOfPools(pools);
  return {
    kind: 'pgbouncer',
    version,
    atMs: Date.now(),
    serverId: `${session.target.address}/${version}`,
    isReplica: false,
    capacity: { usable: max, max, reserved: 0, caps: clientCaps(databases, users) },
    taken,
    // Clients that are still logging in are in no list.
    hidden: Math.max(0, taken - groups.reduce((sum, { connections }) => sum + connections, 0)),
    groups,
    ...withoutUndefined({
      openedTotal: total(stats, 'total_client_login_count'),
      transactionsTotal: total(stats, 'total_xact_count'),
    }),
    pools,
    unseen: [],
  };
}

/** Those that are numbers. */
function settingsIn(rows: readonly Row[]): Map<string, number> {
  return new Map(
    rows.flatMap((row) => {
      const value = numberIn(row, 'value');
      return value === undefined ? [] : [[textIn(row, 'key') ?? '', value] as const];
    }),
  );
}

function groupsOfClients(clients: readonly Row[]): SessionGroup[] {
  const groups = new Map<string, SessionGroup>();
  for (const row of clients) {
    const alike = withoutUndefined({
      user: textIn(row, 'user') ?? '?',
      database: textIn(row, 'database'),
      application: textIn(row, 'application_name') || undefined,
      client: clientOf(row),
      state: textIn(row, 'state'),
    }) as Omit<SessionGroup, 'connections'>;
    const key = JSON.stringify(alike);
    groups.set(key, { ...alike, connections: (groups.get(key)?.connections ?? 0) + 1 });
  }
  return [...groups.values()].sort(largestFirst);
}

/** PgBouncer says `unix` of its socket. */
function clientOf(row: Row): string | undefined {
  const address = textIn(row, 'addr');
  return address === 'unix' ? undefined : address;
}

function groupsOfPools(pools: readonly PoolerPool[]): SessionGroup[] {
  return pools
    .flatMap(({ database, user, clientsActive, clientsWaiting }) => [
      { user, database, state: 'active', connections: clientsActive },
      { user, database, state: 'waiting', connections: clientsWaiting },
    ])
    .filter(({ connections }) => connections > 0)
    .sort(largestFirst);
}

/** Limits of clients by database and user, since 1.24, of those that have clients; 0 is none. */
function clientCaps(databases: readonly Row[], users: readonly Row[]): ConnectionCap[] {
  const cap = (row: Row, name: string, column: string): ConnectionCap[] => {
    const connections = numberIn(row, column) ?? 0;
    const taken = numberIn(row, 'current_client_connections') ?? 0;
    return connections > 0 && taken > 0 ? [{ name, connections, taken, takenByOthers: taken }] : [];
  };
  const ofApplications = databases.filter((row) => textIn(row, 'name') !== 'pgbouncer');
  return [
    ...ofApplications.flatMap((row) =>
      cap(row, `max_db_client_connections of ${textIn(row, 'name')}`, 'max_client_connections'),
    ),
    ...users.flatMap((row) =>
      cap(row, `max_user_client_connections of ${textIn(row, 'name')}`, 'max_user_client_connections'),
    ),
  ];
}

/** Over all databases; undefined in versions that do not count it. */
function total(stats: readonly Row[], column: string): number | undefined {
  const counted = stats.map((row) => numberIn(row, column)).filter((value) => value !== undefined);
  return counted.length === 0 ? undefined : counted.reduce((sum, value) => sum + value, 0);
}
