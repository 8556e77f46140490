import { checkedFacts } from '../checked-facts.ts';
import type { Server } from '../server.ts';
import type { OpenOptions } from '../session.ts';
import type { ConnectionTarget } from '../target.ts';
import { connectMysql } from './connect.ts';
import { mysqlDialect } from './dialect.ts';
import { mysqlFamilyFacts } from './facts.ts';
import { mysqlIdentity } from './identity.ts';
import { mariadbDialect } from './mariadb.ts';
import { mysqlMeter } from './meter.ts';

/** MySQL or MariaDB: which of the two answers is known after the login. */
export async function openMysql(target: ConnectionTarget, options: OpenOptions): Promise<Server> {
  const session = await connectMysql(target, options);
  const dialect = session.isMariadb ? mariadbDialect : mysqlDialect;
  return {
    engine: dialect.engine,
    session,
    facts: async () => checkedFacts(await mysqlFamilyFacts(session, dialect)),
    identity: () => mysqlIdentity(session),
    meter: () => mysqlMeter(session, dialect.engine),
  };
}
