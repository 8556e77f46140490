import { PoolctlError } from '../../base/errors.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import { connectConsole } from '../../engines/postgres/connect.ts';
import { numberIn, type Row, textIn } from '../../engines/rows.ts';
import type { OpenOptions, Session } from '../../engines/session.ts';
import type { ConnectionTarget } from '../../engines/target.ts';
import { ControlSession } from '../control/session.ts';
import type { PoolerFigures } from '../result.ts';

/** What PgBouncer's console shows during a load. */
export interface ConsoleLook {
  /** Clients that wait for a connection to the server, of the pool that the load goes through. */
  readonly waiting: number;
  /** Connections to the server that this pool has. */
  readonly servers: number;
  /** Clients that it would still let in. */
  readonly freeClients: number;
}

/** PgBouncer's own console, where it can be reached. */
export interface PoolerConsole {
  readonly version: string;
  readonly settings: NonNullable<PoolerFigures['settings']>;
  readonly mode: NonNullable<PoolerFigures['mode']>;
  look(): Promise<ConsoleLook>;
  close(): Promise<void>;
}

/** The console, or why there is none to be asked. */
export type ConsoleSight =
  | { readonly console: PoolerConsole }
  /** `isPgbouncer`: it answers as PgBouncer does to users that may not use it. */
  | { readonly console: undefined; readonly why: string; readonly isPgbouncer: boolean };

/** `named`: the DSN of --console; without it the login of the load is tried. @throws PoolctlError where a named one fails */
export async function openConsole(
  target: ConnectionTarget,
  named: ConnectionTarget | undefined,
  options: OpenOptions,
): Promise<ConsoleSight> {
  if (target.protocol !== 'postgres') {
    return { console: undefined, why: 'only PgBouncer has a console', isPgbouncer: false };
  }
  try {
    const session = await ControlSession.open((open) => connectConsole(named ?? target, open), options);
    return { console: await consoleOf(session, target) };
  } catch (error) {
    if (named || !(error instanceof PoolctlError)) throw error;
    const isPgbouncer = error.cause instanceof Error && error.cause.message === 'not allowed';
    const why = isPgbouncer
      ? `"${target.user}" is in neither admin_users nor stats_users of PgBouncer`
      : 'it has no console that this login may use';
    return { console: undefined, why, isPgbouncer };
  }
}

async function consoleOf(session: ControlSession<Session>, target: ConnectionTarget): Promise<PoolerConsole> {
  const { user, database = user } = target;
  const config = new Map((await session.rows('SHOW CONFIG')).map((row) => [textIn(row, 'key'), row]));
  const setting = (name: string) => numberIn(config.get(name), 'value');
  const databases = await session.rows('SHOW DATABASES');
  const ours = databases.find((row) => textIn(row, 'name') === database);
  const users = [user, textIn(ours, 'force_user')];
  const isOurs = (row: Row) => textIn(row, 'database') === database && users.includes(textIn(row, 'user'));
  const pool = (await session.rows('SHOW POOLS')).find(isOurs);
  const maxClients = setting('max_client_conn') ?? 0;
  return {
    version: session.session.version.replace('/bouncer', ''),
    mode: modeIn(textIn(pool, 'pool_mode') ?? textIn(ours, 'pool_mode') ?? textIn(config.get('pool_mode'), 'value')),
    settings: {
      maxClients,
      poolSize: numberIn(ours, 'pool_size') ?? setting('default_pool_size') ?? 0,
      ...withoutUndefined({
        reservePoolSize: orNone(numberIn(ours, 'reserve_pool') ?? setting('reserve_pool_size')),
        maxDatabaseConnections: orNone(numberIn(ours, 'max_connections') ?? setting('max_db_connections')),
        queryWaitTimeoutMs: orNone(1_000 * (setting('query_wait_timeout') ?? 0)),
      }),
    },
    look: async () => {
      const pools = await session.rows('SHOW POOLS');
      const lists = await session.rows('SHOW LISTS');
      const used = lists.find((row) => textIn(row, 'list') === 'used_clients');
      const sum = (...columns: string[]) =>
        pools
          .filter(isOurs)
          .reduce((all, row) => columns.reduce((so, name) => so + (numberIn(row, name) ?? 0), all), 0);
      return {
        waiting: sum('cl_waiting'),
        servers: sum('sv_active', 'sv_idle', 'sv_used', 'sv_tested'),
        freeClients: Math.max(0, maxClients - (numberIn(used, 'items') ?? 0)),
      };
    },
    close: () => session.close(),
  };
}

/** In PgBouncer, 0 is no limit. */
function orNone(value: number | undefined): number | undefined {
  return value === 0 ? undefined : value;
}

function modeIn(text: string | undefined): PoolerConsole['mode'] {
  return text === 'transaction' || text === 'statement' ? text : 'session';
}
