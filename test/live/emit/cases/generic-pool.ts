import type { Pool } from 'generic-pool';
import type { SnippetCase } from '../case.ts';

/** Of pg or of mysql2. */
interface Connection {
  query(sql: string): Promise<unknown>;
}

export default {
  target: 'generic-pool',
  engines: ['postgres', 'mariadb', 'mysql'],
  refused: /^2 requests already wait$/,
  gaveUp: /^ResourceRequest timed out$/,
  queryTimeout: /statement timeout|max_statement_time exceeded|maximum statement execution time exceeded/,
  open: async ({ pool }: { pool: Pool<Connection> }) => ({
    acquire: async () => {
      const connection = await pool.acquire();
      return () => pool.release(connection);
    },
    query: (sql = 'select 1') => pool.use((connection) => connection.query(sql)),
    end: async () => {
      await pool.drain();
      await pool.clear();
    },
  }),
} satisfies SnippetCase;
