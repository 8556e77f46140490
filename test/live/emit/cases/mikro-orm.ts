import { EntitySchema, type MikroORM } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/knex';
import type { SnippetCase } from '../case.ts';

const Thing = new EntitySchema({ name: 'Thing', properties: { id: { type: 'number', primary: true } } });

export default {
  target: 'mikro-orm',
  engines: ['postgres', 'mariadb', 'mysql'],
  refused: /^2 requests already wait$/,
  gaveUp: /^Knex: Timeout acquiring a connection/,
  queryTimeout: /statement timeout|max_statement_time exceeded|maximum statement execution time exceeded/,
  // Knex, each time that somebody gives up.
  prints: /^Acquire connection error: \w*Error: operation timed out/,
  open: async ({ connect }: { connect: (entities: unknown[]) => Promise<MikroORM> }) => {
    const orm = await connect([Thing]);
    return {
      acquire: async () => {
        const em = orm.em.fork();
        await em.begin();
        return () => em.commit();
      },
      query: (sql = 'select 1') => (orm.em.fork() as SqlEntityManager).execute(sql),
      end: () => orm.close(),
    };
  },
} satisfies SnippetCase;
