import { type Kysely, sql } from 'kysely';
import type { SnippetCase } from '../case.ts';

export default {
  target: 'kysely',
  engines: ['postgres', 'mariadb', 'mysql'],
  refused: /^2 requests already wait$/,
  gaveUp: /^timeout exceeded when trying to connect$|^No connection within 500 ms$/,
  queryTimeout: /statement timeout|max_statement_time exceeded|maximum statement execution time exceeded/,
  open: async ({ db }: { db: Kysely<object> }) => ({
    // Not startTransaction(): it keeps the connection when commit() fails, until rollback().
    acquire: () =>
      new Promise((resolve, reject) => {
        const transaction = db.transaction().execute(
          () =>
            new Promise<void>((end) => {
              resolve(() => {
                end();
                return transaction;
              });
            }),
        );
        transaction.catch(reject);
      }),
    query: (text = 'select 1') => sql.raw(text).execute(db),
    end: () => db.destroy(),
  }),
} satisfies SnippetCase;
