import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LoadConnection, LoadDriver, LoadPool } from '../../src/drivers/driver.ts';
import { freePort } from '../../src/embedded/port.ts';
import { FaultProxy } from '../helpers/fault-proxy.ts';
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
} from '../helpers/load-driver.ts';
import { type OwnServer, startOwn } from '../helpers/servers/own-server.ts';
import { admin, endAll, openUntilRefused, ordinary, protocolOf, run } from '../helpers/sessions.ts';

for (const engine of loadEngines) {
  describeWith(engine, (shared) => {
    const protocol = protocolOf[engine];
    const isPostgres = protocol === 'postgres';
    const uncaught: unknown[] = [];
    const note = (error: unknown) => void uncaught.push(error);
    let driver: LoadDriver;

    beforeAll(async () => {
      process.on('uncaughtException', note);
      driver = await driverOf(engine, shared);
    });
    afterAll(() => {
      process.off('uncaughtException', note);
      expect(uncaught).toEqual([]);
    });

    describe('with statements that fail', () => {
      let pool: LoadPool;
      let all: LoadConnection[];
      const connection = (index: number) => all[index] as LoadConnection;
      const fails = (index: number, sql: string) => failureOf(driver, runOn(connection(index), sql));

      beforeAll(async () => {
        await run(
          protocol,
          ordinary(shared),
          `CREATE TABLE load_failure (id INT PRIMARY KEY, n INT)`,
          'INSERT INTO load_failure VALUES (1, 0), (2, 0)',
        );
        const limits = { readOnly: false, lockTimeoutMs: 1_500 };
        pool = driver.createPool(loadTarget(protocol, shared, { limits }), settings);
        all = (await acquireAll(pool, 3)).map((lent) => lent.connection);
      });
      afterAll(async () => {
        await pool.end(0);
        await run(protocol, ordinary(shared), 'DROP TABLE load_failure');
      });

      test('a mistake in the SQL, after which the connection serves on', async () => {
        expect(await fails(0, 'SELECT nothing FROM nowhere')).toEqual({
          kind: 'sql-error',
          label: isPostgres ? '42P01' : 'ER_NO_SUCH_TABLE',
        });
        expect((await failureOf(driver, runOn(connection(0), 'SELEC', { prepared: true }))).kind).toBe('sql-error');
        await runOn(connection(0), 'SELECT 1');
      });

      test('a lock that is not given', async () => {
        await runOn(connection(0), 'BEGIN');
        await runOn(connection(0), 'UPDATE load_failure SET n = 1 WHERE id = 1');
        expect(await fails(1, 'UPDATE load_failure SET n = 2 WHERE id = 1')).toEqual({
          kind: 'lock-timeout',
          label: isPostgres ? '55P03' : 'ER_LOCK_WAIT_TIMEOUT',
        });
        await runOn(connection(0), 'ROLLBACK');
      });

      test('a deadlock', async () => {
        for (const index of [0, 1]) {
          await runOn(connection(index), 'BEGIN');
          await runOn(connection(index), `UPDATE load_failure SET n = 1 WHERE id = ${index + 1}`);
        }
        const both = await Promise.allSettled([
          runOn(connection(0), 'UPDATE load_failure SET n = 1 WHERE id = 2'),
          runOn(connection(1), 'UPDATE load_failure SET n = 1 WHERE id = 1'),
        ]);
        const kinds = both.flatMap((one) => (one.status === 'rejected' ? [driver.classify(one.reason).kind] : []));
        expect(kinds).toEqual(['deadlock']);
        for (const index of [0, 1]) await runOn(connection(index), 'ROLLBACK');
      });

      test.runIf(isPostgres)('a transaction that cannot be serialized', async () => {
        for (const index of [0, 1]) {
          await runOn(connection(index), 'BEGIN ISOLATION LEVEL REPEATABLE READ');
          await runOn(connection(index), 'SELECT * FROM load_failure');
        }
        await runOn(connection(0), 'UPDATE load_failure SET n = 3 WHERE id = 1');
        await runOn(connection(0), 'COMMIT');
        expect(await fails(1, 'UPDATE load_failure SET n = 4 WHERE id = 1')).toEqual({
          kind: 'serialization',
          label: '40001',
        });
        await runOn(connection(1), 'ROLLBACK');
      });
    });

    describe('where no connection can be had', () => {
      test('a wrong password', async () => {
        const to = loadTarget(protocol, shared, { password: 'Feldgrau-5' });
        const pool = driver.createPool(to, settings);
        expect((await failureOf(driver, acquire(pool))).kind).toBe('login-refused');
        await expect(pool.openAll(never)).rejects.toMatchObject({ name: 'PoolctlError', code: 'AUTH_FAILED' });
        await expect(driver.connect(to, 5_000, never)).rejects.toMatchObject({ code: 'AUTH_FAILED' });
        expect((await failureOf(driver, driver.connect(to, 5_000, never))).kind).toBe('login-refused');
        expect(pool.connections).toBe(0);
        await pool.end(0);
      });

      test('nobody listens', async () => {
        const to = loadTarget(protocol, shared, { port: await freePort() });
        const pool = driver.createPool(to, settings);
        expect(await failureOf(driver, acquire(pool))).toEqual({ kind: 'connect-failed', label: 'ECONNREFUSED' });
        await expect(pool.openAll(never)).rejects.toMatchObject({ code: 'CONNECT_REFUSED' });
        expect((await failureOf(driver, driver.connect(to, 5_000, never))).kind).toBe('connect-failed');
        await pool.end(0);
      });

      test('what listens hangs up', async () => {
        const proxy = await FaultProxy.start(shared.host, shared.port);
        proxy.switchTo('reset');
        const pool = driver.createPool(loadTarget(protocol, shared, { port: proxy.port }), settings);
        expect((await failureOf(driver, acquire(pool))).kind).toBe('connect-failed');
        await pool.end(0);
        await proxy.close();
      });

      test('what listens never says a word: after the connect timeout', async () => {
        const mute = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1');
        await once(mute, 'listening');
        const { port } = mute.address() as AddressInfo;
        const to = loadTarget(protocol, shared, { port });
        const pool = driver.createPool(to, { connectionLimit: 2, connectTimeoutMs: 250 });
        const begun = performance.now();
        expect(await failureOf(driver, acquire(pool))).toEqual({ kind: 'connect-failed', label: 'CONNECT_TIMEOUT' });
        expect(performance.now() - begun).toBeGreaterThan(245);
        await expect(pool.openAll(never)).rejects.toMatchObject({ code: 'SERVER_SILENT' });
        await expect(driver.connect(to, 250, never)).rejects.toMatchObject({ code: 'SERVER_SILENT' });
        const interrupted = pool.openAll(AbortSignal.timeout(20));
        await expect(interrupted).rejects.toThrow('interrupted');
        await pool.end(0);
        expect(pool.connections).toBe(0);
        mute.close();
      });

      test('the acquire timeout is shorter than the opening takes', async () => {
        const proxy = await FaultProxy.start(shared.host, shared.port);
        proxy.switchTo({ delayMs: 150 });
        const to = loadTarget(protocol, shared, { port: proxy.port });
        const pool = driver.createPool(to, { ...settings, acquireTimeoutMs: 100 });
        expect((await failureOf(driver, acquire(pool))).kind).toBe(isPostgres ? 'connect-failed' : 'acquire-timeout');
        expect(await pool.openAll(never)).toHaveLength(3); // Opens beforehand, for as long as opening may take.
        const lent = await acquireAll(pool, 3);
        for (const { connection } of lent) connection.release();
        await pool.end(0);
        await proxy.close();
      });
    });

    describe.runIf(shared.startedHere)('with a server of its own', () => {
      let server: OwnServer;
      let pool: LoadPool | undefined;
      beforeAll(async () => {
        server = await startOwn(engine, { max_connections: 12 });
      });
      afterAll(async () => {
        await pool?.end(0);
        await server.stop();
      });

      test('a full server, and all as before when it is full no more', async () => {
        const to = loadTarget(protocol, server);
        pool = driver.createPool(to, settings);
        const { sessions } = await openUntilRefused(protocol, ordinary(server), 30);
        const failure = await failureOf(driver, acquire(pool));
        expect(failure).toEqual({ kind: 'server-full', label: isPostgres ? '53300' : 'ER_CON_COUNT_ERROR' });
        await expect(pool.openAll(never)).rejects.toMatchObject({ code: 'SERVER_FULL' });
        expect((await failureOf(driver, driver.connect(to, 5_000, never))).kind).toBe('server-full');
        await endAll(sessions);
        await expect.poll(() => pool?.openAll(never).catch(() => []), { timeout: 10_000 }).toHaveLength(3);
      });

      test('a user who has as many sessions as he may have', async () => {
        const limit = isPostgres
          ? `ALTER ROLE ${server.user} CONNECTION LIMIT 3`
          : `ALTER USER '${server.user}'@'%' WITH MAX_USER_CONNECTIONS 3`;
        await run(protocol, admin(server), limit);
        await pool?.end(1_000);
        pool = driver.createPool(loadTarget(protocol, server), { ...settings, connectionLimit: 4 });
        await expect
          .poll(
            () =>
              acquireAll(pool as LoadPool, 3).then(
                () => 'had',
                () => 'refused',
              ),
            { timeout: 10_000 },
          )
          .toBe('had');
        expect((await failureOf(driver, acquire(pool))).kind).toBe('server-full');
      });

      test('a server that is frozen, and one that is gone: everything ends, and nothing escapes', async () => {
        await pool?.end(1_000);
        const frozen = driver.createPool(loadTarget(protocol, server), { ...settings, acquireTimeoutMs: 300 });
        pool = frozen;
        await expect.poll(() => frozen.openAll(never).catch(() => []), { timeout: 10_000 }).toHaveLength(3);
        const held = await acquireAll(frozen, 3);
        server.signal('SIGSTOP');
        const running = held.map(({ connection }) => failureOf(driver, runOn(connection, 'SELECT 1')));
        expect((await failureOf(driver, acquire(frozen))).kind).toBe('acquire-timeout');
        server.signal('SIGKILL');
        expect((await Promise.all(running)).map(({ kind }) => kind)).toEqual(Array(3).fill('connection-lost'));
        for (const { connection } of held) connection.release(true);
        expect((await failureOf(driver, acquire(frozen))).kind).toBe('connect-failed');
        await frozen.end(0);
        await sleep(50);
        expect(uncaught).toEqual([]);
      });
    });
  });
}
