import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import * as mariadb from 'mariadb';
import mysql2 from 'mysql2';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { behaviourOf } from '../../src/profiles/behaviour-of.ts';
import { saidBehaviour, seenBehaviour } from '../helpers/driver-behaviour.ts';
import type { DriverCase } from '../helpers/driver-cases/case.ts';
import { driverCases } from '../helpers/driver-cases/index.ts';
import { mysqlPlace } from '../helpers/driver-cases/mysql2.ts';
import { type Ground, groundFor, withPool } from '../helpers/driver-ground.ts';
import { FaultProxy } from '../helpers/fault-proxy.ts';
import { describeWith } from '../helpers/live.ts';
import { admin, type Login, open, ordinary, type Session } from '../helpers/sessions.ts';

for (const engine of ['mariadb', 'mysql'] as const) {
  describeWith(engine, (server) => {
    let watcher: Session;
    beforeAll(async () => {
      watcher = await open('mysql', admin(server));
    });
    afterAll(() => watcher.end());

    const cases = driverCases.filter((each) => each.engine === engine);
    const named = (driver: string) => cases.filter((each) => each.driver === driver);

    async function onGround(driverCase: DriverCase, work: (ground: Ground) => Promise<void>): Promise<void> {
      const ground = await groundFor(driverCase, server, watcher);
      try {
        await work(ground);
      } finally {
        await ground.leave();
      }
    }

    async function kill({ user }: Login): Promise<void> {
      const rows = await watcher.rows(`SELECT ID AS id FROM information_schema.PROCESSLIST WHERE USER = '${user}'`);
      for (const { id } of rows) await watcher.rows(`KILL ${id}`);
    }

    function poolOfMariadb(port: number, options: mariadb.PoolConfig): mariadb.Pool {
      const login = { ...mysqlPlace(ordinary(server)), host: '127.0.0.1', port, allowPublicKeyRetrieval: true };
      return mariadb.createPool({ ...login, ...options });
    }

    describe.concurrent('what profiles say that drivers do', () => {
      it.each(named('mariadb'))('$driver closes what is in use, when its pool has ended for so long', async (each) => {
        const { ends } = await behaviourOf(each.driver, engine);
        await onGround(each, async ({ login, countSessions }) => {
          const pool = await each.open(login, { connections: 1 });
          const done = new AbortController();
          const held = pool.transaction(async (query) => {
            await query('SELECT 1');
            await once(done.signal, 'abort');
            await query('SELECT 1');
          });
          held.catch(() => {});
          await vi.waitFor(async () => expect(await countSessions()).toBe(1));
          const isEnded = pool.end().then(() => true);
          expect(await Promise.race([isEnded, sleep((ends?.forMs ?? 0) * 0.95, false)])).toBe(false);
          expect(await countSessions()).toBe(1);
          await isEnded;
          await vi.waitFor(async () => expect(await countSessions()).toBe(0));
          done.abort();
          await expect(held).rejects.toThrow();
        });
      });

      it.each(cases)('is what $driver does', async (driverCase) => {
        const seen = await seenBehaviour(driverCase, server, watcher);
        expect(seen).toMatchObject(saidBehaviour(await behaviourOf(driverCase.driver, engine), driverCase));
      });

      it.each([...named('mariadb'), ...named('mysql2')])(
        '$driver opens its minimum again without a request, or not',
        async (driverCase) => {
          const { opens } = await behaviourOf(driverCase.driver, engine);
          await onGround(driverCase, (ground) =>
            withPool(driverCase, ground.login, { connections: 2 }, async ({ query }) => {
              await query('SELECT 1');
              await kill(ground.login);
              await sleep(1_300); // It looks twice a second.
              expect((await ground.countSessions()) > 0).toBe(opens?.refills ?? false);
            }),
          );
        },
      );
    });

    it('mariadb pings every idle connection before its acquireTimeout begins', async () => {
      const proxy = await FaultProxy.start(server.host, server.port);
      const pool = poolOfMariadb(proxy.port, { connectionLimit: 3, acquireTimeout: 300, minDelayValidation: 0 });
      await vi.waitFor(() => expect(pool.idleConnections()).toBe(3));
      proxy.switchTo('hole');
      const start = performance.now();
      await expect(pool.getConnection()).rejects.toMatchObject({ errno: 45_028 });
      expect(performance.now() - start).toBeGreaterThan(3 * 250 + 300 - 20);
      await pool.end();
      await proxy.close();
    });

    it('mariadb opens a connection beside its pool to end a statement', async () => {
      const proxy = await FaultProxy.start(server.host, server.port);
      const pool = poolOfMariadb(proxy.port, { connectionLimit: 1 });
      const connection = await pool.getConnection();
      const before = proxy.connections;
      const running = connection.query('SELECT SLEEP(5)');
      await sleep(50);
      connection.destroy();
      await expect(running).rejects.toThrow();
      expect(proxy.connections).toBeGreaterThan(before);
      await pool.end();
      await proxy.close();
    });

    it('mysql2 tells nothing of a connection that goes to a request which had to wait', async () => {
      const pool = mysql2.createPool({ ...mysqlPlace(ordinary(server)), connectionLimit: 1 });
      const told = { acquire: 0, enqueue: 0, release: 0 };
      for (const event of ['acquire', 'enqueue', 'release'] as const) pool.on(event, () => told[event]++);
      await Promise.all(Array.from({ length: 5 }, () => pool.promise().query('SELECT 1')));
      expect(told).toEqual({ acquire: 1, enqueue: 4, release: 1 });
      await pool.promise().end();
    });
  });
}
