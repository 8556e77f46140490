import { formatNumber } from '../../base/units.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { ConnectionCap, LiveTimeLimit, ServerFacts, SessionGroup, Unseen } from '../facts.ts';
import { forwardedFrom, relayedFrom } from '../identity.ts';
import { flagIn, numberIn, type Row, textIn } from '../rows.ts';
import type { Session } from '../session.ts';
import { postgresMajor, slotHolders } from './client-sessions.ts';
import { postgresIdentityColumns, postgresIdentityIn } from './identity.ts';

/**
 * The connections of a PostgreSQL 10 or newer, by two queries: the limits, and the sessions. Without
 * pg_read_all_stats the states of other users' sessions are NULL; they are still counted.
 */
export async function postgresFacts(session: Session): Promise<ServerFacts> {
  const [row] = await session.rows(limitsSql);
  const groups = await session.rows(groupsSql(postgresMajor(session.version)));
  const seesAll = flagIn(row, 'sees_all');
  const count = (which: (group: Row) => boolean) =>
    groups.filter(which).reduce((sum, group) => sum + (numberIn(group, 'connections') ?? 0), 0);
  const user = textIn(row, 'session_user') ?? session.target.user;
  const database = textIn(row, 'database') ?? '';
  const isMine = (group: Row) => textIn(group, 'usename') === user;
  const isHere = (group: Row) => textIn(group, 'datname') === database;
  const caps: ConnectionCap[] = [
    { name: `CONNECTION LIMIT of the role ${user}`, limit: numberIn(row, 'role_limit'), which: isMine },
    { name: `CONNECTION LIMIT of the database ${database}`, limit: numberIn(row, 'db_limit'), which: isHere },
  ].flatMap(({ name, limit = -1, which }) => {
    if (limit < 0 || flagIn(row, 'superuser')) return [];
    const takenByOthers = count((group) => which(group) && !isMine(group));
    return [{ name, connections: limit, taken: count(which), takenByOthers }];
  });
  const hidden = count((group) => group['state'] === null && !flagIn(group, 'is_walsender'));
  const unsure = Math.min(
    groups.reduce((sum, group) => sum + (numberIn(group, 'unsure') ?? 0), 0),
    numberIn(row, 'max_worker_processes') ?? 0,
  );
  const identity = postgresIdentityIn(row);
  const idle = groups.filter((group) => textIn(group, 'state')?.startsWith('idle in transaction'));
  return {
    engine: 'postgres',
    version: session.version,
    address: session.target.address,
    user,
    database,
    encrypted: session.encrypted,
    replica: flagIn(row, 'replica'),
    ...withoutUndefined({ uptimeSeconds: numberIn(row, 'uptime_s') }),
    limits: {
      maxConnections: numberIn(row, 'max_connections') ?? 0,
      reserved: reserved(row),
      caps,
      taken: count(() => true),
      takenByOthers: count((group) => !isMine(group)),
      ...(unsure > 0 && { takenUnsure: unsure }),
      besides: [
        {
          name: 'max_wal_senders',
          ...withoutUndefined({ connections: numberIn(row, 'max_wal_senders') }),
          note: 'replication has slots of its own',
        },
      ],
      ...withoutUndefined({ privilege: privilege(row) }),
    },
    sessions: {
      connected: count(() => true),
      hidden,
      groups: groups.map(sessionGroup),
      ...(seesAll && {
        idleInTransaction: {
          sessions: idle.reduce((sum, group) => sum + (numberIn(group, 'connections') ?? 0), 0),
          ...withoutUndefined({ oldestSeconds: largest(idle, 'oldest_s') }),
        },
        waitingForLocks: groups.reduce((sum, group) => sum + (numberIn(group, 'waiting') ?? 0), 0),
      }),
    },
    timeLimits: timeLimits(row),
    unseen: seesAll ? [] : [unseen(user, hidden, unsure)],
    ...withoutUndefined({ cores: cores(row) }),
    throughPooler: session.processId !== undefined && session.processId !== numberIn(row, 'pid'),
    identity,
    ...withoutUndefined({
      forwardedToPort: forwardedFrom(identity, session.target),
      relayedFromPort: relayedFrom(numberIn(row, 'client_port'), session.localPort),
    }),
  };
}

/** The second argument of current_setting keeps versions quiet that lack the setting. */
const setting = (name: string) => `nullif(current_setting('${name}', true), '')`;
const resetMs = (name: string) =>
  `(SELECT reset_val::bigint FROM pg_settings WHERE name = '${name}' AND reset_val <> '0')`;

const limitsSql = `SELECT pg_backend_pid() AS pid, ${postgresIdentityColumns}, inet_client_port() AS client_port, session_user, current_database() AS database,
  current_setting('max_connections')::int AS max_connections,
  current_setting('superuser_reserved_connections')::int AS superuser_reserved,
  coalesce(${setting('reserved_connections')}, '0')::int AS reserved,
  coalesce(${setting('rds.rds_superuser_reserved_connections')}, '0')::int AS rds_reserved,
  current_setting('max_wal_senders')::int AS max_wal_senders,
  current_setting('max_worker_processes')::int AS max_worker_processes,
  (SELECT setting LIKE '%aurora_stat_utils%' FROM pg_settings WHERE name = 'rds.extensions') AS aurora,
  r.rolconnlimit AS role_limit, r.rolsuper AS superuser,
  (SELECT datconnlimit FROM pg_database WHERE datname = current_database()) AS db_limit,
  (SELECT bool_or(pg_has_role(session_user, oid, 'usage')) FROM pg_roles
    WHERE rolname = 'pg_use_reserved_connections') AS uses_reserved,
  (SELECT bool_or(pg_has_role(session_user, oid, 'usage')) FROM pg_roles WHERE rolname = 'rds_superuser') AS rds_super,
  pg_has_role(session_user, 'pg_read_all_stats', 'usage') AS sees_all,
  pg_is_in_recovery() AS replica,
  extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())::float8 AS uptime_s,
  ${resetMs('idle_session_timeout')} AS idle_session_timeout,
  ${resetMs('idle_in_transaction_session_timeout')} AS idle_in_transaction_session_timeout,
  ${resetMs('transaction_timeout')} AS transaction_timeout,
  ${resetMs('statement_timeout')} AS statement_timeout
 FROM pg_roles r WHERE r.rolname = session_user`;

const groupsSql = (major: number) => `SELECT usename, datname, application_name, host(client_addr) AS client, state,
  is_walsender, count(*) AS connections,
  count(*) FILTER (WHERE is_unsure) AS unsure, count(*) FILTER (WHERE wait_event_type = 'Lock') AS waiting,
  max(extract(epoch FROM clock_timestamp() - state_change))::float8 AS oldest_s
 FROM ${slotHolders(major)} AS sessions
 WHERE pid <> pg_backend_pid()
 GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 7 DESC, 1, 2, 3, 4, 5, 6`;

function reserved(row: Row | undefined): ServerFacts['limits']['reserved'] {
  const isSuperuser = flagIn(row, 'superuser');
  return [
    { name: 'superuser_reserved_connections', column: 'superuser_reserved', isOpen: isSuperuser },
    { name: 'reserved_connections', column: 'reserved', isOpen: isSuperuser || flagIn(row, 'uses_reserved') },
    {
      name: 'rds.rds_superuser_reserved_connections',
      column: 'rds_reserved',
      isOpen: isSuperuser || flagIn(row, 'rds_super'),
    },
  ]
    .map(({ name, column, isOpen }) => ({ name, connections: numberIn(row, column) ?? 0, isOpen }))
    .filter(({ connections }) => connections > 0);
}

function privilege(row: Row | undefined): string | undefined {
  if (flagIn(row, 'superuser')) return 'a superuser, for whom no slot is reserved and no limit counts';
  if (flagIn(row, 'uses_reserved') && (numberIn(row, 'reserved') ?? 0) > 0) {
    return 'a member of pg_use_reserved_connections, which may use the reserved_connections';
  }
  return undefined;
}

function timeLimits(row: Row | undefined): LiveTimeLimit[] {
  const limit = (name: string, kind: LiveTimeLimit['kind']) => ({
    name,
    kind,
    ...withoutUndefined({ ms: numberIn(row, name) }),
  });
  return [
    limit('idle_session_timeout', 'idle'),
    limit('idle_in_transaction_session_timeout', 'idle in transaction'),
    limit('transaction_timeout', 'transaction'),
    limit('statement_timeout', 'statement'),
  ];
}

function sessionGroup(group: Row): SessionGroup {
  return {
    user: textIn(group, 'usename') ?? '?',
    connections: numberIn(group, 'connections') ?? 0,
    ...withoutUndefined({
      database: textIn(group, 'datname'),
      application: textIn(group, 'application_name') || undefined,
      client: textIn(group, 'client'),
      state: textIn(group, 'state'),
    }),
  };
}

/** Amazon documents max_worker_processes = greatest(2 x vCPU, 8) for Aurora; elsewhere no SQL tells. */
function cores(row: Row | undefined): ServerFacts['cores'] {
  const workers = numberIn(row, 'max_worker_processes') ?? 0;
  if (!flagIn(row, 'aurora') || workers <= 8) return undefined;
  return { count: Math.floor(workers / 2), source: 'max_worker_processes / 2 (Aurora PostgreSQL)' };
}

function unseen(user: string, hidden: number, unsure: number): Unseen {
  const atMost =
    unsure > 0
      ? `; up to ${formatNumber(unsure)} of them may be parallel or background workers, which take no connection, so that those taken are at most as many as said`
      : '';
  return {
    what: `the states, hosts and kinds of other users' sessions (${hidden} now): they are counted, but not told apart${atMost}`,
    grant: `GRANT pg_monitor TO "${user.replaceAll('"', '""')}"`,
  };
}

function largest(rows: readonly Row[], column: string): number | undefined {
  const values = rows.map((row) => numberIn(row, column)).filter((value) => value !== undefined);
  return values.length === 0 ? undefined : Math.max(...values);
}
