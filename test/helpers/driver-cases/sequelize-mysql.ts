import { QueryTypes, Sequelize } from 'sequelize';
import { firstOf, type MysqlFamilyCase } from './case.ts';

/** On mysql2 for MySQL, and on mariadb for MariaDB. */
export default {
  driver: 'sequelize',
  engines: ['mysql', 'mariadb'],
  hasClientTimeout: false,
  open({ host, port, user, password, database = '' }, { connections, idleTimeoutMs }, engine) {
    const sequelize = new Sequelize(database, user, password, {
      ...{ dialect: engine, host, port, logging: false },
      pool: { max: connections, ...(idleTimeoutMs !== undefined && { idle: idleTimeoutMs, evict: idleTimeoutMs / 2 }) },
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
} satisfies MysqlFamilyCase;
