import type { ConnectionCap, ConnectionLimits } from '../facts.ts';
import { flagIn, numberIn, type Row, textIn } from '../rows.ts';
import { connectionsIn } from './groups.ts';
import { postgresIdentityColumns } from './identity.ts';

/** The second argument of current_setting keeps versions quiet that lack the setting. */
const setting = (name: string) => `nullif(current_setting('${name}', true), '')`;

const endings = ['idle_session_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout'] as const;

/** One row: how many connections PostgreSQL 10 or newer lets in, what this user may, and which server it is. */
export const limitsSql = `SELECT pg_backend_pid() AS pid, ${postgresIdentityColumns}, inet_client_port() AS client_port, session_user, current_database() AS database,
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
  (SELECT backend_type = 'standalone backend' FROM pg_stat_get_activity(pg_backend_pid())) AS is_standalone,
  pg_is_in_recovery() AS replica,
  extract(epoch FROM clock_timestamp())::float8 * 1000 AS at_ms,
  extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())::float8 AS uptime_s,
  ${endings.map((name) => `current_setting('${name}', true) AS ${name}`).join(', ')}
 FROM pg_roles r WHERE r.rolname = session_user`;

/** PGlite runs one session, which is ours, and says 100 and 3 all the same. */
export function slotsIn(row: Row): Pick<ConnectionLimits, 'maxConnections' | 'lowered' | 'reserved'> {
  const maxConnections = numberIn(row, 'max_connections') ?? 0;
  if (!flagIn(row, 'is_standalone')) return { maxConnections, reserved: reserved(row) };
  const lowered = { by: 'the single session of a standalone backend', from: maxConnections };
  return { maxConnections: 1, lowered, reserved: [] };
}

function reserved(row: Row): ConnectionLimits['reserved'] {
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

/** Limits of the role and the database, with the sessions among the groups that count against them. */
export function capsIn(row: Row, groups: readonly Row[]): ConnectionCap[] {
  if (flagIn(row, 'superuser')) return [];
  const [user, database] = [textIn(row, 'session_user'), textIn(row, 'database')];
  const isMine = (group: Row) => textIn(group, 'usename') === user;
  const isHere = (group: Row) => textIn(group, 'datname') === database;
  return [
    { name: `CONNECTION LIMIT of the role ${user}`, limit: numberIn(row, 'role_limit'), which: isMine },
    { name: `CONNECTION LIMIT of the database ${database}`, limit: numberIn(row, 'db_limit'), which: isHere },
  ].flatMap(({ name, limit = -1, which }) => {
    if (limit < 0) return [];
    const takenByOthers = connectionsIn(groups, (group) => which(group) && !isMine(group));
    return [{ name, connections: limit, taken: connectionsIn(groups, which), takenByOthers }];
  });
}

/** Why the server lets this user in where it refuses others. */
export function privilegeIn(row: Row): string | undefined {
  if (flagIn(row, 'superuser')) return 'a superuser, for whom no slot is reserved and no limit counts';
  if (flagIn(row, 'uses_reserved') && (numberIn(row, 'reserved') ?? 0) > 0) {
    return 'a member of pg_use_reserved_connections, which may use the reserved_connections';
  }
  return undefined;
}
