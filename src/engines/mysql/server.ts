import type { Server } from '../server.ts';
import type { OpenOptions } from '../session.ts';
import type { ConnectionTarget } from '../target.ts';
import { connectMysql } from './connect.ts';

/**
 * MySQL or MariaDB: which of the two answers is known after the login. What asks is loaded then: a login that is refused is
 * told without it.
 */
export async function openMysql(target: ConnectionTarget, options: OpenOptions): Promise<Server> {
  const session = await connectMysql(target, options);
  const engine = session.isMariadb ? 'mariadb' : 'mysql';
  return {
    engine,
    session,
    async facts() {
      const [{ checkedFacts }, { mysqlFamilyFacts }] = [
        await import('../checked-facts.ts'),
        await import('./facts.ts'),
      ];
      const dialect = session.isMariadb
        ? (await import('./mariadb.ts')).mariadbDialect
        : (await import('./dialect.ts')).mysqlDialect;
      return checkedFacts(await mysqlFamilyFacts(session, dialect));
    },
    identity: async () => (await import('./identity.ts')).mysqlIdentity(session),
    meter: async () => (await import('./meter.ts')).mysqlMeter(session, engine),
  };
}
