import mariadb from 'mariadb';
import mariadbCallback, { type PoolConnection as MariadbConnection } from 'mariadb/callback';
import mysql1 from 'mysql';
import mysql from 'mysql2';
import mysqlPromise from 'mysql2/promise';
import pg from 'pg';
import type { Server } from './servers/facts.ts';

export interface TestConnection {
  query(sql: string): Promise<unknown>;
  release(): unknown;
  destroy(): unknown;
}

/** One pool of a library, asked in one of its forms. */
export interface TestPool {
  /** What is given to `instrument`. */
  readonly target: object;
  acquire(): Promise<TestConnection>;
  query(sql: string): Promise<unknown>;
  /** As the pool itself says it. */
  own(): { readonly total: number; readonly idle: number; readonly pending: number };
  end(): Promise<unknown>;
}

export interface TestPoolOptions {
  readonly limit: number;
  /** How long an acquire may wait; mysql2 has no such limit. */
  readonly timeoutMs?: number;
}

export type OpenPool = (server: Server, options: TestPoolOptions) => TestPool;

export const postgresLibraries: Readonly<Record<string, OpenPool>> = {
  'pg, promises': (server, options) => {
    const pool = openPg(server, options);
    return {
      ...pgParts(pool),
      acquire: async () => pgConnection(await pool.connect()),
      query: (sql) => pool.query(sql),
    };
  },
  'pg, callbacks': (server, options) => {
    const pool = openPg(server, options);
    return {
      ...pgParts(pool),
      acquire: () => called((done) => pool.connect(done)).then((client) => pgConnection(client as pg.PoolClient)),
      query: (sql) => called((done) => pool.query(sql, done)),
    };
  },
};

export const mysqlLibraries: Readonly<Record<string, OpenPool>> = {
  'mysql2, promises': (server, options) => {
    const pool = mysqlPromise.createPool(mysqlOptions(server, options));
    return {
      ...mysqlParts(pool, pool.pool as unknown as Mysql2Core),
      acquire: async () => {
        const connection = await pool.getConnection();
        return {
          query: (sql) => connection.query(sql),
          release: () => connection.release(),
          destroy: () => connection.destroy(),
        };
      },
      query: (sql) => pool.query(sql),
      end: () => pool.end(),
    };
  },
  'mysql2, callbacks': (server, options) => {
    const pool = mysql.createPool(mysqlOptions(server, options));
    return {
      ...mysqlParts(pool, pool as unknown as Mysql2Core),
      acquire: async () => {
        const connection = (await called((done) => pool.getConnection(done))) as mysql.PoolConnection;
        return {
          query: (sql) => called((done) => connection.query(sql, done)),
          release: () => connection.release(),
          destroy: () => connection.destroy(),
        };
      },
      query: (sql) => called((done) => pool.query(sql, done)),
      end: () => called((done) => pool.end(done)),
    };
  },
  'mariadb, promises': (server, options) => {
    const pool = mariadb.createPool(mariadbOptions(server, options));
    return {
      ...mariadbParts(pool),
      acquire: async () => {
        const connection = await pool.getConnection();
        return {
          query: (sql) => connection.query(sql),
          release: () => connection.release(),
          destroy: () => connection.destroy(),
        };
      },
      query: (sql) => pool.query(sql),
      end: () => pool.end(),
    };
  },
  'mariadb, callbacks': (server, options) => {
    const pool = mariadbCallback.createPool(mariadbOptions(server, options));
    return {
      ...mariadbParts(pool),
      acquire: async () => {
        const connection = (await called((done) => pool.getConnection(done))) as MariadbConnection;
        return {
          query: (sql) => called((done) => connection.query(sql, done)),
          release: () => called((done) => connection.release(done)),
          destroy: () => connection.destroy(),
        };
      },
      query: (sql) => called((done) => pool.query(sql, done)),
      end: () => called((done) => pool.end(done)),
    };
  },
};

/** MySQL 8.4 and newer do not let the old library in. */
export const mariadbLibraries: Readonly<Record<string, OpenPool>> = {
  ...mysqlLibraries,
  'mysql, callbacks': (server, options) => {
    const pool = mysql1.createPool(mysqlOptions(server, options));
    return {
      ...mysqlParts(pool, pool as unknown as Mysql2Core),
      acquire: async () => {
        const connection = (await called((done) => pool.getConnection(done))) as mysql1.PoolConnection;
        return {
          query: (sql) => called((done) => connection.query(sql, done)),
          release: () => connection.release(),
          destroy: () => connection.destroy(),
        };
      },
      query: (sql) => called((done) => pool.query(sql, done)),
      end: () => called((done) => pool.end(done)),
    };
  },
};

function openPg({ host, port, database, user, password }: Server, { limit, timeoutMs }: TestPoolOptions): pg.Pool {
  return new pg.Pool({ host, port, database, user, password, max: limit, connectionTimeoutMillis: timeoutMs ?? 0 });
}

function pgParts(pool: pg.Pool): Pick<TestPool, 'target' | 'own' | 'end'> {
  pool.on('error', () => {}); // idle clients are destroyed by some tests
  return {
    target: pool,
    own: () => ({ total: pool.totalCount, idle: pool.idleCount, pending: pool.waitingCount }),
    end: () => pool.end(),
  };
}

function pgConnection(client: pg.PoolClient): TestConnection {
  return {
    query: (sql) => client.query(sql),
    release: () => client.release(),
    destroy: () => client.release(true),
  };
}

interface Mysql2Core {
  readonly _allConnections: { readonly length: number };
  readonly _freeConnections: { readonly length: number };
  readonly _connectionQueue: { readonly length: number };
}

function mysqlOptions({ host, port, database, user, password }: Server, { limit }: TestPoolOptions) {
  return { host, port, database, user, password, connectionLimit: limit };
}

function mysqlParts(target: object, core: Mysql2Core): Pick<TestPool, 'target' | 'own'> {
  return {
    target,
    own: () => ({
      total: core._allConnections.length,
      idle: core._freeConnections.length,
      pending: core._connectionQueue.length,
    }),
  };
}

function mariadbOptions(server: Server, options: TestPoolOptions) {
  return {
    ...mysqlOptions(server, options),
    acquireTimeout: options.timeoutMs ?? 10_000,
    minimumIdle: 0,
    allowPublicKeyRetrieval: true,
  };
}

interface MariadbSizes {
  totalConnections(): number;
  idleConnections(): number;
  taskQueueSize(): number;
}

function mariadbParts(target: MariadbSizes): Pick<TestPool, 'target' | 'own'> {
  return {
    target,
    own: () => ({
      total: target.totalConnections(),
      idle: target.idleConnections(),
      pending: target.taskQueueSize(),
    }),
  };
}

/** A call with a callback as a promise. */
export function called(call: (done: (error: unknown, value?: unknown) => void) => void): Promise<unknown> {
  return new Promise((resolve, reject) => {
    call((error, value) => (error ? reject(error) : resolve(value)));
  });
}
