import mysql from 'mysql2/promise';
import type { Login } from '../sessions.ts';
import { firstOf, type MysqlFamilyCase, type PoolWishes, within } from './case.ts';

/** The pool's options, for those that hand them on to it too. */
export function mysql2Options({ connections, idleTimeoutMs }: PoolWishes) {
  return {
    connectionLimit: connections,
    ...(idleTimeoutMs !== undefined && { idleTimeout: idleTimeoutMs, maxIdle: connections - 1 }),
  };
}

export function mysqlPlace({ host, port, user, password, database = '' }: Login) {
  return { host, port, user, password, database };
}

export default {
  driver: 'mysql2',
  engines: ['mysql', 'mariadb'],
  hasClientTimeout: true,
  open(login, wishes) {
    const pool = mysql.createPool({ ...mysqlPlace(login), ...mysql2Options(wishes) });
    const timeout = wishes.clientTimeoutMs === undefined ? {} : { timeout: wishes.clientTimeoutMs };
    const first = ([rows]: readonly unknown[]) => firstOf(rows as unknown[]);
    return {
      query: async (sql) => first(await pool.query({ sql, ...timeout })),
      async transaction(work) {
        const connection = await pool.getConnection();
        const query = async (sql: string) => first(await connection.query(sql));
        await within(query, work, () => connection.release());
      },
      end: () => pool.end(),
    };
  },
} satisfies MysqlFamilyCase;
