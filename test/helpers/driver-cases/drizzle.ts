import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { type DriverCase, firstOf } from './case.ts';
import { pgPool } from './pg.ts';

export default {
  driver: 'drizzle',
  engine: 'postgres',
  hasClientTimeout: true,
  open(login, wishes) {
    const pool = pgPool(login, wishes);
    const db = drizzle({ client: pool });
    return {
      query: async (text) => firstOf((await db.execute(sql.raw(text))).rows),
      transaction: (work) =>
        db.transaction((own) => work(async (text) => firstOf((await own.execute(sql.raw(text))).rows))),
      end: () => pool.end(),
    };
  },
} satisfies DriverCase;
