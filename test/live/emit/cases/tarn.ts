import type { Pool } from 'tarn';
import type { SnippetCase } from '../case.ts';

/** Of pg or of mysql2. */
interface Connection {
  query(sql: string): Promise<unknown>;
}

export default {
  target: 'tarn',
  engines: ['postgres', 'mariadb', 'mysql'],
  refused: /^2 requests already wait$/,
  gaveUp: /^operation timed out for an unknown reason$/,
  queryTimeout: /statement timeout|max_statement_time exceeded|maximum statement execution time exceeded/,
  open: async ({ pool }: { pool: Pool<Connection> }) => ({
    acquire: async () => {
      const connection = await pool.acquire().promise;
      return () => pool.release(connection);
    },
    query: async (sql = 'select 1') => {
      const connection = await pool.acquire().promise;
      try {
        return await connection.query(sql);
      } finally {
        pool.release(connection);
      }
    },
    end: () => pool.destroy(),
  }),
} satisfies SnippetCase;
