import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { instrument } from '../../src/entries/monitor.ts';
import { describeWith, testIf } from '../helpers/live.ts';
import { type LibraryPool, monitoredLibraries } from '../helpers/monitored-libraries.ts';
import { admin, countSessions, type Login, open, ordinary, protocolOf, type Session } from '../helpers/sessions.ts';

const wishes = { max: 3, acquireTimeoutMs: 400 };

for (const engine of ['postgres', 'mariadb'] as const) {
  describeWith(engine, (server) => {
    const protocol = protocolOf[engine];
    const login: Login = { ...ordinary(server), host: '127.0.0.1' };
    const opened: LibraryPool[] = [];
    let watcher: Session;
    beforeAll(async () => {
      watcher = await open(protocol, admin(server));
    });
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((pool) => pool.end().catch(() => {})));
    });
    afterAll(() => watcher.end());

    describe.each(Object.entries(monitoredLibraries))('%s', (_name, library) => {
      const openPool = async (place: Login = login) => {
        const pool = await library.open(protocol, place, wishes);
        opened.push(pool);
        return pool;
      };
      const observed = async (pool: LibraryPool) => {
        const monitor = instrument(pool.owner);
        // Prisma's pool is there once it is asked for.
        if (monitor.pools.length === 0) await pool.query('SELECT 1');
        const [found] = monitor.pools;
        if (!found) throw new Error('no pool was found');
        const { counters } = found.observer;
        const { used, idle = 0 } = found.sizes();
        return { monitor, found, counters, openBefore: used + idle - counters.connected };
      };

      test('its counts are those of the application and the server, with more requests than connections', async () => {
        const pool = await openPool();
        const { monitor, found, counters, openBefore } = await observed(pool);
        expect(found.library).toBe(library.poolOf[protocol]);
        const asked = counters.asked;

        const held = await Promise.all(Array.from({ length: 3 }, () => pool.acquire()));
        const queued = Array.from({ length: 4 }, () => pool.acquire().then((release) => release()));
        await vi.waitFor(() => expect(found.sizes().pending).toBe(4));
        expect(found.sizes()).toMatchObject({ used: 3, idle: 0, pending: 4, limit: 3 });
        // mariadb's pool does not show it.
        expect(found.sizes().connecting ?? 0).toBe(0);
        expect(await countSessions(protocol, watcher, server.user)).toBe(3);
        expect([found.observer.held.size, found.observer.waiting.size]).toEqual([3, 4]);

        await sleep(30);
        await Promise.all(held.map((release) => release()));
        await Promise.all(queued);
        await Promise.allSettled(Array.from({ length: 5 }, () => pool.query('no sql at all')));
        const { used, idle, pending } = found.sizes();
        expect([used, pending]).toEqual([0, 0]);
        await vi.waitFor(async () => {
          expect(await countSessions(protocol, watcher, server.user)).toBe(found.sizes().idle);
          expect(openBefore + counters.connected - counters.closed).toBe(found.sizes().idle);
        });
        expect(idle).toBeLessThanOrEqual(3);
        expect(counters.asked - asked).toBe(12);
        expect(counters.granted).toBe(counters.asked);
        expect(counters.returned + counters.destroyed).toBe(counters.asked);
        expect(counters.use.count).toBe(counters.asked);
        expect(counters.queued.count).toBeGreaterThanOrEqual(4);
        expect(counters.queued.maxMs).toBeGreaterThanOrEqual(25);
        monitor.uninstrument();
      });

      testIf(library.waitsForever !== protocol)(
        'a request that waits in vain fails as without poolctl, and is one timeout',
        async () => {
          const told = async (pool: LibraryPool) => {
            const held = await Promise.all(Array.from({ length: 3 }, () => pool.acquire()));
            const failures = await Promise.allSettled([pool.query('SELECT 1'), pool.query('SELECT 1')]);
            await Promise.all(held.map((release) => release()));
            return failures.map((failure) => (failure.status === 'rejected' ? shapeOf(failure.reason) : 'served'));
          };
          const plain = await told(await openPool());
          const pool = await openPool();
          const { found, counters } = await observed(pool);
          expect(await told(pool)).toEqual(plain);
          expect(counters.failed).toEqual({ timeout: 2, refused: 0, closed: 0, connect: 0, aborted: 0, other: 0 });
          expect(found.sizes()).toMatchObject({ used: 0, pending: 0 });
          await pool.query('SELECT 1');
        },
      );

      testIf(!library.connectsFirst)(
        'a server that is not there fails a request as without poolctl, and is counted',
        async () => {
          const nowhere = { ...login, port: 1 };
          const told = (pool: LibraryPool) => pool.query('SELECT 1').then(() => 'served', shapeOf);
          const plain = await told(await openPool(nowhere));
          const pool = await openPool(nowhere);
          const monitor = instrument(pool.owner);
          // A pool of Prisma is there after the first query.
          if (monitor.pools.length === 0) await told(pool);
          const [found] = monitor.pools;
          const before = { ...found?.observer.counters.failed };
          expect(await told(pool)).toEqual(plain);
          const failed = Object.entries({ ...found?.observer.counters.failed }).filter(
            ([kind, count]) => count !== Reflect.get(before, kind),
          );
          expect(failed.map(([kind]) => kind)).toEqual([
            library.retriesConnect?.includes(protocol) ? 'timeout' : 'connect',
          ]);
          expect(found?.observer.counters.connectFailed).toBeGreaterThanOrEqual(1);
          expect(found?.sizes()).toMatchObject({ used: 0, pending: 0 });
          monitor.uninstrument();
        },
      );

      test('after uninstrument() nothing is counted, and the pool is as it was', async () => {
        const pool = await openPool();
        const { monitor, counters } = await observed(pool);
        const release = await pool.acquire();
        monitor.uninstrument();
        await release();
        const { asked } = counters;
        await pool.query('SELECT 1');
        expect(counters.asked).toBe(asked);
        const again = instrument(pool.owner);
        expect(again.pools.every(({ observer }) => observer.counters.asked === 0)).toBe(true);
        again.uninstrument();
      });
    });
  });
}

/** What a caller can tell of an error. */
const shapeOf = (error: unknown) =>
  error instanceof Error
    ? { class: error.constructor.name, name: error.name, message: error.message.replace(/\d+ms/, 'its time') }
    : error;
