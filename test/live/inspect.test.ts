import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Warning } from '../../src/base/warning.ts';
import { freePort } from '../../src/embedded/port.ts';
import { openServer } from '../../src/engines/open.ts';
import { ConnectionTarget } from '../../src/engines/target.ts';
import { inspectSession } from '../../src/inspect/inspect-session.ts';
import type { Inspection } from '../../src/inspect/inspection.ts';
import { beginLogin } from '../helpers/begin-login.ts';
import { FaultProxy } from '../helpers/fault-proxy.ts';
import { describeWith } from '../helpers/live.ts';
import { poolctl } from '../helpers/run.ts';
import { type OwnServer, startOwn } from '../helpers/servers/own-server.ts';
import {
  admin,
  dsn,
  endAll,
  type Login,
  open,
  openAll,
  openUntilRefused,
  ordinary,
  type Protocol,
  protocolOf,
  run,
  type Session,
  settled,
} from '../helpers/sessions.ts';

interface Answer {
  readonly result: Inspection;
  readonly warnings: readonly Warning[];
}

async function inspect(protocol: Protocol, login: Login): Promise<Answer> {
  const env = { DATABASE_URL: dsn(protocol, login) };
  const { stdout, stderr, exitCode } = await poolctl('inspect --json', { env });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return JSON.parse(stdout);
}

interface Situation {
  readonly watcher: Session;
  /** Who asks poolctl, and is then let in or not. */
  readonly login: Login;
  /** Sessions of theirs that are open all the while. */
  readonly own?: number;
  /** Sessions of somebody else. */
  readonly others?: { readonly login: Login; readonly count: number };
}

interface Compared {
  readonly said: number;
  readonly letIn: number;
  readonly limitedBy: string;
}

/** What poolctl says is free, and how many sessions the server then really lets in. */
async function compare(protocol: Protocol, { watcher, login, own = 0, others }: Situation): Promise<Compared> {
  const there = own + (others?.count ?? 0);
  await settled(protocol, watcher, 0);
  const open = [
    ...(await openAll(own, protocol, login)),
    ...(others ? await openAll(others.count, protocol, others.login) : []),
  ];
  try {
    const { freeConnections: said, limitedBy } = (await inspect(protocol, login)).result.budget;
    await settled(protocol, watcher, there);
    const { sessions } = await openUntilRefused(protocol, login);
    open.push(...sessions);
    return { said, letIn: sessions.length, limitedBy };
  } finally {
    await endAll(open);
  }
}

/** A session that has just ended may hold its slot a moment longer than it is listed, so this tries again. */
function expectFree(protocol: Protocol, situation: () => Situation, free: number, limitedBy: string): Promise<void> {
  return expect
    .poll(() => compare(protocol, situation()), { timeout: 20_000, interval: 100 })
    .toEqual({ said: free, letIn: free, limitedBy });
}

const password = 'Eau-de-Nil-7';

for (const engine of ['postgres', 'postgres13'] as const) {
  describeWith(engine, (server) => {
    describe.runIf(server.startedHere)('what is free is what the server then lets in', () => {
      const app = ordinary(server);
      const capped = { ...app, user: 'capped', password };
      const other = { ...app, user: 'somebody', password };
      let watcher: Session;

      beforeAll(async () => {
        watcher = await open('postgres', admin(server));
        await watcher.rows(`CREATE ROLE capped LOGIN PASSWORD '${password}' CONNECTION LIMIT 5`);
        await watcher.rows(`CREATE ROLE somebody LOGIN PASSWORD '${password}'`);
      });
      afterAll(async () => {
        await settled('postgres', watcher, 0);
        await watcher.rows('DROP ROLE capped, somebody');
        await watcher.rows(`ALTER DATABASE ${server.database} CONNECTION LIMIT -1`);
        await watcher.end();
      });

      const one = { login: other, count: 1 };
      const databaseLimit = `CONNECTION LIMIT of the database ${server.database}`;
      const roleLimit = 'CONNECTION LIMIT of the role capped';
      // The watcher is a superuser, in the same database.
      test.each([
        { login: app, own: 0, others: one, limit: -1, free: 100 - 3 - 2, limitedBy: 'max_connections' },
        { login: app, own: 4, others: one, limit: -1, free: 100 - 3 - 6, limitedBy: 'max_connections' },
        { login: capped, own: 0, limit: -1, free: 5, limitedBy: roleLimit },
        { login: capped, own: 2, others: one, limit: -1, free: 5 - 2, limitedBy: roleLimit },
        { login: app, own: 0, others: one, limit: 9, free: 9 - 2, limitedBy: databaseLimit },
        { login: app, own: 3, others: one, limit: 9, free: 9 - 5, limitedBy: databaseLimit },
        { login: capped, own: 1, limit: 4, free: 4 - 2, limitedBy: databaseLimit },
        { login: capped, own: 1, limit: 8, free: 5 - 1, limitedBy: roleLimit },
      ])(
        '$free for $login.user with $own sessions and a CONNECTION LIMIT of the database of $limit',
        async (wanted) => {
          await watcher.rows(`ALTER DATABASE ${server.database} CONNECTION LIMIT ${wanted.limit}`);
          await expectFree('postgres', () => ({ watcher, ...wanted }), wanted.free, wanted.limitedBy);
        },
      );
    });
  });
}

describeWith('postgres', () => {
  describe('a PostgreSQL with reserved slots', () => {
    let own: OwnServer;
    let watcher: Session;
    beforeAll(async () => {
      own = await startOwn('postgres', {
        max_connections: 14,
        superuser_reserved_connections: 3,
        reserved_connections: 2,
        autovacuum_naptime: '1s',
        autovacuum_vacuum_cost_delay: '100ms',
        autovacuum_vacuum_cost_limit: 1,
      });
      watcher = await open('postgres', admin(own));
      await watcher.rows(`CREATE ROLE trusted LOGIN PASSWORD '${password}' IN ROLE pg_use_reserved_connections`);
      await watcher.rows(`CREATE ROLE boss LOGIN SUPERUSER PASSWORD '${password}'`);
    });
    afterAll(async () => {
      await watcher.end();
      await own.stop();
    });

    const trusted = () => ({ ...ordinary(own), user: 'trusted', password });
    const boss = () => ({ ...ordinary(own), user: 'boss', password });

    test('keeps five of fourteen from an ordinary role', async () => {
      await expectFree('postgres', () => ({ watcher, login: ordinary(own) }), 14 - 5 - 1, 'max_connections');
      const others = () => ({ login: boss(), count: 2 });
      await expectFree(
        'postgres',
        () => ({ watcher, login: ordinary(own), own: 3, others: others() }),
        14 - 5 - 6,
        'max_connections',
      );
    });

    test('keeps three of them from a member of pg_use_reserved_connections, and says that it is one', async () => {
      await expectFree('postgres', () => ({ watcher, login: trusted(), own: 1 }), 14 - 3 - 2, 'max_connections');
      const { result, warnings } = await inspect('postgres', trusted());
      expect(result.limits.reserved).toEqual([
        { name: 'superuser_reserved_connections', connections: 3, isOpen: false },
        { name: 'reserved_connections', connections: 2, isOpen: true },
      ]);
      expect(warnings.map(({ code }) => code)).toContain('ADMIN_LOGIN');
    });

    test('keeps none from a superuser', async () => {
      await expectFree('postgres', () => ({ watcher, login: boss() }), 14 - 1, 'max_connections');
    });

    test('does not take its own autovacuum for a client', async () => {
      const app = ordinary(own);
      await run(
        'postgres',
        app,
        "CREATE TABLE big AS SELECT i, repeat('x', 500) AS x FROM generate_series(1, 60000) i",
        'DELETE FROM big WHERE i % 2 = 0',
      );
      const workers = `SELECT count(*)::int AS n FROM pg_stat_activity
        WHERE backend_type = 'autovacuum worker' AND datname = '${own.database}'`;
      await expect.poll(async () => (await watcher.rows(workers))[0], { timeout: 20_000 }).not.toEqual({ n: 0 });
      await settled('postgres', watcher, 0);
      const { result } = await inspect('postgres', app);
      expect(await watcher.rows(workers)).not.toEqual([{ n: 0 }]);
      expect(result.sessions).toMatchObject({ connected: 1, hidden: 1 });
      expect(result.limits.taken).toBe(1);
    });
  });
});

for (const engine of ['mariadb', 'mysql'] as const) {
  describeWith(engine, () => {
    describe('a server with twelve slots', () => {
      let own: OwnServer;
      let watcher: Session;
      let extraPort = 0;
      beforeAll(async () => {
        extraPort = await freePort();
        own = await startOwn(engine, {
          'max-connections': 12,
          // MariaDB lets it be changed only when the server did not start with 0.
          'max-user-connections': 1_000,
          'performance-schema': 'ON',
          ...(engine === 'mariadb' && { 'extra-port': extraPort, 'extra-max-connections': 4 }),
        });
        watcher = await open('mysql', admin(own));
        for (const [name, limit] of [
          ['capped', 4],
          ['somebody', 0],
        ] as const) {
          await watcher.rows(`CREATE USER ${name}@'%' IDENTIFIED BY '${password}' WITH MAX_USER_CONNECTIONS ${limit}`);
          await watcher.rows(`GRANT ALL ON ${own.database}.* TO ${name}@'%'`);
        }
      });
      afterAll(async () => {
        await watcher.end();
        await own.stop();
      });

      const login = (user: string): Login => ({ ...ordinary(own), user, password });

      test.each([
        { user: 'somebody', own: 0, globally: 1_000, free: 12 - 1, limitedBy: 'max_connections' },
        { user: 'somebody', own: 2, globally: 1_000, free: 12 - 3, limitedBy: 'max_connections' },
        { user: 'capped', own: 0, globally: 1_000, free: 4, limitedBy: 'MAX_USER_CONNECTIONS of capped@%' },
        { user: 'capped', own: 1, globally: 1_000, free: 4 - 1, limitedBy: 'MAX_USER_CONNECTIONS of capped@%' },
        { user: 'somebody', own: 0, globally: 6, free: 6, limitedBy: 'max_user_connections of every user' },
        { user: 'somebody', own: 2, globally: 6, free: 6 - 2, limitedBy: 'max_user_connections of every user' },
        { user: 'capped', own: 2, globally: 6, free: 4 - 2, limitedBy: 'MAX_USER_CONNECTIONS of capped@%' },
      ])('$free for $user with $own sessions and max_user_connections of $globally', async (wanted) => {
        const { user, own: mine, globally, free, limitedBy } = wanted;
        await watcher.rows(`SET GLOBAL max_user_connections = ${globally}`);
        await expectFree('mysql', () => ({ watcher, login: login(user), own: mine }), free, limitedBy);
      });

      test.each(['the account', 'every user'])(
        'sessions from before a limit of %s count in MariaDB, and not in MySQL',
        async (of) => {
          const isGlobal = of === 'every user';
          await watcher.rows("CREATE USER older@'%' IDENTIFIED BY 'Older-1'");
          const [none, three] = isGlobal
            ? ['SET GLOBAL max_user_connections = 0', 'SET GLOBAL max_user_connections = 3']
            : ['ALTER USER older WITH MAX_USER_CONNECTIONS 0', 'ALTER USER older WITH MAX_USER_CONNECTIONS 3'];
          const older = { ...login('older'), database: undefined, password: 'Older-1' };
          if (engine === 'mysql') await watcher.rows('SET GLOBAL max_user_connections = 0');
          if (engine === 'mysql' || !isGlobal) await watcher.rows(none);
          const before = await openAll(4, 'mysql', older);
          await watcher.rows(three);
          const answer = engine === 'mysql' ? await inspect('mysql', older) : undefined;
          const { sessions } = await openUntilRefused('mysql', older);
          // MariaDB counts all where it started with a limit of every user, as this one did: poolctl cannot log in either.
          expect(sessions).toHaveLength(engine === 'mysql' ? 3 : 0);
          if (answer) {
            expect(answer.result.limits.caps).toMatchObject([{ connections: 3, taken: 4 }]);
            expect(answer.warnings.map(({ code }) => code)).toContain('LIMIT_MISSES_OLDER');
          }
          await endAll([...before, ...sessions]);
          await watcher.rows('SET GLOBAL max_user_connections = 1000');
          await watcher.rows('DROP USER older');
        },
      );

      test('the limit of every user binds an administrator of MySQL, and none of MariaDB', async () => {
        const privilege = engine === 'mysql' ? 'CONNECTION_ADMIN' : 'CONNECTION ADMIN';
        await watcher.rows("CREATE USER boss@'%' IDENTIFIED BY 'Boss-1'");
        await watcher.rows(`GRANT ${privilege} ON *.* TO boss`);
        await watcher.rows('SET GLOBAL max_user_connections = 3');
        const boss = { ...login('boss'), database: undefined, password: 'Boss-1' };
        const { result } = await inspect('mysql', boss);
        const sessions = await openAll(3, 'mysql', boss);
        const fourth = await open('mysql', boss).catch(() => undefined);
        expect(fourth === undefined).toBe(engine === 'mysql');
        expect(result.limits.caps).toHaveLength(engine === 'mysql' ? 1 : 0);
        await endAll([...sessions, ...(fourth ? [fourth] : [])]);
        await watcher.rows('SET GLOBAL max_user_connections = 1000');
        await watcher.rows('DROP USER boss');
      });

      test('sessions of others come off too, and max_connections may then be tighter than the limit of the user', async () => {
        await watcher.rows('SET GLOBAL max_user_connections = 6');
        const others = { login: login('capped'), count: 4 };
        const app = ordinary(own);
        await expectFree(
          'mysql',
          () => ({ watcher, login: app, own: 3, others }),
          6 - 3,
          'max_user_connections of every user',
        );
        await watcher.rows('SET GLOBAL max_user_connections = 1000');
        await expectFree('mysql', () => ({ watcher, login: app, own: 3, others }), 12 - 1 - 4 - 3, 'max_connections');
      });

      test('the most at once and the refused are those that the server counted', async () => {
        const app = ordinary(own);
        await settled('mysql', watcher, 0);
        const { refused = 0 } = (await inspect('mysql', app)).result.sessions;
        const { sessions } = await openUntilRefused('mysql', app);
        await settled('mysql', watcher, sessions.length);
        sessions.push(await open('mysql', admin(own)));
        for (let more = 0; more < 2; more += 1) await expect(open('mysql', app)).rejects.toMatchObject({ errno: 1040 });
        await endAll(sessions);
        await settled('mysql', watcher, 0);
        const { result, warnings } = await inspect('mysql', app);
        // MariaDB does not count the first, for which the slot of the administrator was left.
        expect(result.sessions.refused).toBe(refused + (engine === 'mysql' ? 3 : 2));
        const [row] = await watcher.rows(`SHOW GLOBAL STATUS LIKE 'Max_used_connections'`);
        expect(result.sessions.highWater?.connections).toBe(Number(row?.['Value']));
        expect(result.sessions.highWater?.connections).toBeGreaterThanOrEqual(12);
        expect(warnings.map(({ code }) => code)).toEqual(
          expect.arrayContaining(['CONNECTIONS_REFUSED', 'SERVER_WAS_FULL']),
        );
      });

      test.runIf(engine === 'mariadb')('sessions on extra_port take no slots, and that port is named', async () => {
        await settled('mysql', watcher, 0);
        const app = ordinary(own);
        const there = await openAll(3, 'mysql', { ...app, port: extraPort });
        const { result } = await inspect('mysql', app);
        expect(result.limits.besides).toEqual([
          { name: `extra_port ${extraPort}`, connections: 4, note: expect.stringContaining('more may be free') },
        ]);
        await settled('mysql', watcher, 3, app.user);
        const { sessions } = await openUntilRefused('mysql', app);
        await endAll([...sessions, ...there]);
        expect({ letIn: sessions.length, said: result.budget.freeConnections }).toEqual({ letIn: 11, said: 11 });
        const throughIt = (await inspect('mysql', { ...app, port: extraPort })).result;
        expect(throughIt.budget.freeConnections).toBe(11);
        expect(throughIt.forwardedToPort).toBeUndefined();
      });

      test.runIf(engine === 'mariadb')('what is refused without being counted is not said to be none', async () => {
        await run('mysql', admin(own), 'FLUSH STATUS');
        expect((await inspect('mysql', ordinary(own))).result.sessions).not.toHaveProperty('refused', 0);
      });

      test.each([
        [3_600, { maxLifetimeMs: 3_420_000, idleTimeoutMs: 3_249_000, keepAliveMs: 60_000 }],
        [40, { maxLifetimeMs: 20_000, idleTimeoutMs: 10_000, keepAliveMs: 20_000 }],
      ])('a wait_timeout of %d s leads to %j', async (seconds, wanted) => {
        await watcher.rows(`SET GLOBAL wait_timeout = ${seconds}`);
        const { result } = await inspect('mysql', ordinary(own));
        expect(result.timeLimits).toContainEqual({ name: 'wait_timeout', kind: 'idle', ms: seconds * 1_000 });
        expect(result.lifetimes).toEqual({ because: 'wait_timeout', ...wanted });
        await watcher.rows('SET GLOBAL wait_timeout = 28800');
      });

      test('tells who is connected, by user, program, client and state, and who idles in a transaction', async () => {
        await settled('mysql', watcher, 0);
        await watcher.rows(`CREATE USER monitor@'%' IDENTIFIED BY '${password}'`);
        await watcher.rows(`GRANT PROCESS ON *.* TO monitor@'%'`);
        await watcher.rows(`GRANT SELECT ON performance_schema.* TO monitor@'%'`);
        const shop = { ...login('somebody'), application: 'shop' };
        await run('mysql', shop, 'CREATE TABLE t (i INT PRIMARY KEY)', 'INSERT INTO t VALUES (1)');
        const [holder, ...idle] = await openAll(3, 'mysql', shop);
        const waiter = await open('mysql', { ...shop, application: 'report' });
        await holder?.rows('START TRANSACTION');
        await holder?.rows('SELECT i FROM t FOR UPDATE');
        const waiting = waiter.rows('SELECT i FROM t FOR UPDATE');
        await sleep(1_100);
        await settled('mysql', watcher, 4);

        const { database, ...monitor } = login('monitor');
        const { result, warnings } = await inspect('mysql', monitor);
        await holder?.rows('ROLLBACK');
        await waiting;
        await endAll([waiter, ...idle, ...(holder ? [holder] : [])]);
        const client = engine === 'mysql' ? 'localhost' : '127.0.0.1';
        expect(result.sessions).toMatchObject({ connected: 5, hidden: 0, waitingForLocks: 1 });
        const groups = result.sessions.groups.filter(({ user }) => user === 'somebody');
        expect(groups).toEqual([
          { user: 'somebody', database, application: 'shop', client, state: 'sleep', connections: 2 },
          { user: 'somebody', database, application: 'shop', client, state: 'idle in transaction', connections: 1 },
          { user: 'somebody', database, application: 'report', client, state: 'query', connections: 1 },
        ]);
        expect(result.sessions.groups.map(({ connections }) => connections)).toEqual([2, 1, 1, 1]);
        expect(result.sessions.idleInTransaction?.sessions).toBe(1);
        expect(result.sessions.idleInTransaction?.oldestSeconds).toBeGreaterThanOrEqual(1);
        expect(result.sessions.idleInTransaction?.oldestSeconds).toBeLessThan(60);
        expect(warnings.map(({ code }) => code)).not.toContain('NOT_ALL_SEEN');
      });

      test('without a privilege counts all the same, and the GRANT of its hint shows the rest', async () => {
        await settled('mysql', watcher, 0);
        await watcher.rows(`CREATE USER 'o''b@d\\\\'@'%' IDENTIFIED BY '${password}'`);
        const { database, ...odd } = login("o'b@d\\");
        const there = await openAll(3, 'mysql', login('somebody'));
        const before = await inspect('mysql', odd);
        expect(before.result.sessions).toMatchObject({ connected: 4, hidden: 4, groups: [] });
        expect(before.result.sessions).not.toHaveProperty('idleInTransaction');
        await watcher.rows(grantIn(before.warnings));
        await settled('mysql', watcher, 3);
        const after = await inspect('mysql', odd);
        await endAll(there);
        expect(after.result.sessions).toMatchObject({ connected: 4, hidden: 0, idleInTransaction: { sessions: 0 } });
        expect(after.warnings.map(({ code }) => code)).not.toContain('NOT_ALL_SEEN');
        expect(database).toBe(own.database);
      });

      test('is one session named poolctl as long as it asks, and none afterwards', async () => {
        await settled('mysql', watcher, 0);
        const seen = await sampled(own, () => poolctlInMysql(watcher), 'mysql', ordinary(own));
        expect(Math.max(...seen)).toBe(1);
        expect(seen.filter((count) => count === 1).length).toBeGreaterThan(5);
        await settled('mysql', watcher, 0);
      });
    });
  });
}

/** The statement before the semicolon in the hint of NOT_ALL_SEEN. */
function grantIn(warnings: readonly Warning[]): string {
  const hint = warnings.find(({ code }) => code === 'NOT_ALL_SEEN')?.hint ?? '';
  expect(hint).toMatch(/^GRANT .*; poolctl only reads\.$/);
  return hint.slice(0, hint.lastIndexOf(';'));
}

async function poolctlInMysql(watcher: Session): Promise<number> {
  const [row] = await watcher.rows(
    `SELECT COUNT(*) AS n FROM performance_schema.session_connect_attrs WHERE ATTR_NAME = 'program_name' AND ATTR_VALUE = 'poolctl'`,
  );
  return Number(row?.['n']);
}

async function poolctlInPostgres(watcher: Session): Promise<number> {
  const [row] = await watcher.rows(
    `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'poolctl'`,
  );
  return Number(row?.['n']);
}

/** Looks again and again while poolctl inspects the server over a slow line. */
async function sampled(
  { host, port }: { host: string; port: number },
  look: () => Promise<number>,
  protocol: Protocol,
  login: Login,
): Promise<number[]> {
  const proxy = await FaultProxy.start(host, port);
  proxy.switchTo({ delayMs: 20 });
  const seen: number[] = [];
  let isOver = false;
  const inspecting = inspect(protocol, { ...login, port: proxy.port }).finally(() => {
    isOver = true;
  });
  while (!isOver) {
    seen.push(await look());
    await sleep(10);
  }
  await inspecting;
  expect(proxy.connections).toBe(1);
  await proxy.close();
  return seen;
}

describeWith('postgres', (server) => {
  const app = ordinary(server);

  describe.runIf(server.startedHere)('who is connected', () => {
    const shopper = { ...app, user: 'shopper', password };
    let watcher: Session;
    beforeAll(async () => {
      watcher = await open('postgres', admin(server));
      await watcher.rows(`CREATE ROLE shopper LOGIN PASSWORD '${password}'`);
      await watcher.rows(`CREATE ROLE monitor LOGIN PASSWORD '${password}' IN ROLE pg_monitor`);
      await watcher.rows(`CREATE ROLE "o""dd" LOGIN PASSWORD '${password}'`);
    });
    afterAll(async () => {
      await settled('postgres', watcher, 0);
      await watcher.rows('DROP ROLE shopper, monitor, "o""dd"');
      await watcher.end();
    });

    test('is told by user, application, client and state, with transactions that idle or have failed', async () => {
      await settled('postgres', watcher, 0);
      const shop = { ...shopper, application: 'shop' };
      const idle = await openAll(2, 'postgres', shop);
      const [holder, failed] = await openAll(2, 'postgres', shop);
      const waiter = await open('postgres', { ...shopper, application: 'report' });
      const local =
        server.socketPath === undefined ? [] : [await open('postgres', { ...shopper, host: server.socketPath })];
      await holder?.rows('BEGIN');
      await holder?.rows('SELECT pg_advisory_xact_lock(17)');
      await failed?.rows('BEGIN');
      await expect(failed?.rows('SELECT 1 / 0')).rejects.toThrow('division by zero');
      const waiting = waiter.rows('SELECT pg_advisory_xact_lock(17)');
      await sleep(400);

      const { result, warnings } = await inspect('postgres', { ...app, user: 'monitor', password });
      await holder?.rows('ROLLBACK');
      await waiting;
      await endAll([waiter, ...idle, ...local, ...[holder, failed].filter((session) => session !== undefined)]);
      const group = { user: 'shopper', database: server.database, client: server.host, connections: 1 };
      expect(result.sessions.groups).toHaveLength(6);
      expect(result.sessions.groups).toEqual(
        expect.arrayContaining([
          { ...group, application: 'shop', state: 'idle', connections: 2 },
          { ...group, application: 'shop', state: 'idle in transaction' },
          { ...group, application: 'shop', state: 'idle in transaction (aborted)' },
          { ...group, application: 'report', state: 'active' },
          { user: 'shopper', database: server.database, state: 'idle', connections: 1 },
          { ...group, user: server.adminUser, state: 'idle' },
        ]),
      );
      expect(result.sessions).toMatchObject({ connected: 7, hidden: 0, waitingForLocks: 1 });
      expect(result.sessions.idleInTransaction?.sessions).toBe(2);
      expect(result.sessions.idleInTransaction?.oldestSeconds).toBeGreaterThanOrEqual(0.4);
      expect(result.sessions.idleInTransaction?.oldestSeconds).toBeLessThan(60);
      expect(warnings.map(({ code }) => code)).not.toContain('NOT_ALL_SEEN');
    });

    test('is only counted without a privilege, and the GRANT of the hint shows the rest', async () => {
      await settled('postgres', watcher, 0);
      const odd = { ...app, user: 'o"dd', password };
      const there = [...(await openAll(3, 'postgres', shopper)), ...(await openAll(2, 'postgres', odd))];
      const before = await inspect('postgres', odd);
      expect(before.result.sessions).toMatchObject({ connected: 6, hidden: 4 });
      expect(before.result.sessions.groups).toEqual([
        { user: 'shopper', database: server.database, connections: 3 },
        { user: 'o"dd', database: server.database, client: server.host, state: 'idle', connections: 2 },
        { user: server.adminUser, database: server.database, connections: 1 },
      ]);
      expect(before.result.sessions.idleInTransaction).toEqual({ sessions: 0 });
      await watcher.rows(grantIn(before.warnings));
      const after = await inspect('postgres', odd);
      await endAll(there);
      expect(after.result.sessions).toMatchObject({ connected: 6, hidden: 0, idleInTransaction: { sessions: 0 } });
      expect(after.warnings.map(({ code }) => code)).not.toContain('NOT_ALL_SEEN');
    });

    test('includes one session named poolctl as long as it asks, and none afterwards', async () => {
      await settled('postgres', watcher, 0);
      const seen = await sampled(server, () => poolctlInPostgres(watcher), 'postgres', app);
      expect(Math.max(...seen)).toBe(1);
      expect(seen.filter((count) => count === 1).length).toBeGreaterThan(5);
      await settled('postgres', watcher, 0);
    });

    test('an idle_session_timeout of the role leads to lifetimes below it', async () => {
      expect((await inspect('postgres', shopper)).result.lifetimes).toEqual({});
      await watcher.rows(`ALTER ROLE shopper SET idle_session_timeout = '10min'`);
      await watcher.rows(`ALTER ROLE shopper SET idle_in_transaction_session_timeout = '90s'`);
      const { result } = await inspect('postgres', shopper);
      expect(result.timeLimits).toEqual(
        expect.arrayContaining([
          { name: 'idle_session_timeout', kind: 'idle', ms: 600_000 },
          { name: 'idle_in_transaction_session_timeout', kind: 'idle in transaction', ms: 90_000 },
          { name: 'statement_timeout', kind: 'statement' },
        ]),
      );
      expect(result.lifetimes).toEqual({
        because: 'idle_session_timeout',
        maxLifetimeMs: 570_000,
        idleTimeoutMs: 540_000,
        keepAliveMs: 60_000,
      });
    });
  });

  describe.runIf(server.startedHere)('size --server', () => {
    const capped = { ...app, user: 'capped', password };
    const other = { ...app, user: 'somebody', password };
    let watcher: Session;
    let there: Session[];
    beforeAll(async () => {
      watcher = await open('postgres', admin(server));
      await watcher.rows(`CREATE ROLE capped LOGIN PASSWORD '${password}' CONNECTION LIMIT 40`);
      await watcher.rows(`CREATE ROLE somebody LOGIN PASSWORD '${password}'`);
      await settled('postgres', watcher, 0);
      there = [...(await openAll(3, 'postgres', app)), ...(await openAll(2, 'postgres', other))];
    });
    afterAll(async () => {
      await endAll(there);
      await settled('postgres', watcher, 0);
      await watcher.rows('DROP ROLE capped, somebody');
      await watcher.end();
    });

    const size = (login: Login, ...flags: string[]) =>
      poolctl(['size', '--tps', '200', '--p95', '300', '--server', dsn('postgres', login), ...flags]);

    test.each([
      { instances: 1, fits: true, exitCode: 0 },
      { instances: 2, fits: false, exitCode: 1 },
    ])(
      'says whether the pools of $instances instances fit beside the others there',
      async ({ instances, ...wanted }) => {
        const { stdout, exitCode } = await size(app, '--instances', String(instances), '--json');
        const { result, warnings } = JSON.parse(stdout);
        expect(exitCode).toBe(wanted.exitCode);
        expect(result.budget).toMatchObject({
          maxConnections: 100,
          reservedConnections: 3,
          otherConnections: 3, // Two of somebody's and the watcher; the role's own three are the fleet's.
          availableConnections: 94,
          fits: wanted.fits,
        });
        expect(warnings).toContainEqual(
          expect.objectContaining({ code: 'OTHERS_COUNTED_NOW', message: expect.stringContaining('the other 3') }),
        );
      },
    );

    test('takes --other-connections instead of those there', async () => {
      const { stdout } = await size(app, '--instances', '1', '--other-connections', '20', '--json');
      expect(JSON.parse(stdout).result.budget).toMatchObject({ otherConnections: 20, availableConnections: 77 });
    });

    test('keeps to the CONNECTION LIMIT of the role, and names raising it as a way out', async () => {
      const { stdout, exitCode } = await size(capped, '--instances', '1', '--json');
      const { budget, shortfall } = JSON.parse(stdout).result;
      const name = 'CONNECTION LIMIT of the role capped';
      expect(budget).toMatchObject({ limitedBy: name, availableConnections: 40, fits: false });
      expect(shortfall.levers).toContainEqual({ kind: 'account-limit', name, connections: 90 });
      expect(exitCode).toBe(1);
    });

    test('--explain names where each number came from', async () => {
      const { stdout } = await size(capped, '--instances', '1', '--explain');
      const text = stdout.replace(/\s+/g, ' ');
      const name = `PostgreSQL ${server.version} at ${server.host}:${server.port}`;
      expect(text).toMatch(new RegExp(`max_connections 100 max_connections of ${name}`));
      expect(text).toMatch(new RegExp(`superuser_reserved_connections 3 ${name}`));
      expect(text).toMatch(/other connections 6 sessions of others than "capped" now/);
      expect(text).toMatch(new RegExp(`CONNECTION LIMIT of the role capped 40 ${name}`));
    });
  });
});

for (const engine of ['postgres', 'postgres13'] as const) {
  describeWith(engine, (server) => {
    test('inspect counts logins in progress where PostgreSQL shows them, and says where it does not', async () => {
      const sockets = await Promise.all([1, 2, 3].map(() => beginLogin(server)));
      try {
        const { stdout } = await poolctl('inspect', { env: { DATABASE_URL: dsn('postgres', ordinary(server)) } });
        const isShown = engine === 'postgres';
        expect(/\(logging in\) .* 3$/m.test(stdout)).toBe(isShown);
        expect(stdout.replace(/\s+/g, ' ').includes('without logins in progress')).toBe(!isShown);
      } finally {
        for (const socket of sockets) socket.destroy();
      }
    });
  });
}

describeWith('pgbouncer', (server) => {
  const login = ordinary(server);

  test('inspect says that a pooler is in the path', async () => {
    const { result, warnings } = await inspect('postgres', login);
    expect(result.throughPooler).toBe(true);
    expect(warnings.map(({ code }) => code)).toContain('POOLER_IN_PATH');
  });

  test('size refuses to take the limit behind it for the application’s, unless the pooler’s own is given', async () => {
    const size = (...flags: string[]) =>
      poolctl(['size', '--tps', '20', '--p95', '300', '--server', dsn('postgres', login), '--json', ...flags]);
    const refused = await size();
    expect(refused.exitCode).toBe(2);
    expect(JSON.parse(refused.stdout).error).toMatchObject({
      code: 'INPUT_MISSING',
      hint: expect.stringContaining('--max-connections'),
    });
    const { stdout, exitCode } = await size('--max-connections', '50');
    expect(exitCode).toBe(0);
    const { result, warnings } = JSON.parse(stdout);
    expect(result.budget).toMatchObject({ maxConnections: 50, availableConnections: 50 });
    const said = warnings.find(({ code }: Warning) => code === 'POOLER_IN_PATH');
    expect(said?.message).toContain("a pool's connect and acquire timeouts do not bound that wait");
  });
});

/** Counts how often the client says something after the server has. */
async function countingTrips(host: string, port: number) {
  let trips = 0;
  const listener = createServer((client) => {
    const server = connect(port, host);
    let isAnswered = true;
    client.on('data', (bytes) => {
      if (isAnswered) trips += 1;
      isAnswered = false;
      server.write(bytes);
    });
    server.on('data', (bytes) => {
      isAnswered = true;
      client.write(bytes);
    });
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('error', () => {});
      one.on('close', () => other.destroy());
    }
  });
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (listener.address() as AddressInfo).port,
    get trips() {
      return trips;
    },
    close: () => listener.close(),
  };
}

for (const engine of ['postgres', 'postgres13', 'mariadb', 'mysql'] as const) {
  describeWith(engine, (server) => {
    test.each([
      ['an ordinary user', ordinary(server)],
      ['an administrator', admin(server)],
    ])('for %s, four questions after the login are enough', async (_, { host, port, user, password: secret }) => {
      const counter = await countingTrips(host, port);
      const target = new ConnectionTarget({
        ...{ protocol: protocolOf[engine], host: '127.0.0.1', port: counter.port, user, password: secret },
        database: server.database,
        tls: { mode: 'disable' },
      });
      const opened = await openServer(target, { timeoutMs: 10_000, signal: new AbortController().signal });
      const before = counter.trips;
      const { budget, forwardedToPort } = await inspectSession(opened, target);
      const trips = counter.trips - before;
      await opened.session.close();
      counter.close();
      expect(budget.freeConnections).toBeGreaterThan(0);
      expect(forwardedToPort).toBe(port);
      expect(trips).toBeLessThanOrEqual(4);
    });
  });
}

for (const engine of ['postgres', 'postgres13', 'mariadb', 'mysql', 'pgbouncer'] as const) {
  describeWith(engine, (server) => {
    test('the session that poolctl asks through cannot write', async () => {
      const protocol = engine === 'mariadb' || engine === 'mysql' ? 'mysql' : 'postgres';
      const target = new ConnectionTarget({
        protocol,
        ...ordinary(server),
        database: server.database,
        tls: { mode: 'prefer' },
      });
      const { session } = await openServer(target, { timeoutMs: 10_000, signal: new AbortController().signal });
      try {
        for (const sql of ['CREATE TABLE written (i INT)', 'CREATE TEMPORARY TABLE written (i INT)']) {
          await expect(session.rows(sql)).rejects.toMatchObject({
            code: 'QUERY_FAILED',
            message: expect.stringMatching(protocol === 'postgres' ? /\(25006\)/ : /\(1792\)/),
          });
        }
        expect(await session.rows('SELECT 1 AS one')).toEqual([{ one: 1 }]);
      } finally {
        await session.close();
      }
    });
  });
}
