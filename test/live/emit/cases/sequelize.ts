import { QueryTypes, type Sequelize } from 'sequelize';
import type { SnippetCase } from '../case.ts';

export default {
  target: 'sequelize',
  engines: ['postgres', 'mariadb', 'mysql'],
  refused: /^2 requests already wait$/,
  gaveUp: /^Operation timeout$/,
  queryTimeout: /statement timeout|max_statement_time exceeded|maximum statement execution time exceeded/,
  open: async ({ sequelize }: { sequelize: Sequelize }) => ({
    acquire: async () => {
      const transaction = await sequelize.transaction({ logging: false });
      return () => transaction.commit();
    },
    // A raw query of Sequelize 6 fails on the mariadb package from 3.1 on.
    query: (sql = 'select 1') => sequelize.query(sql, { type: QueryTypes.SELECT, logging: false }),
    end: () => sequelize.close(),
  }),
} satisfies SnippetCase;
