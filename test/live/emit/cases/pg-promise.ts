import type { SnippetCase } from '../case.ts';

/** What the suite uses of pg-promise. */
interface Database {
  readonly $pool: { end(): Promise<unknown> };
  connect(): Promise<{ done(): unknown }>;
  any(sql: string): Promise<unknown>;
}

export default {
  target: 'pg-promise',
  engines: ['postgres'],
  refused: /^2 requests already wait$/,
  gaveUp: /^timeout exceeded when trying to connect$/,
  queryTimeout: /statement timeout/,
  open: async ({ db }: { db: Database }) => ({
    acquire: async () => {
      const connected = await db.connect();
      return () => connected.done();
    },
    query: (sql = 'select 1') => db.any(sql),
    end: () => db.$pool.end(),
  }),
} satisfies SnippetCase;
