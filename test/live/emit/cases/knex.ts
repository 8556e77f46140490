import type { Knex } from 'knex';
import type { SnippetCase } from '../case.ts';

export default {
  target: 'knex',
  engines: ['postgres', 'mariadb', 'mysql'],
  refused: /^2 requests already wait$/,
  gaveUp: /^Knex: Timeout acquiring a connection/,
  queryTimeout: /statement timeout|max_statement_time exceeded|maximum statement execution time exceeded/,
  // Each time that somebody gives up.
  prints: /^Acquire connection error: \w*Error: operation timed out/,
  open: async ({ db }: { db: Knex }) => ({
    acquire: async () => {
      const transaction = await db.transaction();
      return () => transaction.commit();
    },
    query: (sql = 'select 1') => db.raw(sql),
    end: () => db.destroy(),
  }),
} satisfies SnippetCase;
