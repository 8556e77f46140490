import postgres from 'postgres';
import { type DriverCase, firstOf } from './case.ts';

export default {
  driver: 'postgres',
  engine: 'postgres',
  hasClientTimeout: false,
  open({ host, port, user, password, database }, { connections, idleTimeoutMs }) {
    const sql = postgres({
      ...{ host, port, user, password, max: connections, onnotice: () => {} },
      ...(database !== undefined && { database }),
      ...(idleTimeoutMs !== undefined && { idle_timeout: idleTimeoutMs / 1_000 }),
    });
    return {
      query: async (text) => firstOf(await sql.unsafe(text)),
      transaction: (work) => sql.begin((own) => work(async (text) => firstOf(await own.unsafe(text)))),
      end: () => sql.end(),
    };
  },
} satisfies DriverCase;
