import knex from 'knex';
import { firstOf, type MysqlFamilyCase } from './case.ts';
import { mysqlPlace } from './mysql2.ts';

export default {
  driver: 'knex',
  engines: ['mysql', 'mariadb'],
  hasClientTimeout: true,
  open(login, { connections, idleTimeoutMs, clientTimeoutMs }) {
    const db = knex({
      client: 'mysql2',
      connection: mysqlPlace(login),
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
        const [rows] = await (clientTimeoutMs === undefined ? query : query.timeout(clientTimeoutMs));
        return firstOf(rows);
      },
      transaction: (work) =>
        db.transaction((transaction) => work(async (sql) => firstOf((await transaction.raw(sql))[0]))),
      end: () => db.destroy(),
    };
  },
} satisfies MysqlFamilyCase;
