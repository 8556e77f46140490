import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { LoadDriver, LoadPool, LoadTarget } from '../../src/drivers/driver.ts';
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
  safety,
  settings,
  sleepFor,
  sumOf,
} from '../helpers/load-driver.ts';
import type { Server } from '../helpers/servers/facts.ts';
import { startOwn } from '../helpers/servers/own-server.ts';
import { admin, open, ordinary, protocolOf, type Session, settled } from '../helpers/sessions.ts';

const limits = { statementTimeoutMs: 1_500, lockTimeoutMs: 2_000, idleTimeoutMs: 7_000 };

/** The statement that fails unless a setting of its session has this value. */
const demand = {
  postgres: (name: string, value: string) => `SELECT 1 / (current_setting('${name}') = '${value}')::int`,
  mysql: (name: string, value: string) => `SET @wrong = IF(@@session.${name} = ${value}, 0, (SELECT 1 UNION SELECT 2))`,
} as const;

const inForce = {
  postgres: {
    application_name: safety.tag,
    default_transaction_read_only: 'on',
    statement_timeout: '1500ms',
    lock_timeout: '2s',
    idle_in_transaction_session_timeout: '7s',
    idle_session_timeout: '7s',
    client_connection_check_interval: '1s',
  },
  mariadb: {
    tx_read_only: '1',
    max_statement_time: '1.5',
    lock_wait_timeout: '2',
    innodb_lock_wait_timeout: '2',
    wait_timeout: '7',
    interactive_timeout: '7',
    idle_transaction_timeout: '7',
  },
  mysql: {
    transaction_read_only: '1',
    max_execution_time: '1500',
    lock_wait_timeout: '2',
    innodb_lock_wait_timeout: '2',
    wait_timeout: '7',
    interactive_timeout: '7',
  },
} as const;

const countTagged = {
  postgres: `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = '${safety.tag}'`,
  mysql: `SELECT COUNT(*) AS n FROM performance_schema.session_connect_attrs
    WHERE ATTR_NAME = 'program_name' AND ATTR_VALUE = '${safety.tag}'`,
} as const;

for (const engine of loadEngines) {
  describeWith(engine, (server) => {
    const protocol = protocolOf[engine];
    let watcher: Session;
    let driver: LoadDriver;
    let pool: LoadPool | undefined;

    beforeAll(async () => {
      watcher = await open(protocol, admin(server));
      driver = await driverOf(engine, server);
    });
    afterAll(() => watcher.end());
    afterEach(async () => {
      await pool?.end(0);
      pool = undefined;
      await settled(protocol, watcher, 0, server.user);
    });

    function createPool(to: LoadTarget, connectionLimit = 3): LoadPool {
      pool = driver.createPool(to, { ...settings, connectionLimit });
      return pool;
    }

    async function connect(to: LoadTarget) {
      const { connection, times, close } = await driver.connect(to, 5_000, never);
      try {
        await runOn(connection, 'SELECT 1');
        return times;
      } finally {
        await close();
      }
    }

    test.each(Object.entries(inForce[engine]))(
      'every session has %s = %s when it is given out',
      async (name, value) => {
        const cold = createPool(loadTarget(protocol, server, { limits }));
        for (const { connection } of await acquireAll(cold, 3)) {
          await runOn(connection, demand[protocol](name, value));
          await expect(runOn(connection, demand[protocol](name, `${value}9`))).rejects.toThrow();
          connection.release();
        }
      },
    );

    // MariaDB keeps these only with performance_schema, which is off there by default.
    test.skipIf(engine === 'mariadb')('the server knows the sessions by their tag', async () => {
      const cold = createPool(loadTarget(protocol, server));
      await cold.openAll(never);
      expect(Number((await watcher.rows(countTagged[protocol]))[0]?.['n'])).toBe(3);
    });

    test('a write is refused, and let through where the load may write', async () => {
      const write = 'CREATE TABLE load_session (id INT)';
      const reading = await acquire(createPool(loadTarget(protocol, server)));
      expect(await failureOf(driver, runOn(reading.connection, write))).toEqual({
        kind: 'read-only',
        label: protocol === 'postgres' ? '25006' : 'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION',
      });
      await pool?.end(0);
      const writing = await acquire(createPool(loadTarget(protocol, server, { limits: { readOnly: false } })));
      await runOn(writing.connection, write);
      await runOn(writing.connection, 'DROP TABLE load_session');
      writing.connection.release();
    });

    test.each([true, false])('a statement that takes too long is ended (prepared: %s)', async (prepared) => {
      const { connection } = await acquire(
        createPool(loadTarget(protocol, server, { limits: { statementTimeoutMs: 200 } })),
      );
      const begun = performance.now();
      const failure = await failureOf(driver, runOn(connection, sleepFor[protocol](20), { prepared, isSleep: true }));
      expect(failure.kind).toBe('statement-timeout');
      expect(performance.now() - begun).toBeLessThan(10_000);
      await runOn(connection, sleepFor[protocol](0.01), { prepared, isSleep: true });
      connection.release();
    });

    test('sessions whose client has vanished in the middle of a statement are ended by the server', async () => {
      const proxy = await FaultProxy.start(server.host, server.port);
      const to = loadTarget(protocol, server, { limits: { statementTimeoutMs: 1_000, idleTimeoutMs: 1_000 } });
      const lost = createPool({ ...to, via: { host: '127.0.0.1', port: proxy.port } });
      const held = await acquireAll(lost, 3);
      for (const { connection } of held) runOn(connection, sleepFor[protocol](30)).catch(() => {});
      await sleep(100);
      proxy.switchTo('hole'); // Neither side hears of the other any more, as after SIGKILL of a machine.
      await lost.end(0);
      await settled(protocol, watcher, 0, server.user);
      await proxy.close();
    });

    test('idle sessions of a pool outlive the limit that ends forgotten ones', async () => {
      const idle = createPool(loadTarget(protocol, server, { limits: { idleTimeoutMs: 1_000 } }));
      await idle.openAll(never);
      const ids = [...idle.processIds].sort();
      await sleep(3_000);
      expect([...idle.processIds].sort()).toEqual(ids);
      for (const { connection } of await acquireAll(idle, 3)) {
        await runOn(connection, 'SELECT 1');
        connection.release();
      }
    });

    test('a single connection does the same, and leaves no session', async () => {
      const to = loadTarget(protocol, server, { limits });
      const { connection, times, close } = await driver.connect(to, 5_000, never);
      expect(sumOf(times)).toBeCloseTo(times.totalMs, 6);
      for (const [name, value] of Object.entries(inForce[engine])) {
        await runOn(connection, demand[protocol](name, value));
      }
      await runOn(connection, `SELECT ${protocol === 'postgres' ? '$1::int' : '?'} + 1`, {
        values: [1],
        prepared: true,
      });
      await runOn(connection, `SELECT ${protocol === 'postgres' ? '$1::int' : '?'} + 1`, { values: [1] });
      connection.release();
      await close();
      await settled(protocol, watcher, 0, server.user);
    });

    describe.runIf(server.startedHere)('over other ways', () => {
      const ca = () => readFileSync(server.caFile ?? '', 'utf8');

      // MySQL makes its certificate itself, for no host.
      const modes =
        engine === 'mysql' ? (['require', 'verify-ca'] as const) : (['require', 'verify-ca', 'verify-full'] as const);
      test.each(modes)('TLS with sslmode=%s has a time of its own', async (mode) => {
        const to = loadTarget(protocol, server, { tls: { mode, ...(mode !== 'require' && { ca: ca() }) } });
        const times = await connect(to);
        expect(times.tlsMs).toBeGreaterThan(0);
        expect(sumOf(times)).toBeCloseTo(times.totalMs, 6);
        for (const each of await createPool(to).openAll(never)) expect(each.tlsMs).toBeGreaterThan(0);
        await sleep(10);
        expect(pool?.connections).toBe(3);
      });

      test('TLS sessions that are killed leave the pool', async () => {
        const killed = createPool(loadTarget(protocol, server, { tls: { mode: 'require' } }));
        await killed.openAll(never);
        for (const id of killed.processIds) {
          await watcher.rows(protocol === 'postgres' ? `SELECT pg_terminate_backend(${id})` : `KILL ${id}`);
        }
        await expect.poll(() => killed.connections).toBe(0);
        const { connection, openedMs } = await acquire(killed);
        expect(openedMs).toBeGreaterThan(0);
        await runOn(connection, 'SELECT 1');
        connection.release();
      });

      test.skipIf(engine === 'mysql')(
        'a proxy before it: the certificate is held against the name of the server',
        async () => {
          const proxy = await FaultProxy.start(server.host, server.port);
          const via = { host: '127.0.0.1', port: proxy.port };
          const right = loadTarget(protocol, server, { tls: { mode: 'verify-full', ca: ca() } });
          expect((await connect({ ...right, via })).tlsMs).toBeGreaterThan(0);
          const wrong = loadTarget(protocol, server, { host: 'db.example', tls: { mode: 'verify-full', ca: ca() } });
          await expect(connect({ ...wrong, via })).rejects.toMatchObject({ code: 'TLS_UNTRUSTED' });
          await expect(createPool({ ...wrong, via }).openAll(never)).rejects.toMatchObject({ code: 'TLS_UNTRUSTED' });
          const named = loadTarget(protocol, server, { host: 'localhost', tls: { mode: 'verify-full', ca: ca() } });
          expect(await createPool({ ...named, via }).openAll(never)).toHaveLength(3);
          expect(proxy.connections).toBeGreaterThan(4);
          await pool?.end(500);
          await proxy.close();
        },
      );

      test('the Unix socket, without TLS', async () => {
        const to = loadTarget(protocol, server, { socketPath: socketOf(server), tls: { mode: 'require' } });
        expect(await connect(to)).not.toHaveProperty('tlsMs');
        expect(await createPool(to).openAll(never)).toHaveLength(3);
      });
    });
  });
}

function socketOf({ socketPath = '', port }: Server): string {
  return /mysql|mariadb/.test(socketPath) ? socketPath : `${socketPath}/.s.PGSQL.${port}`;
}

describeWith('postgres', ({ startedHere }) => {
  test.runIf(startedHere)('sslmode=prefer goes on without TLS where the server has none', async () => {
    const server = await startOwn('postgres', { ssl: 'off' });
    try {
      await goesOnWithoutTls('postgres', server);
    } finally {
      await server.stop();
    }
  });
});

describeWith('mariadb', ({ startedHere }) => {
  test.runIf(startedHere)('sslmode=prefer goes on without TLS where the server has none', async () => {
    const server = await startOwn('mariadb', { ssl: '0' });
    try {
      await goesOnWithoutTls('mariadb', server);
    } finally {
      await server.stop();
    }
  });
});

async function goesOnWithoutTls(engine: 'postgres' | 'mariadb', server: Server): Promise<void> {
  const driver = await driverOf(engine, server);
  const to = loadTarget(protocolOf[engine], server, { tls: { mode: 'prefer' } });
  const pool = driver.createPool(to, { ...settings, queueLimit: 1 });
  const times = await pool.openAll(never);
  expect(times.map(({ tlsMs }) => tlsMs)).toEqual([undefined, undefined, undefined]);
  await pool.end(500);
  const again = loadTarget(protocolOf[engine], server, { tls: { mode: 'prefer' } });
  const { close, times: alone } = await driver.connect(again, 5_000, never);
  expect(alone.tlsMs).toBeUndefined();
  await close();
  const strict = loadTarget(protocolOf[engine], server, { tls: { mode: 'require' } });
  await expect(driver.createPool(strict, settings).openAll(never)).rejects.toMatchObject({ code: 'TLS_UNSUPPORTED' });
}

describeWith('postgres13', (server) => {
  test('a server that lacks the newer limits gets the others', async () => {
    const driver = await driverOf('postgres13', server);
    const pool = driver.createPool(loadTarget('postgres', server, { limits }), settings);
    const { connection } = await acquire(pool);
    await runOn(connection, demand.postgres('statement_timeout', '1500ms'));
    await runOn(connection, demand.postgres('default_transaction_read_only', 'on'));
    connection.release();
    await pool.end(500);
  });
});

describeWith('pgbouncer', (pooler) => {
  test('no session of a pooler is touched: it serves others after us', async () => {
    const driver = await driverOf('postgres', pooler);
    const to = loadTarget('postgres', pooler, { limits: { statementTimeoutMs: 1_234 } });
    await expect(driver.createPool(to, settings).openAll(never)).rejects.toMatchObject({ code: 'PROTOCOL_MISMATCH' });
    await expect(driver.connect(to, 5_000, never)).rejects.toMatchObject({ code: 'PROTOCOL_MISMATCH' });
    const next = await open('postgres', ordinary(pooler));
    const [row] = await next.rows(`SELECT current_setting('statement_timeout') AS one`);
    expect(row?.['one']).not.toBe('1234ms');
    await next.end();
  });
});
