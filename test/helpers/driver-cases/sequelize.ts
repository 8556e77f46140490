import { QueryTypes, Sequelize } from 'sequelize';
import { type DriverCase, firstOf } from './case.ts';

export default {
  driver: 'sequelize',
  engine: 'postgres',
  hasClientTimeout: true,
  open({ host, port, user, password, database = '' }, { connections, idleTimeoutMs, clientTimeoutMs }) {
    const sequelize = new Sequelize(database, user, password, {
      ...{ dialect: 'postgres', host, port, logging: false },
      pool: { max: connections, ...(idleTimeoutMs !== undefined && { idle: idleTimeoutMs, evict: idleTimeoutMs / 2 }) },
      ...(clientTimeoutMs !== undefined && { dialectOptions: { query_timeout: clientTimeoutMs } }),
    });
    return {
      query: async (sql) => firstOf(await sequelize.query(sql, { type: QueryTypes.SELECT })),
      transaction: (work) =>
        sequelize.transaction((transaction) =>
          work(async (sql) => firstOf(await sequelize.query(sql, { type: QueryTypes.SELECT, transaction }))),
        ),
      end: () => sequelize.close(),
    };
  },
} satisfies DriverCase;
