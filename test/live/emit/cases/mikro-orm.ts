import { EntitySchema, type MikroORM, type SqlEntityManager } from 'mikro-orm-7';
import type { SnippetCase } from '../case.ts';

const Thing = new EntitySchema({ name: 'Thing', properties: { id: { type: 'number', primary: true } } });

export default {
  target: 'mikro-orm',
  folder: 'mikro-orm-7',
  engines: ['postgres', 'mariadb', 'mysql'],
  refused: /^2 requests already wait$/,
  gaveUp: /^timeout exceeded when trying to connect$|^No connection within 500 ms$/,
  doesNotSurvive: /can lose connections for good/,
  queryTimeout: /statement timeout|max_statement_time exceeded|maximum statement execution time exceeded/,
  open: async ({ connect }: { connect: (entities: unknown[]) => Promise<MikroORM> }) => {
    const orm = await connect([Thing]);
    return {
      acquire: async () => {
        const em = orm.em.fork();
        await em.begin();
        return () =>
          em.commit().catch(async (error) => {
            await em.rollback();
            throw error;
          });
      },
      query: (sql = 'select 1') => (orm.em.fork() as SqlEntityManager).execute(sql),
      end: () => orm.close(),
    };
  },
} satisfies SnippetCase;
