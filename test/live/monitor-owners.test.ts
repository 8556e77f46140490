import { MikroORM } from '@mikro-orm/postgresql';
import { PrismaPg } from '@prisma/adapter-pg';
import { drizzle as drizzleMysql } from 'drizzle-orm/mysql2';
import { drizzle as drizzlePostgres } from 'drizzle-orm/node-postgres';
import knex from 'knex';
import mysql from 'mysql2/promise';
import { Model } from 'objection';
import pg from 'pg';
import { QueryTypes, Sequelize } from 'sequelize';
import { DataSource } from 'typeorm';
import { afterEach, expect, test } from 'vitest';
import { instrument, type Monitor, type MonitoredPool } from '../../src/entries/monitor.ts';
import { describeWith, testIf } from '../helpers/live.ts';
import { protocolOf } from '../helpers/sessions.ts';

for (const engine of ['postgres', 'mariadb'] as const) {
  describeWith(engine, (server) => {
    const isPostgres = protocolOf[engine] === 'postgres';
    const { user, password, database, port } = server;
    const login = { host: '127.0.0.1', port, user, password, database };
    const { user: username, ...place } = login;
    const named = { ...place, username };
    const name = `127.0.0.1:${port}/${database}`;
    const undo: (() => unknown)[] = [];
    afterEach(async () => {
      for (const action of undo.splice(0).reverse()) await action();
    });

    function observe(owner: object, ends?: () => unknown): Monitor {
      if (ends) undo.push(ends);
      const monitor = instrument(owner);
      undo.push(() => monitor.uninstrument());
      return monitor;
    }
    const acquires = ({ pools }: Monitor) => pools.map(({ observer: { counters } }) => counters.granted);
    const openNames = ({ pools }: Monitor) => pools.filter(({ observer }) => !observer.isEnded).map(nameOf);
    const nameOf = (pool: MonitoredPool) => pool.name;

    test('Knex: the pool after destroy() and initialize() is observed, and the one before has ended', async () => {
      const db = knex({ client: isPostgres ? 'pg' : 'mysql2', connection: login, pool: { min: 0, max: 2 } });
      const monitor = observe(db, () => db.destroy());
      const [first] = monitor.pools;
      expect([first?.name, first?.system]).toEqual([name, isPostgres ? 'postgresql' : 'mysql']);
      await db.raw('SELECT 1');
      await db.destroy();
      expect(first?.observer.isEnded).toBe(true);
      db.initialize();
      await db.raw('SELECT 1');
      expect(openNames(monitor)).toEqual([name]);
      expect(acquires(monitor)).toEqual([1]);
      expect(monitor.pools[0]).not.toBe(first);
    });

    test('Knex over the pool of a driver: that pool is observed', async () => {
      const pool = isPostgres ? new pg.Pool(login) : mysql.createPool(login);
      const options = { client: isPostgres ? 'pg' : 'mysql2', connectionPool: isPostgres ? pool : corePool(pool) };
      const db = knex(options as never);
      const monitor = observe(db, () => pool.end());
      await db.raw('SELECT 1');
      expect(monitor.pools.map(({ library }) => library)).toEqual([isPostgres ? 'pg' : 'mysql2']);
      expect(acquires(monitor)).toEqual([1]);
    });

    test('TypeORM: observed before initialize(), and again after destroy() and initialize()', async () => {
      const db = new DataSource({ type: isPostgres ? 'postgres' : 'mysql', ...named, poolSize: 2 });
      const monitor = observe(db, () => db.destroy());
      expect(monitor.pools).toEqual([]);
      await db.initialize();
      const before = acquires(monitor)[0] ?? 0;
      await db.query('SELECT 1');
      expect(acquires(monitor)).toEqual([before + 1]);
      expect(openNames(monitor)).toEqual([name]);
      await db.destroy();
      expect(openNames(monitor)).toEqual([]);
      await db.initialize();
      await db.query('SELECT 1');
      expect(openNames(monitor)).toEqual([name]);
      expect(acquires(monitor)[0]).toBeGreaterThanOrEqual(1);
    });

    test('TypeORM with replication: each of the 1 + 2 pools has its own counts', async () => {
      const db = new DataSource({
        type: isPostgres ? 'postgres' : 'mysql',
        replication: { master: named, slaves: [named, named] },
      });
      await db.initialize();
      const monitor = observe(db, () => db.destroy());
      const writer = db.createQueryRunner('master');
      await writer.connect();
      const readers = Array.from({ length: 12 }, () => db.createQueryRunner('slave'));
      for (const reader of readers) await reader.query('SELECT 1').finally(() => reader.release());
      const [primary, ...replicas] = primaryFirst(monitor.pools).map((pool) => ({
        used: pool.sizes().used,
        granted: pool.observer.counters.granted,
      }));
      expect(primary).toEqual({ used: 1, granted: 1 });
      expect(replicas).toHaveLength(2);
      expect(replicas.reduce((sum, { granted }) => sum + granted, 0)).toBe(12);
      await writer.release();
    });

    test('Sequelize with replication: reads and writes are two pools', async () => {
      const replication = { write: named, read: [named, named] };
      const db = new Sequelize({
        dialect: isPostgres ? 'postgres' : 'mysql',
        logging: false,
        replication,
        pool: { max: 2 },
      });
      const monitor = observe(db, () => db.close());
      await db.query('SELECT 1', { type: QueryTypes.SELECT });
      await db.query('SELECT 1', { type: QueryTypes.SELECT });
      await (await db.transaction()).commit();
      expect(openNames(monitor)).toEqual([`${name} write`, `${name} read`]);
      expect(acquires(monitor)).toEqual([1, 2]);
    });

    test('Drizzle: the pool that it was given is observed', async () => {
      const ofPostgres = () => drizzlePostgres({ client: new pg.Pool(login) });
      const ofMysql = () => drizzleMysql({ client: mysql.createPool(login) });
      const db: { execute(sql: string): PromiseLike<unknown>; $client: { end(): unknown } } = isPostgres
        ? ofPostgres()
        : ofMysql();
      const monitor = observe(db, () => db.$client.end());
      await db.execute('SELECT 1');
      expect(acquires(monitor)).toEqual([1]);
      expect(openNames(monitor)).toEqual([name]);
    });

    test('Objection: the Knex of a model class is observed', async () => {
      const db = knex({ client: isPostgres ? 'pg' : 'mysql2', connection: login, pool: { min: 0, max: 2 } });
      const Bound = Item.bindKnex(db);
      const monitor = observe(Bound, () => db.destroy());
      await Bound.knex().raw('SELECT 1');
      expect(acquires(monitor)).toEqual([1]);
    });

    test('two owners of one pool share its counts, and the pool is left when both are done', async () => {
      const db = knex({ client: isPostgres ? 'pg' : 'mysql2', connection: login, pool: { min: 0, max: 2 } });
      const [first, second] = [observe(db, () => db.destroy()), instrument(Item.bindKnex(db))];
      await db.raw('SELECT 1');
      expect(first.pools[0]).toBe(second.pools[0]);
      expect(acquires(second)).toEqual([1]);
      second.uninstrument();
      await db.raw('SELECT 1');
      expect(acquires(first)).toEqual([2]);
    });

    testIf(isPostgres)('MikroORM with replicas: each has its pool, and reconnect() makes new ones', async () => {
      const orm = await MikroORM.init({
        ...{ ...place, dbName: database, user, entities: [], connect: false, discovery: { warnWhenNoEntities: false } },
        replicas: [{ name: 'one' }, { name: 'two' }],
        logger: () => {},
      });
      const monitor = observe(orm, () => orm.close(true));
      expect(monitor.pools).toEqual([]);
      await orm.connect();
      expect(openNames(monitor)).toHaveLength(3);
      await orm.em.getConnection('write').execute('SELECT 1');
      const before = monitor.pools;
      await orm.reconnect();
      expect(openNames(monitor)).toHaveLength(3);
      expect(monitor.pools.some((pool) => before.includes(pool))).toBe(false);
    });

    testIf(isPostgres)(
      'Prisma: the pool that its adapter is given is there at once, one of its own when it connects',
      async () => {
        const given = new pg.Pool(login);
        expect(observe(new PrismaPg(given), () => given.end()).pools.map(nameOf)).toEqual([name]);
        const factory = new PrismaPg(login);
        const monitor = observe(factory);
        expect(monitor.pools).toEqual([]);
        const adapter = await factory.connect();
        undo.push(() => adapter.dispose());
        await adapter.queryRaw({ sql: 'SELECT 1', args: [], argTypes: [] });
        expect(acquires(monitor)).toEqual([1]);
      },
    );
  });
}

class Item extends Model {
  static override tableName = 'item';
}

/** The cluster of MySQL has its replicas first. */
const primaryFirst = (pools: readonly MonitoredPool[]) => [...pools].sort((a, b) => b.sizes().used - a.sizes().used);

/** Knex takes the callback form of mysql2's pool. */
const corePool = (pool: object) => ('pool' in pool ? pool.pool : pool);
