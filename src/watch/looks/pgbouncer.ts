import { connectConsole } from '../../engines/postgres/connect.ts';
import type { OpenOptions } from '../../engines/session.ts';
import type { ConnectionTarget } from '../../engines/target.ts';
import type { Watcher } from '../look.ts';
import { lookAtConsole } from './pgbouncer-look.ts';

/** The console of a PgBouncer, for a user in its admin_users or stats_users. @throws PoolctlError */
export async function watchPgbouncer(target: ConnectionTarget, options: OpenOptions): Promise<Watcher> {
  const session = await connectConsole(target, options);
  try {
    const { taken, capacity } = await lookAtConsole(session);
    return {
      kind: 'pgbouncer',
      // It lets in sessions of the console past max_client_conn (findings/pgbouncer-console-sessions-fill-the-client-limit.sh).
      ...(taken > capacity.max && { door: 'console' }),
      get isOpen() {
        return session.isOpen;
      },
      look: () => lookAtConsole(session),
      close: () => session.close(),
    };
  } catch (error) {
    await session.close();
    throw error;
  }
}
