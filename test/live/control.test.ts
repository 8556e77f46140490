import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { LoadDriver, LoadPool } from '../../src/drivers/driver.ts';
import { liveBudget } from '../../src/inspect/live-budget.ts';
import type { Control } from '../../src/probe/control/control.ts';
import { openControl } from '../../src/probe/control/open.ts';
import { describeWith } from '../helpers/live.ts';
import {
  acquireAll,
  driverOf,
  failureOf,
  loadEngines,
  loadTarget,
  never,
  runOn,
  safety,
  settings,
  sleepFor,
} from '../helpers/load-driver.ts';
import { type OwnServer, startOwn } from '../helpers/servers/own-server.ts';
import {
  admin,
  endAll,
  open,
  openAll,
  openUntilRefused,
  ordinary,
  protocolOf,
  run,
  type Session,
  settled,
} from '../helpers/sessions.ts';

const options = { timeoutMs: 5_000, signal: never };

for (const engine of loadEngines) {
  describeWith(engine, (server) => {
    const protocol = protocolOf[engine];
    const to = () => loadTarget(protocol, server);
    let watcher: Session;
    let driver: LoadDriver;
    let control: Control;
    let pool: LoadPool;

    beforeAll(async () => {
      watcher = await open(protocol, admin(server));
      driver = await driverOf(engine, server);
    });
    afterAll(() => watcher.end());
    beforeEach(async () => {
      control = await openControl(to().target, safety.tag, options);
      pool = driver.createPool(to(), settings);
    });
    afterEach(async () => {
      await pool.end(0);
      await control.close();
      await settled(protocol, watcher, 0, server.user);
    });

    async function busy() {
      const held = await acquireAll(pool, 3);
      const running = held.map(({ connection }) =>
        failureOf(driver, runOn(connection, sleepFor[protocol](20), { isSleep: true })),
      );
      await sleep(100);
      return { held, running };
    }

    test('knows the server', async () => {
      expect(await control.facts()).toMatchObject({ engine, user: server.user, throughPooler: false });
      expect(control.session.version).not.toBe('');
    });

    test('a look counts the free slots, with its own and the load’s as taken', async () => {
      const { limits } = await control.facts();
      const before = await control.look([]);
      expect(before.freeConnections).toBe(liveBudget(limits).freeConnections - 1);
      await pool.openAll(never);
      const during = await control.look(pool.processIds);
      expect(during.freeConnections).toBe(before.freeConnections - 3);
      expect(during.tookMs).toBeGreaterThan(0);
    });

    test('a look tells the load from others, and who of those does something', async () => {
      const quiet = await control.look([]);
      const others = await openAll(3, protocol, ordinary(server));
      try {
        const { running } = await busy();
        const working = others[0]?.rows(sleepFor[protocol](1));
        await sleep(100);
        const look = await control.look(pool.processIds);
        expect(look.others - quiet.others).toBe(3);
        expect(look.othersActive - quiet.othersActive).toBe(1);
        await working;
        await pool.end(0);
        await Promise.all(running);
      } finally {
        await endAll(others);
      }
    });

    test('cancels statements and keeps their sessions', async () => {
      const { held, running } = await busy();
      await control.cancel(pool.processIds);
      expect((await Promise.all(running)).map(({ kind }) => kind)).toEqual(Array(3).fill('statement-timeout'));
      for (const { connection } of held) {
        await runOn(connection, 'SELECT 1');
        connection.release();
      }
      expect((await control.alive(pool.processIds)).length).toBe(3);
    });

    test('ends sessions whose sockets were closed in the middle of a statement, within a second', async () => {
      const { running } = await busy();
      const ids = [...pool.processIds];
      await pool.end(0);
      await Promise.all(running);
      // PostgreSQL looks whether its clients are gone, within a second; the others do not.
      if (protocol === 'mysql') expect((await control.alive(ids)).sort()).toEqual(ids.sort());
      await control.cancel(ids);
      await control.terminate(ids);
      await expect.poll(() => control.alive(ids), { timeout: 1_000, interval: 20 }).toEqual([]);
      await control.cancel(ids); // Those that are gone are no error.
      await control.terminate(ids);
    });

    test('leaves sessions alone that are not of this load', async () => {
      const [stranger] = await openAll(1, protocol, admin(server));
      const sql = protocol === 'postgres' ? 'SELECT pg_backend_pid() AS id' : 'SELECT CONNECTION_ID() AS id';
      const id = Number((await stranger?.rows(sql))?.[0]?.['id']);
      expect(await control.alive([id, 2 ** 30])).toEqual([]);
      await control.cancel([id]);
      await control.terminate([id]);
      expect(await stranger?.rows('SELECT 1 AS one')).toEqual([{ one: 1 }]);
      await stranger?.end();
    });

    test('writes what a workload needs, and says why where it cannot', async () => {
      const schema = `${server.user}_control`;
      const all =
        protocol === 'postgres'
          ? [
              `CREATE SCHEMA ${schema}`,
              `CREATE TABLE ${schema}.t (id INT)`,
              `INSERT INTO ${schema}.t VALUES (1)`,
              `DROP SCHEMA ${schema} CASCADE`,
            ]
          : ['CREATE TABLE control_t (id INT)', 'INSERT INTO control_t VALUES (1)', 'DROP TABLE control_t'];
      await control.write(all);
      await expect(control.write(['INSERT INTO nowhere VALUES (1)'])).rejects.toMatchObject({ code: 'QUERY_FAILED' });
      const forbidden = protocol === 'postgres' ? 'DROP TABLE pg_class' : 'CREATE DATABASE not_allowed_here';
      await expect(control.write([forbidden])).rejects.toMatchObject({
        name: 'PoolctlError',
        code: 'PRIVILEGE_MISSING',
        message: expect.stringContaining('may not make'),
      });
      await settled(protocol, watcher, 1, server.user); // The control connection alone.
    });

    test('answers after the signal that ends the load, and after it was lost', async () => {
      const ending = new AbortController();
      const steady = await openControl(to().target, safety.tag, { timeoutMs: 5_000, signal: ending.signal });
      ending.abort();
      await pool.openAll(never);
      expect(await steady.alive(pool.processIds)).toHaveLength(3);
      const id = steady.session.processId;
      await watcher.rows(protocol === 'postgres' ? `SELECT pg_terminate_backend(${id})` : `KILL ${id}`);
      await sleep(100);
      await expect(steady.alive(pool.processIds)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
      expect(await steady.alive(pool.processIds)).toHaveLength(3);
      await steady.close();
    });

    describe.runIf(server.startedHere)('with a server of its own', () => {
      let own: OwnServer;
      beforeAll(async () => {
        own = await startOwn(engine, { max_connections: 12 });
      });
      afterAll(() => own.stop());

      test('nothing is free when the next session would be refused', async () => {
        const there = await openControl(loadTarget(protocol, own).target, safety.tag, options);
        const { freeConnections } = await there.look([]);
        const { sessions } = await openUntilRefused(protocol, ordinary(own), 30);
        expect([freeConnections, (await there.look([])).freeConnections]).toEqual([sessions.length, 0]);
        await endAll(sessions);
        await settled(protocol, await open(protocol, admin(own)), 1);
        const limit =
          protocol === 'postgres'
            ? `ALTER ROLE ${own.user} CONNECTION LIMIT 4`
            : `ALTER USER '${own.user}'@'%' WITH MAX_USER_CONNECTIONS 4`;
        await run(protocol, admin(own), limit);
        await there.close();
        const limited = await openControl(loadTarget(protocol, own).target, safety.tag, options);
        expect((await limited.look([])).freeConnections).toBe(3);
        await limited.close();
      });
    });
  });
}
