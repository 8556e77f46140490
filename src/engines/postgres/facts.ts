import { formatNumber } from '../../base/units.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { ConnectionCap, LiveTimeLimit, ServerFacts, SessionGroup, Unseen } from '../facts.ts';
import { forwardedFrom, relayedFrom } from '../identity.ts';
import { flagIn, numberIn, type Row, textIn } from '../rows.ts';
import type { Session } from '../session.ts';
import { limitHolders } from './client-sessions.ts';
import { postgresIdentityColumns, postgresIdentityIn } from './identity.ts';

/**
 * The connections of a PostgreSQL 10 or newer, in one round trip: the limits, and the sessions. Without
 * pg_read_all_stats the states of other users' sessions are NULL; they are still counted.
 */
export async function postgresFacts(session: Session): Promise<ServerFacts> {
  const questions = [...ownTimeoutSql, limitsSql, groupsSql(session.version)];
  const [, , [own] = [], , [limits] = [], holders = []] = await session.answers(questions);
  const row = { ...limits, ...own };
  const seesAll = flagIn(row, 'sees_all');
  const groups = holders.filter((group) => flagIn(group, 'takes_slot'));
  const count = (which: (group: Row) => boolean, among = groups) =>
    among.filter(which).reduce((sum, group) => sum + (numberIn(group, 'connections') ?? 0), 0);
  const user = textIn(row, 'session_user') ?? session.target.user;
  const database = textIn(row, 'database') ?? '';
  const isMine = (group: Row) => textIn(group, 'usename') === user;
  const isHere = (group: Row) => textIn(group, 'datname') === database;
  const caps: ConnectionCap[] = [
    { name: `CONNECTION LIMIT of the role ${user}`, limit: numberIn(row, 'role_limit'), which: isMine },
    { name: `CONNECTION LIMIT of the database ${database}`, limit: numberIn(row, 'db_limit'), which: isHere },
  ].flatMap(({ name, limit = -1, which }) => {
    if (limit < 0 || flagIn(row, 'superuser')) return [];
    const takenByOthers = count((group) => which(group) && !isMine(group), holders);
    return [{ name, connections: limit, taken: count(which, holders), takenByOthers }];
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
      ...slots(row),
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
      groups: groups.map(sessionGroup).sort(largestFirst),
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
    ...withoutUndefined({ cores: cores(row), flavour: flavour(row) }),
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

const endings = ['idle_session_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout'] as const;

/** What sessions have that set none: within a question, poolctl's own is in force. pg_settings has it as well, and is slow. */
const ownTimeoutSql = [
  'SAVEPOINT own',
  'SET LOCAL statement_timeout TO DEFAULT',
  `SELECT current_setting('statement_timeout') AS statement_timeout`,
  'ROLLBACK TO SAVEPOINT own',
] as const;

const limitsSql = `SELECT pg_backend_pid() AS pid, ${postgresIdentityColumns}, inet_client_port() AS client_port, session_user, current_database() AS database,
  current_setting('max_connections')::int AS max_connections,
  current_setting('superuser_reserved_connections')::int AS superuser_reserved,
  coalesce(${setting('reserved_connections')}, '0')::int AS reserved,
  coalesce(${setting('rds.rds_superuser_reserved_connections')}, '0')::int AS rds_reserved,
  current_setting('max_wal_senders')::int AS max_wal_senders,
  current_setting('max_worker_processes')::int AS max_worker_processes,
  current_setting('rds.extensions', true) LIKE '%aurora_stat_utils%' AS aurora,
  r.rolconnlimit AS role_limit, r.rolsuper AS superuser,
  (SELECT datconnlimit FROM pg_database WHERE datname = current_database()) AS db_limit,
  pg_has_role(session_user, to_regrole('pg_use_reserved_connections'), 'usage') AS uses_reserved,
  pg_has_role(session_user, to_regrole('rds_superuser'), 'usage') AS rds_super,
  pg_has_role(session_user, 'pg_read_all_stats', 'usage') AS sees_all,
  (SELECT backend_type = 'standalone backend' FROM pg_stat_get_activity(pg_backend_pid())) AS is_standalone,
  pg_is_in_recovery() AS replica,
  extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())::float8 AS uptime_s,
  ${endings.map((name) => `current_setting('${name}', true) AS ${name}`).join(', ')}
 FROM pg_roles r WHERE r.rolname = session_user`;

const groupsSql = (version: string) => `SELECT pg_get_userbyid(usesysid) AS usename,
  (SELECT datname FROM pg_database WHERE oid = alike.datid) AS datname, application_name, host(client_addr) AS client, state,
  takes_slot, is_walsender, connections, unsure, waiting, oldest_s
 FROM (SELECT usesysid, datid, application_name, client_addr, state, takes_slot, is_walsender, count(*) AS connections,
    count(*) FILTER (WHERE is_unsure) AS unsure, count(*) FILTER (WHERE wait_event_type = 'Lock') AS waiting,
    extract(epoch FROM clock_timestamp() - min(state_change))::float8 AS oldest_s
   FROM ${limitHolders(version)} AS sessions WHERE NOT is_self
   GROUP BY 1, 2, 3, 4, 5, 6, 7) AS alike`;

function flavour(row: Row | undefined): ServerFacts['flavour'] {
  if (flagIn(row, 'aurora')) return 'aurora';
  return flagIn(row, 'is_standalone') ? 'standalone' : undefined;
}

/** PGlite runs one session, which is ours, and says 100 and 3 all the same. */
function slots(row: Row | undefined): Pick<ServerFacts['limits'], 'maxConnections' | 'lowered' | 'reserved'> {
  const maxConnections = numberIn(row, 'max_connections') ?? 0;
  if (!flagIn(row, 'is_standalone')) return { maxConnections, reserved: reserved(row) };
  const lowered = { by: 'the single session of a standalone backend', from: maxConnections };
  return { maxConnections: 1, lowered, reserved: [] };
}

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
    ...withoutUndefined({ ms: limitMs(textIn(row, name)) }),
  });
  return [
    limit('idle_session_timeout', 'idle'),
    limit('idle_in_transaction_session_timeout', 'idle in transaction'),
    limit('transaction_timeout', 'transaction'),
    limit('statement_timeout', 'statement'),
  ];
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** A time as PostgreSQL shows it, such as `90s` or `5min`; undefined for 0, which is none. */
function limitMs(text = ''): number | undefined {
  const [, number = '', unit = 'ms'] = /^(\d+) ?(ms|s|min|h|d)?$/.exec(text) ?? [];
  return Number(number) * (unitMs[unit] ?? 1) || undefined;
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

/** Here, because the collation of names makes it costly there. */
function largestFirst(one: SessionGroup, other: SessionGroup): number {
  const words = ({ user, database, application, client, state }: SessionGroup) =>
    [user, database, application, client, state].join('\n');
  return other.connections - one.connections || (words(one) < words(other) ? -1 : 1);
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
