import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { PoolManager } from '../../src/pools/manager.ts';
import { FaultProxy } from '../helpers/fault-proxy.ts';
import { describeWith } from '../helpers/live.ts';
import { definitionOf, dialectOf, failureOf, fixed, Managers, record, sleepSql, until } from '../helpers/pools.ts';
import type { OwnServer } from '../helpers/servers/own-server.ts';
import { startOwn } from '../helpers/servers/own-server.ts';
import { admin, open, ordinary, protocolOf, run, type Session } from '../helpers/sessions.ts';

/** Seconds become tenths. */
const hasty = {
  acquireTimeoutMs: 3_000,
  sweepMs: 20,
  healthMs: 60,
  healthTimeoutMs: 250,
  validateAfterMs: 0,
  validationTimeoutMs: 150,
  circuitBaseMs: 100,
  circuitCapMs: 200,
};

for (const engine of ['postgres', 'mariadb'] as const) {
  describeWith(engine, (shared) => {
    const protocol = protocolOf[engine];
    const sql = dialectOf(engine);
    const managers = new Managers();
    const uncaught: unknown[] = [];
    const note = (error: unknown) => void uncaught.push(error);
    let server: OwnServer;
    let watcher: Session;
    let proxy: FaultProxy;

    beforeAll(async () => {
      process.on('uncaughtException', note);
      process.on('unhandledRejection', note);
      server = await startOwn(engine);
      proxy = await FaultProxy.start(server.host, server.port);
      watcher = await open(protocol, admin(server));
    });
    afterAll(async () => {
      await watcher?.end();
      await proxy?.close();
      await server?.stop();
      process.off('uncaughtException', note);
      process.off('unhandledRejection', note);
    });
    afterEach(async () => {
      proxy.switchTo('pass');
      await managers.closeAll();
      expect(uncaught).toEqual([]);
    });

    const throughProxy = (wishes: Parameters<typeof definitionOf>[2] = {}) =>
      definitionOf(engine, { ...ordinary(server), port: proxy.port }, { max: 3, connectTimeoutMs: 400, ...wishes });

    /** A pool behind the proxy, with all its connections open. */
    async function warm(options: Parameters<Managers['create']>[0] = hasty): Promise<PoolManager> {
      const pools = managers.create(options);
      pools.register('far', throughProxy());
      await Promise.all([1, 2, 3].map(() => pools.executeQuery('far', sleepSql(engine, 0.05))));
      return pools;
    }

    const statesOf = (pools: PoolManager) => pools.inspectEntries().map(({ id, health }) => [id, health.reachable]);
    const recovers = (pools: PoolManager, id = 'far') =>
      until(
        () =>
          pools.executeQuery(id, 'SELECT 1').then(
            () => true,
            () => false,
          ),
        15_000,
      );

    describe('a health check that gets no answer', () => {
      const faults = {
        'in a black hole': { begin: () => proxy.switchTo('hole'), end: () => proxy.switchTo('pass') },
        'from a server that stands still': {
          begin: () => server.signal('SIGSTOP'),
          end: () => server.signal('SIGCONT'),
        },
      };
      for (const [name, { begin, end }] of Object.entries(faults)) {
        test(`${name} ends, makes its pool unreachable, and keeps no other waiting`, async () => {
          const pools = await warm({ ...hasty, validateAfterMs: 5_000 });
          pools.register('near', definitionOf(engine, ordinary(shared), { max: 2 }));
          const closed = record(pools, 'connection.closed');
          await pools.executeQuery('near', 'SELECT 1');
          begin();
          try {
            await until(() => closed.filter(({ id }) => id === 'far').length === 3);
            expect(closed.map(({ id, reason }) => [id, reason])).toEqual(Array(3).fill(['far', 'health']));
            expect(statesOf(pools)).toEqual([
              ['far', 'no'],
              ['near', 'yes'],
            ]);
            await pools.executeQuery('near', 'SELECT 1');
          } finally {
            end();
          }
          await recovers(pools);
          expect(statesOf(pools)).toEqual([
            ['far', 'yes'],
            ['near', 'yes'],
          ]);
        });
      }
    });

    test('idle connections that a silent network dropped are found out before they are lent', async () => {
      const pools = await warm({ ...hasty, healthMs: 60_000 });
      const closed = record(pools, 'connection.closed');
      proxy.switchTo('hole');
      const failed = await failureOf(pools.acquire('far'));
      expect(failed).toMatchObject({ name: 'ConnectFailedError', kind: 'network' });
      expect(failed.message).toBe('No connection of "far" could be opened: its server cannot be reached (ETIMEDOUT).');
      expect(closed.map(({ reason }) => reason)).toEqual(['validation', 'validation', 'validation']);
      proxy.switchTo('pass');
      await recovers(pools);
    });

    test('a statement in a black hole ends with its signal, and its connection is closed', async () => {
      const pools = await warm({ ...hasty, healthMs: 60_000 });
      const lease = await pools.acquire('far');
      proxy.switchTo('hole');
      const controller = new AbortController();
      const failed = failureOf(lease.query('SELECT 1', [], controller.signal));
      await sleep(20);
      controller.abort();
      expect((await failed).name).toBe('AbortError');
      expect(pools.inspectEntries()).toMatchObject([{ used: 0 }]);
      expect((await failureOf(lease.query('SELECT 1'))).code).toBe('POOL_LEASE_OVER');
    });

    test('a login that stops halfway fails within connectTimeoutMs', async () => {
      const pools = managers.create(hasty);
      pools.register('far', throughProxy());
      proxy.switchTo({ holeAfterBytes: 20 });
      expect(await failureOf(pools.acquire('far'))).toMatchObject({ name: 'ConnectFailedError', kind: 'network' });
    });

    test('a slow network only takes longer', async () => {
      const pools = managers.create({ ...hasty, slowAcquireMs: 60 });
      pools.register('far', throughProxy({ connectTimeoutMs: 5_000 }));
      const slow = record(pools, 'acquire.slow');
      proxy.switchTo({ delayMs: 30 });
      await pools.executeQuery('far', 'SELECT 1');
      expect(slow).toHaveLength(1);
    });

    test('the server ends sessions that are idle and in use: the next requests are served', async () => {
      const pools = await warm({ ...hasty, validateAfterMs: 5_000, healthMs: 60_000 });
      const closed = record(pools, 'connection.closed');
      await endAll();
      await until(() => closed.length === 3);
      await pools.executeQuery('far', 'SELECT 1');
      const inUse = failureOf(pools.executeQuery('far', sleepSql(engine, 5)));
      const lease = await pools.acquire('far');
      await sleep(50);
      await endAll();
      await inUse;
      await failureOf(lease.query('SELECT 1'));
      lease.release();
      await pools.executeQuery('far', 'SELECT 1');
      expect(new Set(closed.map(({ reason }) => reason))).toEqual(new Set(['lost']));
    });

    for (const fault of ['reset', 'half-close'] as const) {
      test(`${fault} of idle connections is noticed, and the next request opens another`, async () => {
        const pools = await warm({ ...hasty, validateAfterMs: 5_000 });
        const closed = record(pools, 'connection.closed');
        proxy.switchTo(fault);
        await until(() => closed.length === 3);
        expect(closed.map(({ reason }) => reason)).toEqual(['lost', 'lost', 'lost']);
        proxy.switchTo('pass');
        await pools.executeQuery('far', 'SELECT 1');
      });
    }

    test('a dead server is asked as often as the circuit allows, however many ask', async () => {
      const pools = managers.create({ ...hasty, circuitFailures: 3 });
      pools.register('far', throughProxy());
      const circuit = record(pools, 'circuit.changed');
      const recovered = record(pools, 'pool.recovered');
      const failures = new Map<string, number>();
      let isOver = false;
      proxy.switchTo('reset');
      const before = proxy.connections;
      const workers = Array.from({ length: 20 }, async () => {
        while (!isOver) {
          const { name } = await failureOf(pools.acquire('far')).catch(() => ({ name: 'none' }));
          failures.set(name, (failures.get(name) ?? 0) + 1);
          await sleep(1);
        }
      });
      await sleep(1_000);
      isOver = true;
      await Promise.all(workers);
      const trials = circuit.filter(({ to }) => to === 'half-open').length;
      expect(trials).toBeGreaterThan(2);
      // At first as many as fail before it opens, and those that were under way.
      expect(proxy.connections - before).toBeLessThanOrEqual(3 + 3 + trials);
      expect(failures.get('CircuitOpenError')).toBeGreaterThan(20 * trials);
      expect(pools.inspectEntries()).toMatchObject([{ state: 'degraded', health: { reachable: 'no' } }]);
      proxy.switchTo('pass');
      await recovers(pools);
      expect(recovered).toHaveLength(1);
      expect(pools.inspectEntries()).toMatchObject([{ state: 'open', health: { circuit: 'closed' } }]);
    });

    test('where nothing listens, requests fail with the reason and then fast', async () => {
      const pools = managers.create({ ...hasty, circuitFailures: 2, circuitBaseMs: 60_000, circuitCapMs: 60_000 });
      pools.register('far', throughProxy());
      await proxy.refuse(async () => {
        const first = await failureOf(pools.acquire('far'));
        expect(first).toMatchObject({ name: 'ConnectFailedError', kind: 'network' });
        expect(first.message).toContain('(ECONNREFUSED)');
        await failureOf(pools.acquire('far'));
        const fast = await failureOf(pools.acquire('far'));
        expect(fast).toMatchObject({ name: 'CircuitOpenError', cause: { kind: 'network' } });
        expect(Number((fast as { retryAfterMs?: number }).retryAfterMs)).toBeGreaterThan(0);
      });
      pools.register('far', throughProxy({ applicationName: 'changed' }));
      await pools.executeQuery('far', 'SELECT 1');
    });

    test('a request that waits when the manager closes is answered at once, and close() ends in time', async () => {
      const pools = await warm();
      const leases = await Promise.all([1, 2, 3].map(() => pools.acquire('far')));
      const waiting = failureOf(pools.acquire('far'));
      proxy.switchTo('hole');
      leases[0]?.query('SELECT 1').catch(() => {});
      const closing = pools.close({ graceMs: 300 });
      expect(pools.close()).toBe(closing);
      expect((await waiting).name).toBe('PoolClosedError');
      expect(pools.inspectEntries()).toMatchObject([{ state: 'closed', draining: [{ used: 3 }] }]);
      await closing;
      expect(pools.inspectEntries()).toMatchObject([{ draining: [] }]);
      expect((await failureOf(pools.acquire('far'))).name).toBe('PoolClosedError');
    });

    test('a full server is waited for: its circuit stays closed, and what there is serves all', async () => {
      const limited = { ...ordinary(server) };
      const limit = (count: number) =>
        protocol === 'postgres'
          ? `ALTER ROLE ${server.user} CONNECTION LIMIT ${count}`
          : `ALTER USER '${server.user}'@'%' WITH MAX_USER_CONNECTIONS ${count}`;
      await endAll(); // Those that ended in the black hole still count.
      await run(protocol, admin(server), limit(2));
      const pools = managers.create(hasty);
      pools.register('full', definitionOf(engine, limited, { max: 5 }));
      const failures = record(pools, 'connection.failed');
      const circuit = record(pools, 'circuit.changed');
      await pools.executeQuery('full', 'SELECT 1');
      const served = settle(Array.from({ length: 10 }, () => pools.executeQuery('full', sleepSql(engine, 0.05))));
      try {
        await until(() => failures.length > 0);
        expect(pools.inspectEntries()).toMatchObject([{ health: { saturatedBy: 'server' } }]);
        expect(await served).toEqual([]);
      } finally {
        await run(protocol, admin(server), limit(protocol === 'postgres' ? -1 : 0));
      }
      expect(failures.every(({ failure }) => failure === 'full')).toBe(true);
      expect(circuit).toEqual([]);
    });

    test('a refused password is read once more, and the circuit opens when it is refused again', async () => {
      const secret = { asked: 0, again: 0 };
      const pools = managers.create({ ...hasty, circuitBaseMs: 60_000, circuitCapMs: 60_000 });
      const refused = { ...ordinary(server), password: 'wrong' };
      pools.register('account', {
        ...definitionOf(engine, refused, { max: 3 }),
        secret: {
          current: async () => `wrong ${++secret.asked}`,
          instead: async () => `wrong again ${++secret.again}`,
        },
      });
      expect(await failureOf(pools.acquire('account'))).toMatchObject({ name: 'ConnectFailedError', kind: 'auth' });
      expect(await failureOf(pools.acquire('account'))).toMatchObject({ name: 'CircuitOpenError' });
      expect(secret).toEqual({ asked: 1, again: 1 });
      pools.register('account', {
        ...definitionOf(engine, refused, { max: 3 }),
        secret: { current: async () => 'old', instead: async () => server.password },
      });
      await pools.executeQuery('account', 'SELECT 1');
      // The second login counts, and not the first that was refused.
      expect(pools.inspectEntries()).toMatchObject([{ id: 'account', used: 0, idle: 1 }]);
    });

    test('a database that does not exist is not asked for again before the definition changes', async () => {
      const pools = managers.create(hasty);
      pools.register('orders', { ...throughProxy(), database: 'nowhere' });
      expect(await failureOf(pools.acquire('orders'))).toMatchObject({ name: 'ConnectFailedError', kind: 'database' });
      const before = proxy.connections;
      await sleep(300);
      const error = await failureOf(pools.acquire('orders'));
      expect(error.message).toContain('nothing is tried before its definition changes');
      expect(proxy.connections).toBe(before);
      pools.register('orders', throughProxy({ secret: fixed(server.password) }));
      await pools.executeQuery('orders', 'SELECT 1');
    });

    for (const how of ['stop', 'kill'] as const) {
      test(`the server is restarted (${how}) under load: requests fail and the process lives, then all is served`, async () => {
        const pools = await warm();
        let isOver = false;
        let failed = 0;
        const workers = Array.from({ length: 6 }, async () => {
          while (!isOver) {
            await pools.executeQuery('far', sleepSql(engine, 0.01)).catch(() => {
              failed += 1;
              return sleep(5);
            });
          }
        });
        await sleep(100);
        await server.restart(how);
        await until(() => failed > 0);
        await recovers(pools);
        const before = failed;
        await sleep(100);
        isOver = true;
        await Promise.all(workers);
        expect(failed).toBe(before);
      });
    }

    /** Errors of those that failed. */
    async function settle(work: Promise<unknown>[]): Promise<unknown[]> {
      const results = await Promise.allSettled(work);
      return results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    }

    async function endAll(): Promise<void> {
      const list =
        protocol === 'postgres'
          ? `SELECT pid AS id FROM pg_stat_activity WHERE usename = '${server.user}'`
          : `SELECT ID AS id FROM information_schema.PROCESSLIST WHERE USER = '${server.user}'`;
      for (const { id } of await watcher.rows(list)) await watcher.rows(sql.kill(Number(id))).catch(() => {});
    }
  });
}
