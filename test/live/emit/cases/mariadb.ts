import type { Pool } from 'mariadb';
import type { SnippetCase } from '../case.ts';

export default {
  target: 'mariadb',
  engines: ['mariadb', 'mysql'],
  refused: /^2 requests already wait$/,
  gaveUp: /pool timeout: failed to retrieve a connection from pool after \d+ms/,
  queryTimeout: /max_statement_time exceeded|maximum statement execution time exceeded/,
  open: async ({ pool }: { pool: Pool }) => ({
    acquire: async () => {
      const connection = await pool.getConnection();
      return () => connection.release();
    },
    query: (sql = 'select 1') => pool.query(sql),
    end: () => pool.end(),
  }),
} satisfies SnippetCase;
