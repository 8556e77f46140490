import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { PoolManager } from '../../src/pools/manager.ts';
import { FaultProxy } from '../helpers/fault-proxy.ts';
import { describeWith, testIf } from '../helpers/live.ts';
import {
  definitionOf,
  dialectOf,
  failureOf,
  Managers,
  poolEngines,
  record,
  sleepSql,
  until,
} from '../helpers/pools.ts';
import { admin, countSessions, open, ordinary, protocolOf, type Session, settled } from '../helpers/sessions.ts';

for (const engine of poolEngines) {
  describeWith(engine, (server) => {
    const protocol = protocolOf[engine];
    const sql = dialectOf(engine);
    const managers = new Managers();
    let watcher: Session;

    beforeAll(async () => {
      watcher = await open(protocol, admin(server));
    });
    afterAll(() => watcher.end());
    afterEach(async () => {
      await managers.closeAll();
      await settled(protocol, watcher, 0, server.user);
    });

    const definition = definitionOf(engine, ordinary(server), { max: 3 });
    const create = (...[options]: Parameters<Managers['create']>): PoolManager => {
      const pools = managers.create(options);
      pools.register('orders', definition);
      return pools;
    };
    const limitSql = {
      postgres: "SELECT setting::int AS ms FROM pg_settings WHERE name = 'statement_timeout'",
      mariadb: 'SELECT CAST(@@max_statement_time * 1000 AS SIGNED) AS ms',
      mysql: 'SELECT @@max_execution_time AS ms',
    }[engine];
    const sessionOf = async (pools: PoolManager, id = 'orders') => {
      const [row] = await pools.executeQuery<{ id: number }>(id, sql.session);
      return row?.id;
    };

    describe('lends', () => {
      test('rows of a statement with parameters, and how many rows another changed', async () => {
        const pools = create();
        expect(await pools.executeQuery('orders', `SELECT ${sql.parameter} AS n`, [7])).toEqual([{ n: 7 }]);
        await pools.withConnection('orders', async (_, lease) => {
          await lease.query('CREATE TEMPORARY TABLE t (n INT)');
          expect(await lease.query('INSERT INTO t VALUES (1), (2)')).toEqual({ rows: [], affectedRows: 2 });
        });
      });

      test('from one pool to 100 parallel first users, whose definition is read once', async () => {
        const pools = managers.create();
        let reads = 0;
        pools.register('orders', async () => {
          reads += 1;
          await sleep(20);
          return definition;
        });
        const created = record(pools, 'pool.created');
        const ids = await Promise.all(Array.from({ length: 100 }, () => sessionOf(pools)));
        expect([reads, created.length]).toEqual([1, 1]);
        expect(new Set(ids).size).toBeLessThanOrEqual(3);
        expect(await countSessions(protocol, watcher, server.user)).toBeLessThanOrEqual(3);
      });

      test('in the order of the requests, and never more than max', async () => {
        const pools = create();
        const order: number[] = [];
        let most = 0;
        await Promise.all(
          Array.from({ length: 12 }, (_, index) =>
            pools.withConnection('orders', async (_connection, lease) => {
              order.push(index);
              most = Math.max(most, pools.inspectEntries()[0]?.used ?? 0);
              await lease.query(sleepSql(engine, 0.01));
            }),
          ),
        );
        expect(order).toEqual([...order].sort((one, other) => one - other));
        expect(most).toBe(3);
      });

      test('nothing after the deadline, which covers the queue, and says why', async () => {
        const pools = create();
        const leases = await Promise.all([1, 2, 3].map(() => pools.acquire('orders')));
        const error = await failureOf(pools.acquire('orders', { timeoutMs: 50 }));
        expect(error).toMatchObject({
          name: 'AcquireTimeoutError',
          code: 'POOL_ACQUIRE_TIMEOUT',
          pool: { used: 3, limit: 3 },
        });
        expect(error.message).toMatch(/^No connection of "orders" within \d+ ms: all 3 are in use, 1 requests wait/);
        for (const lease of leases) lease.release();
        await pools.executeQuery('orders', 'SELECT 1');
      });

      test('nothing to who gave up, and the place in the queue to the next', async () => {
        const pools = create();
        const leases = await Promise.all([1, 2, 3].map(() => pools.acquire('orders')));
        const controller = new AbortController();
        const given = failureOf(pools.acquire('orders', { signal: controller.signal }));
        const next = sessionOf(pools);
        controller.abort();
        expect((await given).name).toBe('AbortError');
        leases[0]?.release();
        expect(await next).toBeGreaterThan(0);
        for (const lease of leases) lease.release();
        expect((await failureOf(pools.acquire('orders', { signal: controller.signal }))).name).toBe('AbortError');
      });

      test('no connection twice: a second release is nothing, and a lease ends with the first', async () => {
        const pools = create();
        const lease = await pools.acquire<{ query(text: string): Promise<unknown> }>('orders');
        const { connection } = lease;
        lease.release();
        const other = await pools.acquire('orders');
        lease.release();
        lease.discard();
        expect(pools.inspectEntries()).toMatchObject([{ used: 1, idle: 0 }]);
        expect(() => connection.query('SELECT 1')).toThrow(/given back already/);
        expect((await failureOf(lease.query('SELECT 1'))).code).toBe('POOL_LEASE_OVER');
        other.release();
      });

      test('a connection whose end() closes it alone', async () => {
        const pools = create();
        const first = await sessionOf(pools);
        await pools.withConnection('orders', (connection: { end(): Promise<void> }) => connection.end());
        await until(async () => (await countSessions(protocol, watcher, server.user)) === 0);
        expect(await sessionOf(pools)).not.toBe(first);
      });

      test('a connection with nothing left open in it: a transaction is rolled back', async () => {
        const pools = create();
        const first = await pools.withConnection('orders', async (_, lease) => {
          await lease.query(sql.begin);
          return (await lease.query<{ id: number }>(sql.session)).rows[0]?.id;
        });
        const inside = await pools.withConnection('orders', async (_, lease) => {
          const [row] = (await lease.query<{ id: number }>(sql.session)).rows;
          await lease.query(protocol === 'postgres' ? 'SAVEPOINT none' : 'SELECT 1').catch(() => {});
          return { id: row?.id, ...(pools.pools[0]?.observer.counters ?? {}) };
        });
        expect(inside.id).toBe(first);
        expect(inside.releasedInTransaction).toBe(1);
      });

      test('never a connection on which a statement still runs', async () => {
        const pools = create();
        const closed = record(pools, 'connection.closed');
        let slow: Promise<unknown> = Promise.resolve();
        await pools.withConnection('orders', async (connection: { query(text: string): Promise<unknown> }) => {
          slow = failureOf(connection.query(sleepSql(engine, 5)));
          await sleep(20);
        });
        await slow;
        expect(closed).toMatchObject([{ reason: 'busy' }]);
        await pools.executeQuery('orders', 'SELECT 1');
        await until(async () => (await sleepers()).length === 0);
      });

      test('nobody the statement that its signal gave up: it ends on the server', async () => {
        const pools = create();
        const controller = new AbortController();
        // MySQL and MariaDB would end none of these by themselves.
        const long = protocol === 'postgres' ? sleepSql(engine, 50) : 'DO SLEEP(50)';
        const given = failureOf(pools.query('orders', long, [], { signal: controller.signal }));
        await until(async () => (await sleepers()).length === 1);
        controller.abort();
        expect((await given).name).toBe('AbortError');
        await until(async () => (await sleepers()).length === 0);
      });

      testIf(protocol === 'mysql')('a statement that may be a stranger’s is left alone', async () => {
        const proxy = await FaultProxy.start(server.host, server.port);
        const pools = managers.create();
        pools.register('relayed', { ...definition, port: proxy.port });
        const controller = new AbortController();
        const given = failureOf(pools.query('relayed', 'DO SLEEP(50)', [], { signal: controller.signal }));
        await until(async () => (await sleepers()).length === 1);
        controller.abort();
        await given;
        // The one that asks whose thread it is has come and gone.
        await until(() => proxy.connections === 2);
        await until(async () => (await countSessions(protocol, watcher, server.user)) === 1);
        const [left] = await sleepers();
        await watcher.rows(sql.kill(Number(left?.['id'])));
        await proxy.close();
      });

      test('the same connection after an error of SQL', async () => {
        const pools = create();
        const before = await sessionOf(pools);
        await failureOf(pools.executeQuery('orders', 'SELECT nonsense'));
        expect(await sessionOf(pools)).toBe(before);
      });

      test('a connection whose statements the server ends after statementTimeoutMs', async () => {
        const pools = managers.create();
        pools.register('quick', { ...definition, statementTimeoutMs: 150 });
        const select = protocol === 'postgres' ? sleepSql(engine, 5) : 'SELECT SLEEP(5) FROM information_schema.tables';
        const outcome = await pools.executeQuery('quick', select).then(
          () => 'not ended',
          ({ code, errno }) => errno ?? code,
        );
        expect(outcome).toBe({ postgres: '57014', mariadb: 1969, mysql: 3024 }[engine]);
        expect(pools.inspectEntries()).toMatchObject([{ idle: 1 }]);
      });

      test('nothing that is switched off, unknown, or asked for too late', async () => {
        const pools = create({ lookup: async (id) => (id === 'found' ? definition : undefined) });
        pools.register('off', { ...definition, isActive: false });
        expect((await failureOf(pools.acquire('off'))).name).toBe('InactivePoolError');
        expect((await failureOf(pools.acquire('nowhere'))).name).toBe('UnknownPoolError');
        expect(await sessionOf(pools, 'found')).toBeGreaterThan(0);
        expect(pools.inspectEntries().map(({ id }) => id)).toEqual(['orders', 'off', 'found']);
        await pools.close();
        expect((await failureOf(pools.acquire('orders'))).name).toBe('PoolClosedError');
        expect(() => pools.register('more', definition)).toThrow(/closed/);
      });

      test("the monitor's counts: asked, granted, returned, waits", async () => {
        const pools = create();
        await Promise.all(Array.from({ length: 10 }, () => pools.executeQuery('orders', sleepSql(engine, 0.01))));
        const [pool] = pools.pools;
        const { counters } = pool?.observer ?? {};
        expect(pool).toMatchObject({ name: 'orders', library: 'poolctl' });
        expect(counters).toMatchObject({ asked: 10, granted: 10, returned: 10, connected: 3 });
        expect(counters?.wait.count).toBe(10);
        expect(pool?.sizes()).toEqual({ used: 0, idle: 3, connecting: 0, pending: 0, limit: 3 });
      });
    });

    describe('closes', () => {
      test('no pool in use: idleMs passes while a query runs', async () => {
        const pools = create({ idleMs: 100, sweepMs: 10 });
        const evicted = record(pools, 'pool.evicted');
        const query = pools.executeQuery('orders', sleepSql(engine, 0.5));
        await sleep(300);
        expect(evicted).toEqual([]);
        expect(await countSessions(protocol, watcher, server.user)).toBe(1);
        await query;
        await until(() => evicted.length === 1);
        expect(evicted).toMatchObject([{ id: 'orders', reason: 'idle', generation: 1 }]);
        await settled(protocol, watcher, 0, server.user);
        expect(pools.inspectEntries()).toMatchObject([{ state: 'registered', idle: 0 }]);
        await until(() => pools.pools.length === 0);
        expect(await sessionOf(pools)).toBeGreaterThan(0);
      });

      test('no pool in use for another one: with maxPools 1 the second waits', async () => {
        const pools = create({ maxPools: 1 });
        pools.register('other', definition);
        const lease = await pools.acquire('orders');
        const early = await failureOf(pools.acquire('other', { timeoutMs: 60 }));
        expect(early).toMatchObject({ name: 'PoolLimitError', maxPools: 1 });
        const second = sessionOf(pools, 'other');
        await sleep(20);
        expect(await countSessions(protocol, watcher, server.user)).toBe(1);
        await lease.query(sleepSql(engine, 0.01));
        lease.release();
        expect(await second).toBeGreaterThan(0);
        expect(pools.inspectEntries().map(({ state }) => state)).toEqual(['registered', 'open']);
        await settled(protocol, watcher, 1, server.user);
      });

      test('idle connections down to min, and old ones when they are idle', async () => {
        const pools = managers.create({ sweepMs: 10 });
        pools.register('kept', { ...definition, idleMs: 50, min: 1 });
        pools.register('old', { ...definition, lifetimeMs: 50 });
        const sleeps = Array.from({ length: 3 }, () => pools.executeQuery('kept', sleepSql(engine, 0.05)));
        const closed = record(pools, 'connection.closed');
        await Promise.all(sleeps);
        await until(() => closed.length === 2);
        await sleep(100);
        expect(closed).toMatchObject([{ reason: 'idle' }, { reason: 'idle' }]);
        await pools.executeQuery('old', 'SELECT 1');
        await until(() => closed.length === 3);
        expect(closed[2]).toMatchObject({ id: 'old', reason: 'lifetime' });
      });

      test('no transaction: invalidate() lets both of its statements commit', async () => {
        const pools = create();
        await pools.withConnection('orders', async (_, lease) => {
          await lease.query('CREATE TABLE both_commit (n INT)');
        });
        await pools.withConnection('orders', async (_, lease) => {
          await lease.query(sql.begin);
          await lease.query('INSERT INTO both_commit VALUES (1)');
          pools.invalidate('orders');
          expect(await sessionOf(pools)).toBeGreaterThan(0);
          await lease.query('INSERT INTO both_commit VALUES (2)');
          await lease.query('COMMIT');
        });
        expect(await pools.executeQuery('orders', 'SELECT n FROM both_commit ORDER BY n')).toEqual([
          { n: 1 },
          { n: 2 },
        ]);
        await pools.executeQuery('orders', 'DROP TABLE both_commit');
        await until(() => pools.inspectEntries()[0]?.draining.length === 0);
        expect(pools.inspectEntries()).toMatchObject([{ generation: 2 }]);
      });

      test('a pool that lost its definition, once its holders are done', async () => {
        const pools = create({ drainWarnMs: 30, drainErrorMs: 60, sweepMs: 10 });
        const draining = record(pools, 'pool.draining');
        const lease = await pools.acquire('orders');
        pools.unregister('orders');
        expect(pools.inspectEntries()).toEqual([]);
        expect((await failureOf(pools.acquire('orders'))).name).toBe('UnknownPoolError');
        await until(() => draining.length === 3);
        expect(draining.map(({ level, used }) => [level, used])).toEqual([
          ['info', 1],
          ['warn', 1],
          ['error', 1],
        ]);
        await lease.query('SELECT 1');
        lease.release();
        await settled(protocol, watcher, 0, server.user);
      });
    });

    describe('tells health as it is', () => {
      /** The seed's rule; where it says no, the seed threw the pool away. */
      const seedsRule = (pools: PoolManager) => {
        const [{ used = 0, idle = 0, limit = 3 } = {}] = pools.inspectEntries();
        return (protocol === 'mysql' || used + idle > 0) && used < limit;
      };

      test('a full pool is saturated, not unreachable, check after check', async () => {
        const pools = create({ healthMs: 20, stalledMs: 150, sweepMs: 10 });
        const changed = record(pools, 'health.changed');
        const leases = await Promise.all([1, 2, 3].map(() => pools.acquire('orders')));
        const waiting = pools.acquire('orders');
        await until(() => pools.inspectEntries()[0]?.health.isStalled === true);
        expect(changed.map(({ to }) => to)).toEqual(['yes']);
        const [entry] = pools.inspectEntries();
        expect(entry?.health).toMatchObject({ reachable: 'yes', saturatedBy: 'pool', circuit: 'closed' });
        expect(entry?.health.oldestWaitMs).toBeGreaterThan(140);
        // What others do in its place: count, or ask through the pool.
        expect(seedsRule(pools)).toBe(false);
        expect((await failureOf(pools.query('orders', 'SELECT 1', [], { timeoutMs: 40 }))).name).toBe(
          'AcquireTimeoutError',
        );
        for (const lease of leases) lease.release();
        (await waiting).release();
        expect(pools.inspectEntries()[0]?.health).toMatchObject({ isStalled: false, oldestWaitMs: 0 });
      });

      test('a pool that nobody has used is unknown, and nothing is opened to find out', async () => {
        const pools = create({ healthMs: 10 });
        await sleep(80);
        expect(pools.inspectEntries()).toMatchObject([{ state: 'registered', health: { reachable: 'unknown' } }]);
        expect(await countSessions(protocol, watcher, server.user)).toBe(0);
        if (protocol === 'postgres') expect(seedsRule(pools)).toBe(false);
      });

      test('a check asks an idle connection, which stays as long idle as it was', async () => {
        const pools = managers.create({ healthMs: 20, sweepMs: 10 });
        pools.register('orders', { ...definition, idleMs: 200 });
        await pools.executeQuery('orders', 'SELECT 1');
        await until(() => pools.inspectEntries()[0]?.idle === 0);
        await until(() => pools.inspectEntries()[0]?.health.reachable === 'unknown');
      });

      test('a leak is told once, with the borrower, and once more when it comes back', async () => {
        const pools = create({ leakMs: 40, sweepMs: 10 });
        const leaks = record(pools, 'leak');
        const lease = await pools.acquire('orders');
        await until(() => leaks.length > 0);
        await sleep(60);
        lease.release();
        expect(leaks).toMatchObject([{ returned: false }, { returned: true }]);
        expect(leaks[0]?.stack).toContain('pools.test.ts');
      });
    });

    test('a new definition counts for every request that begins after it, under load, within the budget', async () => {
      const pools = create({ budget: { perServer: 4 } });
      let isOver = false;
      let statementTimeoutMs = 60_000;
      const seen = new Set<number>();
      const stale: string[] = [];
      const worker = async () => {
        while (!isOver) {
          const before = statementTimeoutMs;
          const [row] = await pools.executeQuery<{ ms: number }>('orders', limitSql);
          const ms = Number(row?.ms);
          seen.add(ms);
          if (ms < before) stale.push(`${ms} after ${before}`);
        }
      };
      const workers = Array.from({ length: 6 }, worker);
      for (let turn = 0; turn < 5; turn++) {
        await until(() => seen.has(statementTimeoutMs));
        statementTimeoutMs += 1_000;
        pools.register('orders', { ...definition, statementTimeoutMs });
        expect(await countSessions(protocol, watcher, server.user)).toBeLessThanOrEqual(4);
      }
      await until(() => seen.size === 6);
      isOver = true;
      await Promise.all(workers);
      expect(stale).toEqual([]);
      await until(() => pools.inspectEntries()[0]?.draining.length === 0);
      expect(pools.inspectEntries()).toMatchObject([{ generation: 6 }]);
    });

    test('register() racing acquire() makes one pool of each definition', async () => {
      const pools = managers.create();
      const created = record(pools, 'pool.created');
      pools.register('orders', async () => {
        await sleep(10);
        return { ...definition, database: sql.otherDatabase };
      });
      const early = pools.executeQuery<{ name: string }>('orders', sql.database);
      pools.register('orders', definition);
      pools.register('orders', { ...definition });
      const late = pools.executeQuery<{ name: string }>('orders', sql.database);
      expect(await Promise.all([early, late])).toEqual([[{ name: server.database }], [{ name: server.database }]]);
      expect(created).toMatchObject([{ generation: 1 }]);
    });

    async function sleepers(): Promise<Record<string, unknown>[]> {
      return watcher.rows(
        protocol === 'postgres'
          ? `SELECT pid AS id FROM pg_stat_activity WHERE usename = '${server.user}' AND state = 'active'`
          : `SELECT ID AS id FROM information_schema.PROCESSLIST WHERE USER = '${server.user}' AND COMMAND = 'Query'`,
      );
    }
  });
}
