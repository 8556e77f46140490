import pg from 'pg';
import type { Login } from '../sessions.ts';
import { type DriverCase, firstOf, type PoolWishes } from './case.ts';

/** What pg is given, by those that wrap its pool too. */
export function pgConfig(
  { host, port, user, password, database }: Login,
  { connections, idleTimeoutMs, clientTimeoutMs }: PoolWishes,
) {
  return {
    ...{ host, port, user, password, max: connections },
    ...(database !== undefined && { database }),
    ...(idleTimeoutMs !== undefined && { idleTimeoutMillis: idleTimeoutMs }),
    ...(clientTimeoutMs !== undefined && { query_timeout: clientTimeoutMs }),
  };
}

export function pgPool(login: Login, wishes: PoolWishes): pg.Pool {
  const pool = new pg.Pool(pgConfig(login, wishes));
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

export default {
  driver: 'pg',
  engine: 'postgres',
  hasClientTimeout: true,
  open(login, wishes) {
    const pool = pgPool(login, wishes);
    return {
      query: async (sql) => firstOf((await pool.query(sql)).rows),
      async transaction(work) {
        const client = await pool.connect();
        try {
          await client.query('BEGIN');
          await work(async (sql) => firstOf((await client.query(sql)).rows));
          await client.query('COMMIT');
        } finally {
          client.release();
        }
      },
      end: () => pool.end(),
    };
  },
} satisfies DriverCase;
