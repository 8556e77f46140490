import { PoolctlError } from '../../base/errors.ts';
import type { OpenOptions } from '../../engines/session.ts';
import type { ConnectionTarget } from '../../engines/target.ts';
import type { WatchedKind, Watcher } from '../look.ts';
import type { DoorOptions } from './mysql-doors.ts';

/** How a target is looked at. */
export interface WatcherOptions extends DoorOptions {
  /** What the target is; found out where it is left out. */
  readonly kind?: WatchedKind;
  /** From one look to the next, where that is known: a look that takes longer is ended. */
  readonly intervalMs?: number;
}

/** As the session of `watch` is named on the server. */
export const watchApplication = 'poolctl watch';

/** The longest that a server may work on a look. */
const longestLookMs = 2_000;

/**
 * Logs in to a server, or to the console of PgBouncer, and looks at it once. The connection is kept until the watcher is
 * closed. @throws PoolctlError SERVER_FULL where no door lets this user in
 */
export async function openWatcher(target: ConnectionTarget, wanted: WatcherOptions): Promise<Watcher> {
  const { timeoutMs, intervalMs = timeoutMs, kind } = wanted;
  const statementTimeoutMs = Math.min(timeoutMs, intervalMs, longestLookMs);
  const options = { application: watchApplication, ...wanted, statementTimeoutMs };
  switch (kind ?? target.protocol) {
    case 'pgbouncer':
      return openConsole(target, options);
    case 'postgres':
      return kind === 'postgres' ? openPostgres(target, options) : openEither(target, options);
    default:
      return (await import('./mysql.ts')).watchMysql(target, options);
  }
}

/** What stands at the address is known by the version that it names. */
async function openEither(target: ConnectionTarget, options: OpenOptions): Promise<Watcher> {
  const isNamedSo = target.database === 'pgbouncer';
  const [first, second] = isNamedSo ? [openConsole, openPostgres] : [openPostgres, openConsole];
  const isOther = isNamedSo ? 'PROTOCOL_MISMATCH' : 'POOLER_CONSOLE';
  try {
    return await first(target, options);
  } catch (error) {
    if (!(error instanceof PoolctlError) || error.code !== isOther) throw error;
    return second(target, options);
  }
}

const openPostgres = async (target: ConnectionTarget, options: OpenOptions) =>
  (await import('./postgres.ts')).watchPostgres(target, options);
const openConsole = async (target: ConnectionTarget, options: OpenOptions) =>
  (await import('./pgbouncer.ts')).watchPgbouncer(target, options);
