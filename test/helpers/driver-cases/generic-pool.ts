import { createPool } from 'generic-pool';
import pg from 'pg';
import { type DriverCase, firstOf, type Query } from './case.ts';
import { pgConfig } from './pg.ts';

export default {
  driver: 'generic-pool',
  engine: 'postgres',
  hasClientTimeout: false,
  open(login, { connections, idleTimeoutMs, ...wishes }) {
    const factory = {
      async create() {
        const client = new pg.Client(pgConfig(login, { connections, ...wishes }));
        client.on('error', () => {});
        await client.connect();
        return client;
      },
      destroy: (client: pg.Client) => client.end(),
    };
    const pool = createPool(factory, {
      max: connections,
      ...(idleTimeoutMs !== undefined && { idleTimeoutMillis: idleTimeoutMs, evictionRunIntervalMillis: 100 }),
    });
    const queryOf =
      (client: pg.Client): Query =>
      async (sql) =>
        firstOf((await client.query(sql)).rows);
    return {
      query: (sql) => pool.use((client) => queryOf(client)(sql)),
      transaction: (work) =>
        pool.use(async (client) => {
          await client.query('BEGIN');
          await work(queryOf(client));
          await client.query('COMMIT');
        }),
      end: async () => {
        await pool.drain();
        await pool.clear();
      },
    };
  },
} satisfies DriverCase;
