import { type SQL, sql } from 'drizzle-orm';
import type { SnippetCase } from '../case.ts';

/** What the databases of both drivers have. */
interface Database {
  readonly $client: { end(): Promise<void> };
  execute(query: SQL): Promise<unknown>;
  transaction(work: () => Promise<void>): Promise<void>;
}

export default {
  target: 'drizzle',
  engines: ['postgres', 'mariadb', 'mysql'],
  refused: /^2 requests already wait$/,
  gaveUp: /^timeout exceeded when trying to connect$|^No connection within 500 ms$/,
  queryTimeout: /statement timeout|max_statement_time exceeded|maximum statement execution time exceeded/,
  open: async ({ db }: { db: Database }) => ({
    acquire: () =>
      new Promise((resolve, reject) => {
        const transaction = db.transaction(
          () =>
            new Promise((end) => {
              resolve(() => {
                end();
                return transaction;
              });
            }),
        );
        transaction.catch(reject);
      }),
    query: (text = 'select 1') => db.execute(sql.raw(text)).catch(rethrowCause),
    end: () => db.$client.end(),
  }),
} satisfies SnippetCase;

/** Drizzle wraps what the driver says of a query. */
function rethrowCause(error: Error): never {
  throw error.cause ?? error;
}
