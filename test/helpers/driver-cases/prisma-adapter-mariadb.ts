import { PrismaMariaDb } from '@prisma/adapter-mariadb';
import type { MysqlFamilyCase } from './case.ts';
import { mariadbOptions } from './mariadb.ts';
import { mysqlPlace } from './mysql2.ts';

/** The adapter alone, asked for what the generated client asks it for: it sends COMMIT by itself. */
export default {
  driver: 'prisma-adapter-mariadb',
  engines: ['mysql', 'mariadb'],
  hasClientTimeout: true,
  async open(login, wishes) {
    const adapter = await new PrismaMariaDb({ ...mysqlPlace(login), ...mariadbOptions(wishes) }).connect();
    const query = (sql: string) => ({ sql, args: [], argTypes: [] });
    return {
      query: async (sql) => (await adapter.queryRaw(query(sql))).rows[0]?.[0],
      async transaction(work) {
        const transaction = await adapter.startTransaction();
        try {
          await work(async (sql) => (await transaction.queryRaw(query(sql))).rows[0]?.[0]);
        } finally {
          await transaction.commit();
        }
      },
      end: () => adapter.dispose(),
    };
  },
} satisfies MysqlFamilyCase;
