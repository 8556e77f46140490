import { PrismaPg } from '@prisma/adapter-pg';
import { type DriverCase, firstOf } from './case.ts';
import { pgPool } from './pg.ts';

/** The adapter alone, asked for what the generated client asks it for: it sends COMMIT itself. */
export default {
  driver: 'prisma-adapter-pg',
  engine: 'postgres',
  hasClientTimeout: true,
  cannotShow: ['held', 'waiting'], // $disconnect() rolls transactions back before it ends the adapter.
  async open(login, wishes) {
    // A pool of one's own has a listener for the errors of clients in use.
    const pool = pgPool(login, wishes);
    const adapter = await new PrismaPg(pool, { disposeExternalPool: true }).connect();
    const query = (sql: string) => ({ sql, args: [], argTypes: [] });
    return {
      query: async (sql) => firstOf((await adapter.queryRaw(query(sql))).rows),
      async transaction(work) {
        const transaction = await adapter.startTransaction();
        try {
          await work(async (sql) => firstOf((await transaction.queryRaw(query(sql))).rows));
          await transaction.executeRaw(query('COMMIT'));
        } finally {
          await transaction.commit();
        }
      },
      end: () => adapter.dispose(),
    };
  },
} satisfies DriverCase;
