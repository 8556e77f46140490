import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import mysql from 'mysql2/promise';
import pg from 'pg';
import type { Login, Protocol } from '../sessions.ts';

/** A connection that was taken from a pool. */
export interface Taken {
  query(sql: string): Promise<unknown>;
  release(): void;
}

/** A pool of an application, whichever library it is of. */
export interface AppPool {
  /** What `instrument` takes. */
  readonly pool: object;
  take(): Promise<Taken>;
  /** Gives back what is out, so that it can end. */
  end(): Promise<void>;
}

export interface AppPoolOptions {
  readonly limit: number;
  /** Of pg; mysql2 has none. */
  readonly acquireTimeoutMs?: number | undefined;
  readonly idleTimeoutMs?: number;
}

export function appPool(protocol: Protocol, login: Login, options: AppPoolOptions): AppPool {
  return protocol === 'postgres' ? pgPool(login, options) : mysqlPool(login, options);
}

function pgPool({ application: _, ...login }: Login, options: AppPoolOptions): AppPool {
  const { limit: max, acquireTimeoutMs, idleTimeoutMs = 60_000 } = options;
  const pool = new pg.Pool({
    ...{ ...login, max, idleTimeoutMillis: idleTimeoutMs },
    ...(acquireTimeoutMs !== undefined && { connectionTimeoutMillis: acquireTimeoutMs }),
  });
  pool.on('error', () => {});
  const out = new Set<pg.PoolClient>();
  return {
    pool,
    take: async () => {
      const client = await pool.connect();
      out.add(client);
      return {
        query: (sql) => client.query(sql),
        release: () => {
          if (out.delete(client)) client.release();
        },
      };
    },
    end: async () => {
      const ended = pool.end();
      for (const client of out) client.release(true);
      await ended;
    },
  };
}

function mysqlPool(
  { application: _, database, ...login }: Login,
  { limit, idleTimeoutMs = 60_000 }: AppPoolOptions,
): AppPool {
  const pool = mysql.createPool({
    ...{ ...login, ...(database !== undefined && { database }), connectionLimit: limit, idleTimeout: idleTimeoutMs },
    ...(idleTimeoutMs < 60_000 && { maxIdle: 0 }),
  });
  const out = new Set<mysql.PoolConnection>();
  return {
    pool,
    take: async () => {
      const connection = await pool.getConnection();
      out.add(connection);
      return {
        query: (sql) => connection.query(sql),
        release: () => {
          if (out.delete(connection)) connection.release();
        },
      };
    },
    end: async () => {
      for (const connection of out) connection.destroy();
      await pool.end();
    },
  };
}

/** Most applications have run for a while when something goes wrong: opens all connections. */
export async function warmUp(pool: AppPool, limit: number): Promise<void> {
  const taken = await Promise.all(Array.from({ length: limit }, () => pool.take()));
  for (const one of taken) one.release();
}

/** A door in front of a server behind which each new connection waits for a while. */
export async function slowDoor({ host, port }: Pick<Login, 'host' | 'port'>, delayMs: () => number) {
  const door = createServer((client) => {
    client.pause();
    client.on('error', () => {});
    setTimeout(() => {
      const server = connect(port, host);
      server.on('error', () => client.destroy());
      client.on('close', () => server.destroy());
      server.on('close', () => client.destroy());
      client.pipe(server).pipe(client);
    }, delayMs());
  });
  await once(door.listen(0, '127.0.0.1'), 'listening');
  return { port: (door.address() as AddressInfo).port, close: () => door.close() };
}
