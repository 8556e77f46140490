import { promisify } from 'node:util';
import type { Pool, PoolConnection } from 'mysql';
import type { SnippetCase } from '../case.ts';

export default {
  target: 'mysql',
  // Not MySQL: this one is 9, and mysqljs logs in with mysql_native_password only, which ended with 8.4.
  engines: ['mariadb'],
  refused: /^2 requests already wait$/,
  gaveUp: /^No connection within 500 ms$/,
  queryTimeout: /max_statement_time exceeded/,
  open: async ({ pool }: { pool: Pool }) => ({
    acquire: async () => {
      const connection = await promisify<PoolConnection>((done) => pool.getConnection(done))();
      return () => connection.release();
    },
    query: (sql = 'select 1') => promisify<unknown>((done) => pool.query(sql, done))(),
    end: () => promisify<void>((done) => pool.end(done))(),
  }),
} satisfies SnippetCase;
