import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LoadDriver, LoadPool, LoadPoolSettings } from '../../src/drivers/driver.ts';
import { describeWith } from '../helpers/live.ts';
import {
  acquire,
  acquireAll,
  driverOf,
  failureOf,
  loadEngines,
  loadTarget,
  never,
  runOn,
  settings,
  sleepFor,
  sumOf,
} from '../helpers/load-driver.ts';
import { admin, open, protocolOf, type Session, settled } from '../helpers/sessions.ts';

for (const engine of loadEngines) {
  describeWith(engine, (server) => {
    const protocol = protocolOf[engine];
    let watcher: Session;
    let driver: LoadDriver;
    let pool: LoadPool;
    const uncaught: unknown[] = [];
    const note = (error: unknown) => void uncaught.push(error);

    beforeAll(async () => {
      process.on('uncaughtException', note);
      watcher = await open(protocol, admin(server));
      driver = await driverOf(engine, server);
    });
    afterAll(async () => {
      process.off('uncaughtException', note);
      await watcher.end();
    });
    beforeEach(() => createPool());
    afterEach(async () => {
      await pool.end(0);
      await settled(protocol, watcher, 0, server.user);
      expect(uncaught).toEqual([]);
    });

    function createPool(wishes: Partial<LoadPoolSettings> = {}): void {
      pool = driver.createPool(loadTarget(protocol, server), { ...settings, ...wishes });
    }

    test('names the driver and its version', () => {
      expect(driver.name).toMatch(protocol === 'postgres' ? /^pg \d+\.\d+\.\d+$/ : /^mysql2 \d+\.\d+\.\d+$/);
    });

    test('opens nothing by itself, and as many connections as it may on demand', async () => {
      createPool({ connectionLimit: 13 });
      expect([pool.connections, pool.processIds]).toEqual([0, []]);
      const times = await pool.openAll(never);
      expect(times).toHaveLength(13);
      expect(new Set(pool.processIds).size).toBe(13);
      expect(pool.connections).toBe(13);
      await settled(protocol, watcher, 13, server.user);
      for (const one of times) {
        expect(one.tcpMs).toBeGreaterThan(0);
        expect(one.loginMs).toBeGreaterThan(0);
        expect(one.setupMs).toBeGreaterThan(0);
        expect(one).not.toHaveProperty('tlsMs');
        expect(sumOf(one)).toBeCloseTo(one.totalMs, 6);
      }
    });

    test('opens at most ten connections every 100 ms', async () => {
      createPool({ connectionLimit: 21 });
      const begun = performance.now();
      await pool.openAll(never);
      expect(performance.now() - begun).toBeGreaterThan(195);
    });

    test('tells only the request that a connection was opened for how long that took', async () => {
      const first = await acquire(pool);
      expect(first.openedMs).toBeGreaterThan(0);
      first.connection.release();
      const second = await acquire(pool);
      expect(second.openedMs).toBeUndefined();
      expect(second.connection.processId).toBe(first.connection.processId);
      second.connection.release();
    });

    test('has every request served at last, in turns, when nothing bounds the wait', async () => {
      await pool.openAll(never);
      const done = Array.from({ length: 20 }, async () => {
        const { connection } = await acquire(pool);
        await runOn(connection, sleepFor[protocol](0.01));
        connection.release();
      });
      expect(pool.waiting).toBe(20);
      await Promise.all(done);
      expect([pool.waiting, pool.connections]).toEqual([0, 3]);
    });

    test.each([0, 1, 4])('lets %i wait, and refuses the next one', async (queueLimit) => {
      createPool({ queueLimit });
      await pool.openAll(never);
      const held = await acquireAll(pool, 3);
      const waiting = Array.from({ length: queueLimit }, () => acquire(pool));
      expect(await failureOf(driver, acquire(pool))).toEqual({ kind: 'queue-full', label: expect.any(String) });
      expect(pool.waiting).toBe(queueLimit);
      for (const { connection } of held) connection.release();
      await Promise.all(waiting.map((one) => one.then(({ connection }) => connection.release())));
      for (const { connection } of await acquireAll(pool, 3)) connection.release();
    });

    test('refuses nobody whom a cold pool still has a connection for', async () => {
      createPool({ queueLimit: 0 });
      const all = await acquireAll(pool, 3);
      expect(new Set(all.map(({ connection }) => connection.processId)).size).toBe(3);
      for (const { connection } of all) connection.release();
      // All at once, when they are idle.
      for (const { connection } of await acquireAll(pool, 3)) connection.release();
    });

    test('gives up waiting after the acquire timeout, and not before', async () => {
      createPool({ acquireTimeoutMs: 300 });
      await pool.openAll(never);
      const held = await acquireAll(pool, 3);
      const begun = performance.now();
      const { kind } = await failureOf(driver, acquire(pool));
      const tookMs = performance.now() - begun;
      expect(kind).toBe('acquire-timeout');
      expect(tookMs).toBeGreaterThan(298);
      expect(tookMs).toBeLessThan(3_000);
      for (const { connection } of held) connection.release();
    });

    test('lets others wait in the place of those who gave up', async () => {
      createPool({ acquireTimeoutMs: 100, queueLimit: 2 });
      await pool.openAll(never);
      const held = await acquireAll(pool, 3);
      for (let turn = 0; turn < 2; turn++) {
        const gaveUp = await Promise.all([failureOf(driver, acquire(pool)), failureOf(driver, acquire(pool))]);
        expect(gaveUp.map(({ kind }) => kind)).toEqual(['acquire-timeout', 'acquire-timeout']);
      }
      for (const { connection } of held) connection.release();
    });

    test('loses no connection to any mix of timeouts and refusals', async () => {
      createPool({ acquireTimeoutMs: 40, queueLimit: 5 });
      await pool.openAll(never);
      const ids = [...pool.processIds].sort();
      const outcomes = await Promise.all(
        Array.from({ length: 120 }, async (_, number) => {
          await sleep(number * 2);
          try {
            const { connection } = await acquire(pool);
            await sleep(10 + (number % 7) * 10);
            connection.release();
            return 'served';
          } catch (error) {
            return driver.classify(error as Error).kind;
          }
        }),
      );
      expect(new Set(outcomes)).toEqual(new Set(['served', 'acquire-timeout', 'queue-full']));
      // What mysql2 still has in its queue is served, and given back, when connections are free.
      await sleep(100);
      const all = await acquireAll(pool, 3);
      expect(all.map(({ connection }) => connection.processId).sort()).toEqual(ids);
      expect([pool.waiting, pool.connections]).toEqual([0, 3]);
      for (const { connection } of all) connection.release();
    });

    test('opens another connection for one that is given back broken', async () => {
      await pool.openAll(never);
      const { connection } = await acquire(pool);
      connection.release(true);
      const all = await acquireAll(pool, 3);
      expect(all.map((lent) => lent.connection.processId)).not.toContain(connection.processId);
      expect(all.filter(({ openedMs }) => openedMs !== undefined)).toHaveLength(1);
      for (const lent of all) lent.connection.release();
      await settled(protocol, watcher, 3, server.user);
    });

    test('takes a connection back only once', async () => {
      const [first, second] = await acquireAll(pool, 2);
      first?.connection.release();
      first?.connection.release();
      second?.connection.release();
      const all = await acquireAll(pool, 3);
      expect(new Set(all.map(({ connection }) => connection.processId)).size).toBe(3);
      for (const { connection } of all) connection.release();
    });

    describe('when its sessions are killed', () => {
      const kill = async (ids: readonly number[]) => {
        for (const id of ids) {
          await watcher.rows(protocol === 'postgres' ? `SELECT pg_terminate_backend(${id})` : `KILL ${id}`);
        }
      };

      test('idle ones are replaced on demand', async () => {
        await pool.openAll(never);
        const before = pool.processIds;
        await kill(before);
        await vi.waitFor(() => expect(pool.connections).toBe(0), { timeout: 10_000 });
        const all = await acquireAll(pool, 3);
        for (const { connection } of all) {
          expect(before).not.toContain(connection.processId);
          await runOn(connection, 'SELECT 1');
          connection.release();
        }
      });

      test('what runs fails as a lost connection, who waits gets another one', async () => {
        await pool.openAll(never);
        const held = await acquireAll(pool, 3);
        const running = held.map(({ connection }) =>
          failureOf(driver, runOn(connection, sleepFor[protocol](15), { isSleep: true })),
        );
        const waiting = acquireAll(pool, 3);
        await sleep(100);
        await kill(pool.processIds);
        expect((await Promise.all(running)).map(({ kind }) => kind)).toEqual(Array(3).fill('connection-lost'));
        for (const { connection } of held) connection.release(true);
        for (const { connection } of await waiting) {
          await runOn(connection, 'SELECT 1');
          connection.release();
        }
      });
    });

    describe('at its end', () => {
      test('refuses who waits and who comes later, and leaves no session', async () => {
        await pool.openAll(never);
        const held = await acquireAll(pool, 3);
        const waiting = failureOf(driver, acquire(pool));
        const ending = pool.end(5_000);
        expect((await waiting).label).toBe('POOL_CLOSED');
        expect((await failureOf(driver, acquire(pool))).label).toBe('POOL_CLOSED');
        for (const { connection } of held) {
          await runOn(connection, 'SELECT 1'); // Those who have one may go on to their end.
          connection.release();
        }
        const begun = performance.now();
        await ending;
        expect(performance.now() - begun).toBeLessThan(4_000);
        expect([pool.connections, pool.processIds]).toEqual([0, []]);
        await settled(protocol, watcher, 0, server.user);
      });

      test('waits no longer than the grace for what still runs', async () => {
        const { connection } = await acquire(pool);
        const running = failureOf(driver, runOn(connection, sleepFor[protocol](3)));
        const begun = performance.now();
        await pool.end(200);
        expect(performance.now() - begun).toBeGreaterThan(195);
        expect(performance.now() - begun).toBeLessThan(2_500);
        expect((await running).kind).toBe('connection-lost');
        expect(pool.connections).toBe(0);
      });

      test('is not held up by connections that are still opening', async () => {
        const opening = pool.openAll(never).catch((error: Error) => driver.classify(error).kind);
        await pool.end(100);
        await opening;
        expect(pool.connections).toBe(0);
      });
    });
  });
}
