import { DataSource } from 'typeorm';
import { firstOf, type MysqlFamilyCase } from './case.ts';
import { mysql2Options } from './mysql2.ts';

export default {
  driver: 'typeorm-mysql',
  engines: ['mysql', 'mariadb'],
  hasClientTimeout: true,
  async open({ host, port, user, password, database = '' }, wishes) {
    const { clientTimeoutMs } = wishes;
    const source = new DataSource({
      ...{ type: 'mysql', host, port, username: user, password, database, logger: 'debug' },
      ...(clientTimeoutMs !== undefined && { maxQueryExecutionTime: clientTimeoutMs, enableQueryTimeout: true }),
      extra: mysql2Options(wishes),
    });
    await source.initialize();
    return {
      query: async (sql) => firstOf(await source.query(sql)),
      transaction: (work) => source.transaction((manager) => work(async (sql) => firstOf(await manager.query(sql)))),
      end: () => source.destroy(),
    };
  },
} satisfies MysqlFamilyCase;
