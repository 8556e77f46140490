import { DataSource } from 'typeorm';
import { type DriverCase, firstOf } from './case.ts';

export default {
  driver: 'typeorm-postgres',
  engine: 'postgres',
  hasClientTimeout: true,
  async open({ host, port, user, password, database = '' }, { connections, idleTimeoutMs, clientTimeoutMs }) {
    const source = new DataSource({
      ...{ type: 'postgres', host, port, username: user, password, database, poolSize: connections },
      extra: {
        ...(idleTimeoutMs !== undefined && { idleTimeoutMillis: idleTimeoutMs }),
        ...(clientTimeoutMs !== undefined && { query_timeout: clientTimeoutMs }),
      },
    });
    await source.initialize();
    return {
      query: async (sql) => firstOf(await source.query(sql)),
      transaction: (work) => source.transaction((manager) => work(async (sql) => firstOf(await manager.query(sql)))),
      end: () => source.destroy(),
    };
  },
} satisfies DriverCase;
