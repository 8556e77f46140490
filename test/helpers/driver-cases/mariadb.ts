import * as mariadb from 'mariadb';
import { firstOf, type MysqlFamilyCase, type PoolWishes, within } from './case.ts';
import { mysqlPlace } from './mysql2.ts';

/** The pool's options, for those that hand them on to it too. */
export function mariadbOptions({ connections, idleTimeoutMs, clientTimeoutMs }: PoolWishes) {
  return {
    allowPublicKeyRetrieval: true,
    connectionLimit: connections,
    ...(idleTimeoutMs !== undefined && { idleTimeout: idleTimeoutMs / 1_000, minimumIdle: 1 }),
    ...(clientTimeoutMs !== undefined && { socketTimeout: clientTimeoutMs }),
  };
}

export default {
  driver: 'mariadb',
  engines: ['mysql', 'mariadb'],
  hasClientTimeout: true,
  open(login, wishes) {
    const pool = mariadb.createPool({ ...mysqlPlace(login), ...mariadbOptions(wishes) });
    return {
      query: async (sql) => firstOf(await pool.query(sql)),
      async transaction(work) {
        const connection = await pool.getConnection();
        const query = async (sql: string) => firstOf(await connection.query(sql));
        await within(query, work, () => connection.release());
      },
      end: () => pool.end(),
    };
  },
} satisfies MysqlFamilyCase;
