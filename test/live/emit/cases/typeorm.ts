import type { DataSource } from 'typeorm';
import type { SnippetCase } from '../case.ts';

export default {
  target: 'typeorm',
  engines: ['postgres', 'mariadb', 'mysql'],
  refused: /^2 requests already wait$/,
  gaveUp: /^No connection within 500 ms$|^timeout exceeded when trying to connect$/,
  queryTimeout: /statement timeout|Query inactivity timeout/,
  open: async ({ connect }: { connect: () => Promise<DataSource> }) => {
    const dataSource = await connect();
    return {
      acquire: async () => {
        const runner = dataSource.createQueryRunner();
        await runner.connect();
        return () => runner.release();
      },
      query: (sql = 'select 1') => dataSource.query(sql),
      end: () => dataSource.destroy(),
    };
  },
} satisfies SnippetCase;
