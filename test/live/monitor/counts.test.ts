import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { instrument } from '../../../src/monitor/instrument.ts';
import type { MonitoredPool } from '../../../src/monitor/pool-monitor.ts';
import { RandomStream } from '../../../src/traffic/random.ts';
import { describeWith } from '../../helpers/live.ts';
import {
  mariadbLibraries,
  mysqlLibraries,
  postgresLibraries,
  type TestConnection,
  type TestPool,
  type TestPoolOptions,
} from '../../helpers/observed-pools.ts';
import type { Server } from '../../helpers/servers/facts.ts';

describeWith('postgres', (server) => counts(server, postgresLibraries));
describeWith('mariadb', (server) => counts(server, mariadbLibraries));
describeWith('mysql', (server) => counts(server, mysqlLibraries));

function counts(
  server: Server,
  libraries: Readonly<Record<string, (server: Server, options: TestPoolOptions) => TestPool>>,
) {
  describe.each(Object.entries(libraries))('%s', (library, open) => {
    async function withPool(options: TestPoolOptions, run: (pool: TestPool, seen: MonitoredPool) => Promise<void>) {
      const pool = open(server, options);
      const monitor = instrument(pool.target);
      const [seen] = monitor.pools;
      if (!seen) throw new Error('no pool was seen');
      await run(pool, seen); // a pool with connections out would not end
      await pool.end();
      monitor.uninstrument();
    }

    test('each acquire is counted once: those that wait, are destroyed, fail in SQL, or ask by pool.query', () =>
      withPool({ limit: 3 }, async (pool, seen) => {
        const { observer } = seen;
        const held = await Promise.all([pool.acquire(), pool.acquire(), pool.acquire()]);
        const waiting = [pool.acquire(), pool.acquire(), pool.query('SELECT 1')];
        await until(() => pool.own().pending === 3);
        expect(seen.sizes()).toMatchObject({ used: 3, idle: 0, pending: 3, limit: 3 });
        held[0]?.destroy();
        for (const connection of held.slice(1)) await connection.release();
        const [fourth, fifth] = (await Promise.all(waiting)) as TestConnection[];
        await expect(fourth?.query('SELEC 1')).rejects.toThrow();
        await expect(pool.query('SELEC 1')).rejects.toThrow();
        await fourth?.release();
        await fifth?.release();
        await until(() => observer.held.size === 0 && observer.waiting.size === 0);
        const { asked, granted, failed, returned, destroyed, queued, wait, use } = observer.counters;
        expect({ asked, granted, settled: returned + destroyed, failed }).toEqual({
          asked: 7,
          granted: 7,
          settled: 7,
          failed: { timeout: 0, refused: 0, closed: 0, connect: 0, aborted: 0, other: 0 },
        });
        // pg throws a connection away after any error of pool.query.
        expect(destroyed).toBe(library.startsWith('pg') ? 2 : 1);
        expect([wait.count, use.count]).toEqual([7, 7]);
        // The mariadb pool queues all that find no idle connection, and opens one beside.
        expect(queued.count).toBe(library.startsWith('mariadb') ? 6 : 3);
      }));

    test('after 10,000 operations the sums equal what the pool says of itself', () =>
      withPool({ limit: 4 }, async (pool, seen) => {
        const random = new RandomStream(7, 0);
        const { observer } = seen;
        let [done, out] = [0, 0];
        await Promise.all(
          Array.from({ length: 7 }, async () => {
            while (done < 10_000) {
              done += 1;
              const connection = await pool.acquire();
              out += 1;
              if (random.uniform() < 0.1) await new Promise(setImmediate);
              const own = pool.own();
              const sizes = seen.sizes();
              expect([sizes.idle, sizes.pending]).toEqual([own.idle, own.pending]);
              expect(sizes.used + (sizes.connecting ?? 0)).toBe(own.total - own.idle);
              expect(observer.held.size).toBe(out);
              out -= 1;
              if (random.uniform() < 0.003) connection.destroy();
              else await connection.release();
            }
          }),
        );
        await until(() => observer.held.size === 0);
        const { asked, granted, returned, destroyed } = observer.counters;
        expect([granted, returned + destroyed, observer.waiting.size]).toEqual([asked, asked, 0]);
      }));
  });
}

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1_000 && !isSo(); tries += 1) await sleep(5);
  expect(isSo()).toBe(true);
}
