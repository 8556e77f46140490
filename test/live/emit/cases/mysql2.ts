import type { Pool } from 'mysql2/promise';
import type { SnippetCase } from '../case.ts';

export default {
  target: 'mysql2',
  engines: ['mariadb', 'mysql'],
  refused: /^2 requests already wait$/,
  gaveUp: /^No connection within 500 ms$/,
  queryTimeoutPerCall: 'pool.query({ sql, timeout: 300 })',
  open: async ({ pool }: { pool: Pool }) => ({
    acquire: async () => {
      const connection = await pool.getConnection();
      return () => connection.release();
    },
    query: (sql = 'select 1') => pool.query(sql),
    end: () => pool.end(),
  }),
} satisfies SnippetCase;
