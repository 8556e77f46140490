import mysql from 'mysql';
import { firstOf, type MysqlFamilyCase, within } from './case.ts';
import { mysqlPlace } from './mysql2.ts';

function ask(of: Pick<mysql.Pool, 'query'>, options: mysql.QueryOptions): Promise<unknown> {
  return new Promise((resolve, reject) => {
    of.query(options, (error, rows) => (error ? reject(error) : resolve(firstOf(Array.isArray(rows) ? rows : []))));
  });
}

export default {
  driver: 'mysql',
  engines: ['mariadb'], // MySQL 9 has no login that it knows.
  hasClientTimeout: true,
  open(login, { connections, clientTimeoutMs }) {
    const pool = mysql.createPool({ ...mysqlPlace(login), connectionLimit: connections });
    const timeout = clientTimeoutMs === undefined ? {} : { timeout: clientTimeoutMs };
    return {
      query: (sql) => ask(pool, { sql, ...timeout }),
      async transaction(work) {
        const connection = await new Promise<mysql.PoolConnection>((resolve, reject) => {
          pool.getConnection((error, made) => (error ? reject(error) : resolve(made)));
        });
        await within(
          (sql) => ask(connection, { sql }),
          work,
          () => connection.release(),
        );
      },
      end: () => new Promise<void>((resolve, reject) => pool.end((error) => (error ? reject(error) : resolve()))),
    };
  },
} satisfies MysqlFamilyCase;
