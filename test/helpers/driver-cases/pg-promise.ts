import pgPromise from 'pg-promise';
import { type DriverCase, firstOf } from './case.ts';
import { pgConfig } from './pg.ts';

const pgp = pgPromise({ noWarnings: true });

export default {
  driver: 'pg-promise',
  engine: 'postgres',
  hasClientTimeout: true,
  open(login, wishes) {
    const db = pgp(pgConfig(login, wishes));
    return {
      query: async (sql) => firstOf(await db.any(sql)),
      transaction: (work) => db.tx((own) => work(async (sql) => firstOf(await own.any(sql)))),
      end: () => db.$pool.end(),
    };
  },
} satisfies DriverCase;
