import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import mariadb from 'mariadb';
import mysqlCallback from 'mysql2';
import mysql from 'mysql2/promise';
import pg from 'pg';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { MonitorEvent } from '../../../src/monitor/events.ts';
import { instrument } from '../../../src/monitor/instrument.ts';
import { FaultProxy } from '../../helpers/fault-proxy.ts';
import { describeWith } from '../../helpers/live.ts';
import { called } from '../../helpers/observed-pools.ts';
import { root, script } from '../../helpers/run.ts';
import { type OwnServer, startOwn } from '../../helpers/servers/own-server.ts';
import { dsn, ordinary } from '../../helpers/sessions.ts';

const observing = (body: string, env: Readonly<Record<string, string>>) =>
  script(`import { instrument } from 'poolctl/monitor';\n${body}`, env);

const noFailures = { timeout: 0, refused: 0, closed: 0, connect: 0, aborted: 0, other: 0 };

describeWith('postgres', (server) => {
  const login = ordinary(server);
  const pools: pg.Pool[] = [];
  const open = (options: pg.PoolConfig = login) => {
    const pool = new pg.Pool(options).on('error', () => {});
    pools.push(pool);
    return pool;
  };
  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => (pool.ending ? undefined : pool.end())));
  });

  test('two pools to one database, one of them by a URL, are told apart, and their figures are their own', async () => {
    const a = open({ ...login, max: 4 });
    const b = open({ connectionString: dsn('postgres', login), max: 4 });
    const [seenA, seenB] = [instrument(a), instrument(b)];
    const held = await Promise.all([a.connect(), a.connect(), a.connect(), a.connect()]);
    const waiting = [a.connect(), a.connect(), a.connect()];
    await b.query('SELECT 1');
    expect(seenA.pools[0]?.name).toBe(`${server.host}:${server.port}/${server.database}`);
    expect(seenB.pools[0]?.name).toBe(`${server.host}:${server.port}/${server.database}#2`);
    expect(seenA.snapshot()).toMatchObject({ used: 4, idle: 0, connecting: 0, pending: 3, limit: 4, utilization: 1 });
    expect(seenB.snapshot()).toMatchObject({ used: 0, idle: 1, connecting: 0, pending: 0, limit: 4, utilization: 0 });
    expect(seenA.status()).toEqual({
      totalConnections: 4,
      activeConnections: 4,
      idleConnections: 0,
      queuedRequests: 3,
      connectionLimit: 4,
      utilizationRate: 100,
    });
    for (const client of held) client.release();
    for (const client of await Promise.all(waiting)) client.release();
  });

  test('what took long is told apart: the queue, the connecting, and the use', async () => {
    const proxy = await FaultProxy.start(server.host, server.port);
    proxy.switchTo({ delayMs: 30 });
    const pool = open({ ...login, host: '127.0.0.1', port: proxy.port, max: 1 });
    const monitor = instrument(pool);
    const first = await pool.connect();
    const second = pool.connect();
    await new Promise((resolve) => setTimeout(resolve, 120));
    first.release();
    (await second).release();
    const { connectTime, queuedTime, waitTime, useTime } = monitor.snapshot();
    // Three turns at least of a login, 60 ms each.
    expect(connectTime.count).toBe(1);
    expect(connectTime.maxMs).toBeGreaterThan(100);
    expect(queuedTime.count).toBe(1);
    expect(queuedTime.maxMs).toBeGreaterThan(100);
    expect([waitTime.count, useTime.count]).toEqual([2, 2]);
    expect(useTime.maxMs).toBeGreaterThan(100);
    expect(useTime.p50Ms).toBeLessThan(100);
    await pool.end();
    await proxy.close();
  });

  test('failures by their kind: no connection in time, no login, an ended pool', async () => {
    const proxy = await FaultProxy.start(server.host, server.port);
    const pool = open({ ...login, host: '127.0.0.1', port: proxy.port, max: 1, connectionTimeoutMillis: 100 });
    const monitor = instrument(pool);
    const failed = () => monitor.snapshot().failed;
    const held = await pool.connect();
    await expect(pool.connect()).rejects.toThrow('timeout exceeded');
    expect(failed()).toEqual({ ...noFailures, timeout: 1 });
    held.release(true);
    proxy.switchTo('hole');
    await expect(pool.query('SELECT 1')).rejects.toThrow('connection timeout');
    expect(failed()).toEqual({ ...noFailures, timeout: 2 });
    const refused = open({ ...login, password: 'wrong' });
    const monitorOfRefused = instrument(refused);
    await expect(refused.connect()).rejects.toThrow('password');
    expect(monitorOfRefused.snapshot()).toMatchObject({
      failed: { ...noFailures, connect: 1 },
      errorTypes: { '28P01': 1 },
    });
    await refused.end();
    await expect(refused.connect()).rejects.toThrow('after calling end');
    expect(monitorOfRefused.snapshot().failed).toEqual({ ...noFailures, connect: 1, closed: 1 });
    await pool.end();
    await proxy.close();
  });

  test('the stack of a borrower begins where the application asks, and an open transaction is told at its return', async () => {
    const pool = open();
    const events: MonitorEvent[] = [];
    const monitor = instrument(pool, { leak: { stacks: 'always' }, onEvent: (event) => events.push(event) });
    const client = await pool.connect();
    const [held] = monitor.pools[0]?.observer.held.values() ?? [];
    expect(held?.stack?.split('\n')[0]).toMatch(/monitor\/scenes\.test\.ts/);
    await client.query('BEGIN');
    client.release();
    expect(events).toMatchObject([{ kind: 'released-in-transaction', stack: expect.stringContaining('scenes.test') }]);
    await pool.query('ROLLBACK');
    expect(monitor.snapshot().releasedInTransaction).toBe(1);
  });

  test('a second copy of pg-pool, and a subclass that asks in a way of its own, are observed alike', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'poolctl-test-'));
    try {
      cpSync(join(root, 'node_modules/pg-pool'), join(folder, 'pg-pool'), { recursive: true });
      const Copy: typeof pg.Pool = createRequire(import.meta.url)(join(folder, 'pg-pool'));
      expect(Copy).not.toBe(pg.Pool);
      class Patient extends pg.Pool {
        override async connect(): Promise<never> {
          await null;
          return (await super.connect()) as never;
        }
      }
      for (const pool of [new Copy({ ...login, Client: pg.Client }), new Patient(login)]) {
        const monitor = instrument(pool);
        (await pool.connect()).release();
        expect(monitor.snapshot()).toMatchObject({ asked: 1, granted: 1, returned: 1, connected: 1, idle: 1 });
        await pool.end();
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('a password is in no snapshot, event, error or inspection', async () => {
    const canary = 'canary-4711';
    const seen: unknown[] = [];
    const url = dsn('postgres', { ...login, password: canary });
    for (const options of [{ ...login, password: canary }, { connectionString: url }]) {
      const pool = open(options);
      const monitor = instrument(pool, { leak: { stacks: 'always' }, onEvent: (event) => seen.push(event) });
      await pool.connect().catch(() => {});
      const { observer, name } = monitor.pools[0] ?? {};
      seen.push(monitor, observer, name, monitor.snapshot(), monitor.status());
      expect(() => instrument(pool, { name: 'another' })).toThrow(expect.not.stringContaining(canary));
    }
    expect(inspect(seen, { depth: 20, showHidden: true })).not.toContain(canary);
    expect(inspect(seen, { depth: 20 })).toContain('28P01');
  });

  test('a process with nothing but an observed idle pool ends by itself', async () => {
    const { stdout } = await observing(
      `
      const { default: pg } = await import('pg');
      const pool = new pg.Pool({ connectionString: process.env.URL, allowExitOnIdle: true });
      const monitor = instrument(pool);
      await pool.query('SELECT 1');
      console.log(monitor.snapshot().granted);
      `,
      { URL: dsn('postgres', login) },
    );
    expect(stdout).toBe('1\n');
  });

  test('an idle connection that the server ends still ends a process without a listener, and a rejection still is unhandled', async () => {
    const crash = `
      const { default: pg } = await import('pg');
      const pool = new pg.Pool({ connectionString: process.env.URL });
      instrument(pool);
      const { rows } = await pool.query('SELECT pg_backend_pid() AS pid');
      const other = new pg.Client(process.env.URL);
      await other.connect();
      await other.query('SELECT pg_terminate_backend($1)', [rows[0].pid]);
      setTimeout(() => {}, 10_000);
    `;
    const own = await observing(crash, { URL: dsn('postgres', login) });
    expect(own).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Unhandled 'error' event") });
    const unhandled = await observing(
      `const { default: pg } = await import('pg'); const pool = new pg.Pool({ port: 1, host: '127.0.0.1' }); instrument(pool); pool.connect(); setTimeout(() => {}, 10_000);`,
      {},
    );
    expect(unhandled).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('ECONNREFUSED') });
  });

  test.each([
    ['instrument, enable, uninstrument, disable', 'I E q U D q'],
    ['enable, instrument, disable, uninstrument', 'E I q D q U q'],
    ['instrument, enable, disable, uninstrument', 'I E q D q U q'],
    ['enable, instrument, uninstrument, disable', 'E I q U q D q'],
  ])('beside the instrumentation of OpenTelemetry, whichever goes first: %s', async (_order, steps) => {
    const { stdout, stderr } = await observing(
      `
      const { createRequire } = await import('node:module');
      const require = createRequire(process.cwd() + '/');
      const { PgInstrumentation } = require('@opentelemetry/instrumentation-pg');
      const official = new PgInstrumentation();
      official.disable();
      const pool = new (require('pg').Pool)({ connectionString: process.env.URL });
      let monitor, queries = 0, counted = 0, patched = false;
      const keys = () => Object.getOwnPropertyNames(pool).sort().join();
      const before = keys();
      for (const step of ${JSON.stringify(steps.split(' '))}) {
        if (step === 'I') monitor = instrument(pool);
        if (step === 'E') official.enable();
        if (step === 'U') { counted = monitor.snapshot().granted; monitor.uninstrument(); monitor = undefined; }
        if (step === 'D') official.disable();
        if (step !== 'q') continue;
        await pool.query('SELECT 1');
        if (monitor) queries += 1;
        patched ||= Boolean(require('pg').Client.prototype.query.__wrapped);
      }
      console.log(counted === queries, keys() === before, patched);
      await pool.end();
      `,
      { URL: dsn('postgres', login) },
    );
    expect({ stdout, stderr }).toEqual({ stdout: 'true true true\n', stderr: '' });
  });

  describe('of which the server freezes', () => {
    let own: OwnServer;
    beforeAll(async () => {
      own = await startOwn('postgres');
    });
    afterAll(() => own.stop());

    test('those that wait are seen, though no event comes', async () => {
      const pool = open({ ...ordinary(own), max: 2 });
      const monitor = instrument(pool);
      await Promise.all([pool.query('SELECT 1'), pool.query('SELECT 1')]);
      own.signal('SIGSTOP');
      const stuck = Array.from({ length: 5 }, () => pool.query('SELECT 1'));
      await vi.waitFor(() => expect(monitor.snapshot()).toMatchObject({ used: 2, pending: 3, utilization: 1 }));
      await vi.waitFor(() => expect(monitor.snapshot().oldestWaitMs).toBeGreaterThan(20));
      own.signal('SIGCONT');
      await Promise.all(stuck);
      expect(monitor.snapshot()).toMatchObject({ used: 0, pending: 0, granted: 7, returned: 7 });
    });
  });

  test('postgres.js: what reserves a connection is seen', async () => {
    const sql = postgres(dsn('postgres', login), { max: 2 });
    const monitor = instrument(sql);
    const reserved = await sql.reserve();
    const transaction = sql.begin(async (tx) => {
      expect(monitor.snapshot()).toMatchObject({
        used: 2,
        pending: 0,
        limit: 2,
        idle: undefined,
        connecting: undefined,
      });
      await tx`SELECT 1`;
    });
    await transaction;
    await expect(sql.begin((tx) => tx`SELEC 1`)).rejects.toThrow('SELEC');
    reserved.release();
    expect(monitor.snapshot()).toMatchObject({ asked: 3, granted: 3, returned: 3, used: 0, failed: noFailures });
    await sql.end();
  });
});

for (const engine of ['mariadb', 'mysql'] as const) {
  describeWith(engine, (server) => {
    const { host, port, user, password, database } = server;
    const options = { host, port, user, password, database, connectionLimit: 1 };

    test('mysql2: requests that the pool refuses, and those after its end', async () => {
      const limited = mysql.createPool({ ...options, queueLimit: 1 });
      const impatient = mysql.createPool({ ...options, waitForConnections: false });
      const [seen, seenImpatient] = [instrument(limited), instrument(impatient)];
      const [held, heldToo] = await Promise.all([limited.getConnection(), impatient.getConnection()]);
      const queued = limited.getConnection();
      await expect(limited.getConnection()).rejects.toThrow('Queue limit reached');
      await expect(impatient.query('SELECT 1')).rejects.toThrow('No connections available');
      expect([seen.snapshot().failed, seenImpatient.snapshot().failed]).toEqual([
        { ...noFailures, refused: 1 },
        { ...noFailures, refused: 1 },
      ]);
      held.release();
      heldToo.release();
      (await queued).release();
      await limited.end();
      await impatient.end();
      await expect(limited.getConnection()).rejects.toThrow('Pool is closed');
      expect(seen.snapshot()).toMatchObject({
        failed: { ...noFailures, refused: 1, closed: 1 },
        granted: 2,
        returned: 2,
      });
    });

    test('mysql2: a refused login, and one that is never answered', async () => {
      const proxy = await FaultProxy.start(server.host, server.port);
      proxy.switchTo('hole');
      const wrong = mysql.createPool({ ...options, password: 'wrong' });
      const silent = mysql.createPool({ ...options, host: '127.0.0.1', port: proxy.port, connectTimeout: 150 });
      const monitors = [instrument(wrong), instrument(silent)];
      await expect(wrong.getConnection()).rejects.toThrow();
      await expect(silent.getConnection()).rejects.toThrow('ETIMEDOUT');
      expect(monitors.map((monitor) => monitor.snapshot().failed)).toEqual([
        { ...noFailures, connect: 1 },
        { ...noFailures, timeout: 1 },
      ]);
      expect(monitors[0]?.snapshot()).toMatchObject({ connectFailed: 1, used: 0, connecting: 0 });
      await Promise.all([wrong.end(), silent.end(), proxy.close()]);
    });

    test('mysql2: the pools of a cluster come and go with its nodes', async () => {
      const cluster = mysqlCallback.createPoolCluster();
      cluster.add('first', options);
      const monitor = instrument(cluster, { name: 'orders' });
      cluster.add('second', options);
      expect(monitor.pools.map(({ name }) => name)).toEqual(['orders first', 'orders second']);
      const connection = await called((done) => cluster.getConnection('second', done));
      (connection as mysqlCallback.PoolConnection).release();
      expect(monitor.pools.map(({ observer }) => observer.counters.granted)).toEqual([0, 1]);
      cluster.remove('second');
      expect(monitor.pools.map(({ name }) => name)).toEqual(['orders first']);
      await called((done) => cluster.end(done));
    });

    test('mysql2: a transaction waits in line though a connection breaks meanwhile, and is counted once', async () => {
      const pool = mysql.createPool(options);
      const monitor = instrument(pool.pool);
      expect(instrument(pool).pools[0]).toBe(monitor.pools[0]);
      const held = await pool.getConnection();
      const waiting = Array.from({ length: 3 }, () => pool.query('SELECT 1'));
      held.destroy();
      await Promise.all(waiting);
      expect(monitor.snapshot()).toMatchObject({ asked: 4, granted: 4, returned: 3, destroyed: 1, connected: 2 });
      await pool.end();
    });

    test('mariadb: requests that wait too long, and those after the end', async () => {
      const pool = mariadb.createPool({ ...options, acquireTimeout: 100, allowPublicKeyRetrieval: true });
      const monitor = instrument(pool, { name: 'orders' });
      const held = await pool.getConnection();
      await expect(pool.query('SELECT 1')).rejects.toThrow('pool timeout');
      expect(monitor.longLived(held)).toBe(true);
      held.destroy();
      await expect.poll(() => monitor.snapshot().used).toBe(0);
      expect(monitor.snapshot()).toMatchObject({
        pool: 'orders',
        failed: { ...noFailures, timeout: 1 },
        destroyed: 1,
        limit: 1,
      });
      await pool.end();
      await expect(pool.getConnection()).rejects.toThrow('closed');
      expect(monitor.snapshot().failed).toEqual({ ...noFailures, timeout: 1, closed: 1 });
    });
  });
}
