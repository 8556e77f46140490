import type pg from 'pg';
import type { SnippetCase } from '../case.ts';

export default {
  target: 'pg',
  engines: ['postgres'],
  refused: /^2 requests already wait$/,
  gaveUp: /^timeout exceeded when trying to connect$/,
  queryTimeout: /statement timeout/,
  open: async ({ pool }: { pool: pg.Pool }) => ({
    acquire: async () => {
      const client = await pool.connect();
      return () => client.release();
    },
    query: (sql = 'select 1') => pool.query(sql),
    end: () => pool.end(),
  }),
} satisfies SnippetCase;
