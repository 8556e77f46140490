import { Kysely, PostgresDialect, sql } from 'kysely';
import { type DriverCase, firstOf } from './case.ts';
import { pgPool } from './pg.ts';

export default {
  driver: 'kysely',
  engine: 'postgres',
  hasClientTimeout: true,
  open(login, wishes) {
    const db = new Kysely<object>({ dialect: new PostgresDialect({ pool: pgPool(login, wishes) }) });
    return {
      query: async (text) => firstOf((await sql.raw(text).execute(db)).rows),
      transaction: (work) =>
        db.transaction().execute((own) => work(async (text) => firstOf((await sql.raw(text).execute(own)).rows))),
      end: () => db.destroy(),
    };
  },
} satisfies DriverCase;
