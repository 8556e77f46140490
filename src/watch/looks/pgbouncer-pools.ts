import { withoutUndefined } from '../../base/without-undefined.ts';
import { numberIn, type Row, textIn } from '../../engines/rows.ts';
import type { PoolerPool } from '../look.ts';

interface Settings {
  /** Of SHOW CONFIG. */
  readonly config: ReadonlyMap<string, number>;
  /** Rows of SHOW DATABASES and SHOW USERS. */
  readonly databases: readonly Row[];
  readonly users: readonly Row[];
}

/** What a pool's connections to the server can be doing. */
const serverStates = [
  ...['sv_active', 'sv_idle', 'sv_used', 'sv_tested', 'sv_login'],
  ...['sv_active_cancel', 'sv_being_canceled'],
] as const;

/** The rows of SHOW POOLS, without the console itself; those that most wait for first, then the largest. */
export function poolsIn(rows: readonly Row[], settings: Settings): PoolerPool[] {
  return rows
    .filter((row) => textIn(row, 'database') !== 'pgbouncer')
    .map((row) => poolIn(row, settings))
    .sort((one, other) => other.clientsWaiting - one.clientsWaiting || other.servers - one.servers);
}

function poolIn(row: Row, settings: Settings): PoolerPool {
  const count = (column: string) => numberIn(row, column) ?? 0;
  const servers = serverStates.reduce((sum, state) => sum + count(state), 0);
  return {
    database: textIn(row, 'database') ?? '?',
    user: textIn(row, 'user') ?? '?',
    clientsActive: count('cl_active'),
    clientsWaiting: count('cl_waiting'),
    serversActive: count('sv_active'),
    serversIdle: count('sv_idle'),
    servers,
    maxWaitSeconds: count('maxwait') + count('maxwait_us') / 1_000_000,
    ...withoutUndefined({ mode: textIn(row, 'pool_mode'), limit: limitOf(row, servers, settings) }),
  };
}

/**
 * The pools with the waits of clients that wait for their login, from the rows of SHOW CLIENTS: to PgBouncer these have no
 * query that waits, so that its maxwait is 0 (findings/pgbouncer-maxwait-leaves-out-logins.sh).
 */
export function withLoginWaits(pools: readonly PoolerPool[], clients: readonly Row[]): PoolerPool[] {
  // By PgBouncer's clock, now is when the last request came: the one that is answered here.
  const nowMs = Math.max(...clients.map((row) => timeIn(row, 'request_time') ?? 0));
  const waits = new Map<PoolerPool, number>();
  for (const row of clients.filter(waitsForLogin)) {
    const here = pools.filter(({ database }) => database === textIn(row, 'database'));
    // With force_user the pool is another user's.
    const pool =
      here.find(({ user }) => user === textIn(row, 'user')) ?? here.find(({ clientsWaiting }) => clientsWaiting > 0);
    const seconds = (nowMs - (timeIn(row, 'connect_time') ?? nowMs)) / 1_000;
    if (pool) waits.set(pool, Math.max(waits.get(pool) ?? 0, seconds));
  }
  return pools.map((pool) => ({ ...pool, maxWaitSeconds: Math.max(pool.maxWaitSeconds, waits.get(pool) ?? 0) }));
}

function waitsForLogin(row: Row): boolean {
  return textIn(row, 'state') === 'waiting' && !numberIn(row, 'wait') && !numberIn(row, 'wait_us');
}

/** `2026-11-30 00:30:01 CET`: only differences are used, so the zone does not matter. */
function timeIn(row: Row, column: string): number | undefined {
  const ms = Date.parse(`${textIn(row, column)?.slice(0, 19).replace(' ', 'T')}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}

/**
 * pool_size of the user (1.24 and newer), the database, or by default, as pool_pool_size() in objects.c has it; with the
 * reserve where it is in use, and no more than the limits of the database and the user. Undefined for any number.
 */
function limitOf(pool: Row, servers: number, { config, databases, users }: Settings): number | undefined {
  const database = databases.find((row) => textIn(row, 'name') === textIn(pool, 'database'));
  const user = users.find((row) => textIn(row, 'name') === textIn(pool, 'user'));
  const size = numberIn(user, 'pool_size') ?? numberIn(database, 'pool_size') ?? config.get('default_pool_size') ?? 0;
  const reserve =
    numberIn(user, 'reserve_pool_size') ??
    numberIn(database, 'reserve_pool_size') ??
    // As it was called before 1.24.
    numberIn(database, 'reserve_pool') ??
    0;
  const limits = [
    size > 0 && servers > size ? size + reserve : size,
    numberIn(database, 'max_connections') ?? config.get('max_db_connections') ?? 0,
    numberIn(user, 'max_user_connections') ?? config.get('max_user_connections') ?? 0,
  ].filter((limit) => limit > 0);
  return limits.length === 0 ? undefined : Math.min(...limits);
}
