import { MikroORM as MikroOrmMysql } from '@mikro-orm/mysql';
import { MikroORM as MikroOrmPostgres } from '@mikro-orm/postgresql';
import { PrismaMariaDb } from '@prisma/adapter-mariadb';
import { PrismaPg } from '@prisma/adapter-pg';
import genericPool from 'generic-pool';
import knex from 'knex';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { Sequelize } from 'sequelize';
import { Pool as TarnPool } from 'tarn';
import { DataSource } from 'typeorm';
import type { Login, Protocol } from './sessions.ts';

export interface PoolWishes {
  readonly max: number;
  readonly acquireTimeoutMs: number;
}

/** A pool as an application has it through a library. */
export interface LibraryPool {
  /** What the application gives to `instrument`. */
  readonly owner: object;
  /** Takes a connection, and gives the call that gives it back. */
  acquire(): Promise<() => Promise<unknown>>;
  /** A query that takes a connection and gives it back by itself. */
  query(sql: string): Promise<unknown>;
  end(): Promise<unknown>;
}

export interface MonitoredLibrary {
  /** The library of the pool inside. */
  readonly poolOf: Readonly<Record<Protocol, string>>;
  /** Where requests wait without a limit. */
  readonly waitsForever?: Protocol;
  /** Where a pool tries to connect until the time of the request is up. */
  readonly retriesConnect?: readonly Protocol[];
  /** It asks the server before it gives the pool. */
  readonly connectsFirst?: boolean;
  open(protocol: Protocol, login: Login, wishes: PoolWishes): Promise<LibraryPool>;
}

/** A connection of the driver itself, for pools of anything. */
async function connect(protocol: Protocol, { application: _, ...login }: Login) {
  if (protocol === 'mysql') return mysql.createConnection({ ...login, database: login.database ?? '' });
  const client = new pg.Client(login);
  client.on('error', () => {});
  await client.connect();
  return client;
}

type Connection = Awaited<ReturnType<typeof connect>>;

async function queryOf(
  lender: { acquire(): PromiseLike<Connection>; release(connection: Connection): unknown },
  sql: string,
): Promise<unknown> {
  const connection: { query(sql: string): Promise<unknown> } = await lender.acquire();
  try {
    return await connection.query(sql);
  } finally {
    await lender.release(connection as Connection);
  }
}

const quiet = { log() {}, warn() {}, error() {}, debug() {}, deprecate() {} };

export const monitoredLibraries: Readonly<Record<string, MonitoredLibrary>> = {
  knex: {
    poolOf: { postgres: 'tarn', mysql: 'tarn' },
    open: async (protocol, login, { max, acquireTimeoutMs }) => {
      const db = knex({
        client: protocol === 'postgres' ? 'pg' : 'mysql2',
        connection: { ...login, database: login.database ?? '' },
        pool: { min: 0, max, acquireTimeoutMillis: acquireTimeoutMs },
        log: quiet,
      });
      return {
        owner: db,
        acquire: async () => {
          const transaction = await db.transaction();
          return async () => transaction.commit();
        },
        query: async (sql) => db.raw(sql),
        end: () => db.destroy(),
      };
    },
  },
  tarn: {
    poolOf: { postgres: 'tarn', mysql: 'tarn' },
    open: async (protocol, login, { max, acquireTimeoutMs }) => {
      const pool = new TarnPool<Connection>({
        create: () => connect(protocol, login),
        destroy: async (connection) => void (await connection.end()),
        min: 0,
        max,
        acquireTimeoutMillis: acquireTimeoutMs,
        propagateCreateError: true,
      });
      const lend = { acquire: () => pool.acquire().promise, release: (it: Connection) => pool.release(it) };
      return {
        owner: pool,
        acquire: async () => {
          const connection = await lend.acquire();
          return async () => lend.release(connection);
        },
        query: (sql) => queryOf(lend, sql),
        end: () => pool.destroy(),
      };
    },
  },
  'generic-pool': {
    poolOf: { postgres: 'generic-pool', mysql: 'generic-pool' },
    retriesConnect: ['postgres', 'mysql'],
    open: async (protocol, login, { max, acquireTimeoutMs }) => {
      const pool = genericPool.createPool<Connection>(
        {
          create: () => connect(protocol, login),
          destroy: async (connection) => void (await connection.end()),
        },
        { max, acquireTimeoutMillis: acquireTimeoutMs },
      );
      return {
        owner: pool,
        acquire: async () => {
          const connection = await pool.acquire();
          return async () => pool.release(connection);
        },
        query: (sql) => queryOf(pool, sql),
        end: async () => {
          await pool.drain();
          await pool.clear();
        },
      };
    },
  },
  sequelize: {
    poolOf: { postgres: 'sequelize-pool', mysql: 'sequelize-pool' },
    open: async (protocol, login, { max, acquireTimeoutMs }) => {
      const db = new Sequelize({
        dialect: protocol,
        host: login.host,
        port: login.port,
        username: login.user,
        password: login.password,
        database: login.database ?? '',
        logging: false,
        // Else it asks for it with a connection beside the pool. Its types do not know it.
        ...({ databaseVersion: protocol === 'postgres' ? '13.0.0' : '10.6.0' } as object),
        pool: { max, acquire: acquireTimeoutMs },
      });
      return {
        owner: db,
        acquire: async () => {
          const transaction = await db.transaction();
          return () => transaction.commit();
        },
        query: (sql) => db.query(sql),
        end: () => db.close(),
      };
    },
  },
  typeorm: {
    poolOf: { postgres: 'pg', mysql: 'mysql2' },
    waitsForever: 'mysql',
    connectsFirst: true,
    open: async (protocol, { host, port, user: username, password, database = '' }, { max, acquireTimeoutMs }) => {
      const place = { host, port, username, password, database, poolSize: max };
      const db = new DataSource(
        protocol === 'postgres'
          ? { type: 'postgres', ...place, connectTimeoutMS: acquireTimeoutMs }
          : { type: 'mysql', ...place },
      );
      await db.initialize();
      return {
        owner: db,
        acquire: async () => {
          const runner = db.createQueryRunner();
          await runner.connect();
          return () => runner.release();
        },
        query: (sql) => db.query(sql),
        end: () => db.destroy(),
      };
    },
  },
  'mikro-orm': {
    poolOf: { postgres: 'tarn', mysql: 'tarn' },
    connectsFirst: true,
    open: async (protocol, { host, port, user, password, database = '' }, { max, acquireTimeoutMs }) => {
      const options = {
        ...{ host, port, user, password, dbName: database, entities: [], logger: () => {} },
        discovery: { warnWhenNoEntities: false },
        pool: { min: 0, max, acquireTimeoutMillis: acquireTimeoutMs },
      };
      const orm = protocol === 'postgres' ? await MikroOrmPostgres.init(options) : await MikroOrmMysql.init(options);
      const connection = orm.em.getConnection();
      return {
        owner: orm,
        acquire: async () => {
          const transaction = await connection.begin();
          return () => connection.commit(transaction);
        },
        query: (sql) => connection.execute(sql),
        end: () => orm.close(true),
      };
    },
  },
  prisma: {
    poolOf: { postgres: 'pg', mysql: 'mariadb' },
    retriesConnect: ['mysql'],
    open: async (protocol, { application: _, database = '', ...login }, { max, acquireTimeoutMs }) => {
      const factory =
        protocol === 'postgres'
          ? new PrismaPg({ ...login, database, max, connectionTimeoutMillis: acquireTimeoutMs })
          : new PrismaMariaDb({ ...login, database, connectionLimit: max, acquireTimeout: acquireTimeoutMs });
      let connecting: ReturnType<typeof factory.connect> | undefined;
      // As PrismaClient does at its first query.
      const adapter = () => {
        connecting ??= factory.connect();
        return connecting;
      };
      const statement = (sql: string) => ({ sql, args: [], argTypes: [] });
      return {
        owner: factory,
        acquire: async () => {
          const transaction = await (await adapter()).startTransaction();
          return async () => {
            await transaction.executeRaw(statement('COMMIT'));
            await transaction.commit();
          };
        },
        query: async (sql) => (await adapter()).executeRaw(statement(sql)),
        end: async () => (await adapter()).dispose(),
      };
    },
  },
};
