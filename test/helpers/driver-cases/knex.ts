import knex from 'knex';
import { type DriverCase, firstOf } from './case.ts';

export default {
  driver: 'knex',
  engine: 'postgres',
  hasClientTimeout: true,
  open({ host, port, user, password, database = '' }, { connections, idleTimeoutMs, clientTimeoutMs }) {
    const db = knex({
      client: 'pg',
      connection: { host, port, user, password, database },
      pool: {
        ...(connections < 2 && { min: 0 }),
        max: connections,
        ...(idleTimeoutMs !== undefined && { idleTimeoutMillis: idleTimeoutMs }),
      },
      log: { warn: () => {} },
    });
    return {
      query: async (sql) => {
        const query = db.raw(sql);
        return firstOf((await (clientTimeoutMs === undefined ? query : query.timeout(clientTimeoutMs))).rows);
      },
      transaction: (work) =>
        db.transaction((transaction) => work(async (sql) => firstOf((await transaction.raw(sql)).rows))),
      end: () => db.destroy(),
    };
  },
} satisfies DriverCase;
