import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { freePort } from '../../src/embedded/port.ts';
import type { ServerFacts } from '../../src/engines/facts.ts';
import { openServer } from '../../src/engines/open.ts';
import type { Server } from '../../src/engines/server.ts';
import { ConnectionTarget } from '../../src/engines/target.ts';
import { liveBudget } from '../../src/inspect/live-budget.ts';
import { describeWith } from '../helpers/live.ts';
import { Load } from '../helpers/load.ts';
import { answer, ask, even, expectNear, ways } from '../helpers/measure.ts';
import { Unavailable } from '../helpers/servers/engine.ts';
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
  type Session,
  settled,
} from '../helpers/sessions.ts';

// What counts as a session of a client, for a user who may see little, while all that is none is at work.

const password = 'Eau-de-Nil-7';

async function asking<T>(protocol: Protocol, login: Login, question: (server: Server) => Promise<T>): Promise<T> {
  const { host, port, user, database = '' } = login;
  const target = new ConnectionTarget({
    ...{ protocol, host, port, user, database, password: login.password },
    tls: { mode: 'prefer' },
  });
  const server = await openServer(target, { timeoutMs: 10_000, signal: new AbortController().signal });
  try {
    return await question(server);
  } finally {
    await server.session.close();
  }
}

const factsFor = (protocol: Protocol, login: Login): Promise<ServerFacts> =>
  asking(protocol, login, (server) => server.facts());

for (const [engine, isExact] of [
  ['postgres', true],
  ['postgres13', false],
  ['postgres15', false],
] as const) {
  describeWith(engine === 'postgres15' ? 'postgres' : engine, () => {
    describe(`${engine} with walsenders, workers of a subscription, parallel queries and autovacuum at work`, () => {
      let own: OwnServer | undefined;
      let boss: Session;
      let replication: pg.Client;
      const others: Session[] = [];
      let working: Promise<unknown> = Promise.resolve();

      beforeAll(async () => {
        try {
          own = await startOwn(engine, {
            max_connections: 20,
            wal_level: 'logical',
            max_worker_processes: 16,
            max_parallel_workers: 8,
            autovacuum_naptime: '1s',
            autovacuum_vacuum_cost_delay: '100ms',
            autovacuum_vacuum_cost_limit: 1,
          });
        } catch (error) {
          if (error instanceof Unavailable) return;
          throw error;
        }
        const { host, port, adminUser, adminPassword, database } = own;
        boss = await open('postgres', admin(own));
        for (const sql of [
          `CREATE ROLE somebody LOGIN PASSWORD '${password}'`,
          `CREATE TABLE big WITH (parallel_workers = 3) AS
            SELECT i, repeat('x', 500) AS x FROM generate_series(1, 60000) i`,
          'GRANT SELECT ON big TO somebody',
          'DELETE FROM big WHERE i % 2 = 0',
          'CREATE PUBLICATION everything FOR TABLE big',
          `SELECT pg_create_logical_replication_slot('copy', 'pgoutput')`,
          'CREATE DATABASE copy',
        ]) {
          await boss.rows(sql);
        }
        const copy = await open('postgres', { ...admin(own), database: 'copy' });
        await copy.rows('CREATE TABLE big (i int, x text)');
        await copy.rows(`CREATE SUBSCRIPTION copy CONNECTION
          'host=${host} port=${port} user=${adminUser} password=${adminPassword} dbname=${database}'
          PUBLICATION everything WITH (create_slot = false, slot_name = 'copy', copy_data = false)`);
        // A physical walsender, as pg_receivewal is one.
        const login = { host, port, user: adminUser, password: adminPassword, replication: 'true' };
        replication = new pg.Client(login as pg.ClientConfig);
        await replication.connect();
        await replication.query('IDENTIFY_SYSTEM');
        const leaders = await openAll(2, 'postgres', { ...ordinary(own), user: 'somebody', password });
        others.push(copy, ...leaders);
        for (const leader of leaders) {
          await leader.rows(`SET min_parallel_table_scan_size = 0; SET parallel_setup_cost = 0;
            SET parallel_tuple_cost = 0; SET max_parallel_workers_per_gather = 4`);
        }
        const query = 'SELECT count(*) FROM big WHERE i % 7 = 0 AND pg_sleep(0.01) IS NOT NULL';
        working = Promise.allSettled(leaders.map((leader) => leader.rows(query)));
      });

      afterAll(async () => {
        if (!own) return;
        await boss.rows(`SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE usename = 'somebody'`);
        await working;
        await endAll([...others, boss]);
        await replication.end();
        await own.stop();
      });

      const kinds = async (): Promise<Record<string, number>> => {
        const rows = await boss.rows(`SELECT backend_type, count(*)::int AS n FROM pg_stat_activity
          WHERE pid <> pg_backend_pid() GROUP BY 1`);
        return Object.fromEntries(rows.map((row) => [String(row['backend_type']), Number(row['n'])]));
      };

      test('an ordinary user counts what an administrator counts, or says how many of them may be none', async ({
        skip,
      }) => {
        if (!own) return skip();
        await expect.poll(kinds, { timeout: 20_000 }).toMatchObject({
          'parallel worker': 6,
          walsender: 2,
          'autovacuum worker': expect.any(Number),
        });
        const app = ordinary(own);
        // The one who counts is a client for the other.
        const [seen, truth] = [await factsFor('postgres', app), await factsFor('postgres', admin(own))];
        expect([truth.limits.taken, truth.sessions.hidden, truth.limits.takenUnsure]).toEqual([4, 0, undefined]);
        const { taken, takenUnsure = 0 } = seen.limits;
        expect(taken - takenUnsure).toBeLessThanOrEqual(4);
        expect(taken).toBe(isExact ? 4 : 4 + 6);
        expect(takenUnsure).toBe(isExact ? 0 : 4 + 6);
        const [unseen] = seen.unseen;
        expect(unseen?.what.includes('at most')).toBe(!isExact);
        expect(unseen?.grant).toBe(`GRANT pg_monitor TO "${app.user}"`);
      });

      test('it can open as many connections as are free, or more by those', async ({ skip }) => {
        if (!own) return skip();
        const app = ordinary(own);
        const { limits } = await factsFor('postgres', app);
        const { sessions } = await openUntilRefused('postgres', app);
        await endAll(sessions);
        const { freeConnections } = liveBudget(limits);
        expect(sessions.length).toBe(20 - 3 - 4);
        expect(freeConnections).toBeLessThanOrEqual(sessions.length);
        expect(freeConnections + (limits.takenUnsure ?? 0)).toBeGreaterThanOrEqual(sessions.length);
        if (isExact) expect(freeConnections).toBe(sessions.length);
      });

      test('a walsender takes neither a slot nor a place in the limit of its role', async ({ skip }) => {
        if (!own) return skip();
        await boss.rows(`CREATE ROLE copier LOGIN REPLICATION CONNECTION LIMIT 3 PASSWORD '${password}'`);
        const login = { ...ordinary(own), user: 'copier', password };
        const senders = ['true', 'database'].map(
          (replication) => new pg.Client({ ...login, replication } as pg.ClientConfig),
        );
        for (const sender of senders) await sender.connect();
        const { limits } = await factsFor('postgres', login);
        const { sessions } = await openUntilRefused('postgres', login);
        await endAll(sessions);
        for (const sender of senders) await sender.end();
        const limitedBy = 'CONNECTION LIMIT of the role copier';
        expect([sessions.length, liveBudget(limits)]).toMatchObject([3, { freeConnections: 3, limitedBy }]);
      });

      test('the GRANT makes it exact', async ({ skip }) => {
        if (!own) return skip();
        await boss.rows(`CREATE ROLE told LOGIN PASSWORD '${password}' IN ROLE pg_monitor`);
        await settled('postgres', boss, 3);
        const { limits, sessions } = await factsFor('postgres', { ...ordinary(own), user: 'told', password });
        expect([limits.taken, limits.takenUnsure, sessions.hidden]).toEqual([4, undefined, 0]);
      });
    });
  });
}

for (const engine of ['postgres', 'postgres13'] as const) {
  describeWith(engine, () => {
    test('an ordinary user measures its application while autovacuum works, in both ways', async () => {
      const own = await startOwn(engine, {
        autovacuum_naptime: '1s',
        autovacuum_vacuum_cost_delay: '100ms',
        autovacuum_vacuum_cost_limit: 1,
      });
      const boss = await open('postgres', admin(own));
      const app = ordinary(own);
      const maker = await open('postgres', app);
      await maker.rows(`CREATE TABLE big AS SELECT i, repeat('x', 500) AS x FROM generate_series(1, 60000) i`);
      await maker.rows('DELETE FROM big WHERE i % 2 = 0');
      await endAll([maker]);
      const load = await Load.start('postgres', own, even);
      try {
        const workers = `SELECT count(*)::int AS n FROM pg_stat_activity
          WHERE backend_type = 'autovacuum worker' AND datname = '${own.database}'`;
        await expect.poll(async () => (await boss.rows(workers))[0], { timeout: 20_000 }).not.toEqual({ n: 0 });
        await endAll([boss]);
        const measured = answer((await ask(dsn('postgres', app), 'measure --json --window 4s')).stdout);
        expect(ways(measured)).toContain('pg_stat_activity');
        // The counters are up to a second late, which is much of this window.
        expectNear(measured.result.ratePerSecond.value, even.ratePerSecond, 0.25);
        expectNear(measured.result.heldConnections.value, 12, 0.2);
        expect(measured.result.holdTime.p95Ms?.value).toBeGreaterThan(80);
      } finally {
        await load.stop();
        await own.stop();
      }
    });
  });
}

for (const engine of ['mariadb', 'mysql'] as const) {
  describeWith(engine, () => {
    describe('with events and a replica at work', () => {
      let primary: OwnServer;
      let replica: OwnServer;
      let boss: Session;
      let follower: Session;
      beforeAll(async () => {
        const common = { 'log-bin': 'changes', 'max-connections': 12, 'event-scheduler': 'ON' };
        const skipping = engine === 'mariadb' ? 'slave-skip-errors' : 'replica-skip-errors';
        primary = await startOwn(engine, { ...common, 'server-id': 1 });
        replica = await startOwn(engine, { ...common, 'server-id': 2, [skipping]: 'all' });
        boss = await open('mysql', admin(primary));
        follower = await open('mysql', admin(replica));
        const { host, port, adminUser, adminPassword } = primary;
        const place = (word: string) =>
          `${word}_HOST = '${host}', ${word}_PORT = ${port}, ${word}_USER = '${adminUser}', ${word}_PASSWORD = '${adminPassword}'`;
        for (const sql of engine === 'mariadb'
          ? [`CHANGE MASTER TO ${place('MASTER')}, MASTER_USE_GTID = no`, 'START SLAVE']
          : [`CHANGE REPLICATION SOURCE TO ${place('SOURCE')}, GET_SOURCE_PUBLIC_KEY = 1`, 'START REPLICA']) {
          await follower.rows(sql);
        }
        await boss.rows(`CREATE EVENT ${primary.database}.long ON SCHEDULE EVERY 1 SECOND DO SELECT SLEEP(60)`);
        await vi.waitFor(
          async () =>
            expect(await commands(boss)).toEqual(expect.arrayContaining(['Daemon', 'Connect', 'Binlog Dump'])),
          { timeout: 8_000 },
        );
      });
      afterAll(async () => {
        await endAll([boss, follower]);
        await replica.stop();
        await primary.stop();
      });

      const commands = async (session: Session) =>
        (await session.rows('SELECT DISTINCT COMMAND AS command FROM information_schema.PROCESSLIST')).map((row) =>
          String(row['command']),
        );

      test('the replica takes a slot, events take none', async () => {
        const seen = await factsFor('mysql', admin(primary));
        expect(seen.limits.taken).toBe(2);
        expect(seen.sessions.groups.map(({ state, connections }) => [state, connections]).sort()).toEqual([
          ['binlog dump', 1],
          ['sleep', 1],
        ]);
        expect((await factsFor('mysql', ordinary(primary))).limits.taken).toBe(2);
      });

      test('what is free can be opened', async () => {
        const app = ordinary(primary);
        const { freeConnections } = liveBudget((await factsFor('mysql', app)).limits);
        await settled('mysql', boss, 1);
        const { sessions } = await openUntilRefused('mysql', app);
        await endAll(sessions);
        expect([freeConnections, sessions.length]).toEqual([10, 10]);
      });

      test('on the replica, the threads of replication are no clients', async () => {
        const seen = await factsFor('mysql', admin(replica));
        expect([seen.limits.taken, seen.sessions.connected, seen.sessions.hidden]).toEqual([1, 1, 0]);
      });

      test('a user who may not see transactions is known as one before its first session comes', async () => {
        const stranger = { ...ordinary(primary), user: 'stranger', password };
        await boss.rows(`CREATE USER 'stranger'@'%' IDENTIFIED BY '${password}'`);
        await boss.rows(`GRANT SELECT ON ${primary.database}.* TO 'stranger'@'%'`);
        const { seesIdleTransactions } = await asking(
          'mysql',
          stranger,
          async (server) => (await server.meter()).facts,
        );
        await boss.rows(`DROP USER 'stranger'@'%'`);
        expect(seesIdleTransactions).toBe(false);
      });

      test('neither is a connection of a pool', async () => {
        const sample = asking('mysql', admin(primary), async (server) => (await server.meter()).sample());
        expect(await sample).toMatchObject({ held: 0, visible: 2 });
      });
    });
  });
}

describeWith('mariadb', () => {
  test('connections in use hold those that wait for a thread of the pool', async () => {
    const extraPort = await freePort();
    const own = await startOwn('mariadb', {
      'thread-handling': 'pool-of-threads',
      'thread-pool-size': 1,
      'thread-pool-max-threads': 2,
      'thread-pool-oversubscribe': 1,
      'extra-port': extraPort,
      'extra-max-connections': 5,
    });
    const clients = await openAll(6, 'mysql', ordinary(own));
    try {
      const working = clients.map((client) => client.rows('SELECT SLEEP(3)'));
      await sleep(700);
      const sample = await asking('mysql', { ...admin(own), port: extraPort }, async (server) =>
        (await server.meter()).sample(),
      );
      const { held, perhapsHeld = 0, visible } = sample;
      await Promise.all(working);
      expect(visible).toBe(6);
      expect(held).toBeGreaterThanOrEqual(2);
      expect(held + perhapsHeld).toBe(6);
    } finally {
      await endAll(clients);
      await own.stop();
    }
  });

  test('another reader of INNODB_TRX is noticed, and no list is trusted that it freezes', async () => {
    const own = await startOwn('mariadb', { 'transaction-isolation': 'READ-COMMITTED' });
    const readers = await openAll(3, 'mysql', admin(own));
    let isOver = false;
    const reading = readers.map(async (reader, index) => {
      await sleep(index * 25);
      while (!isOver) {
        await reader.rows('SELECT COUNT(*) FROM information_schema.INNODB_TRX');
        await sleep(60);
      }
    });
    const looks = () =>
      asking('mysql', admin(own), async (server) => {
        const meter = await server.meter();
        await sleep(150);
        const seen: (boolean | undefined)[] = [];
        for (let look = 0; look < 4; look += 1) {
          seen.push((await meter.sample()).isFrozen);
          await meter.reading();
          await sleep(150);
        }
        return seen;
      });
    try {
      expect(await looks()).toEqual([undefined, true, true, true]);
      isOver = true;
      await Promise.all(reading);
      expect(await looks()).toEqual([undefined, false, false, false]);
    } finally {
      isOver = true;
      await Promise.all(reading);
      await endAll(readers);
      await own.stop();
    }
  });

  test.each([200, 120])('with %d open files, as many connections are free as can be opened', async (openFiles) => {
    const own = await startOwn('mariadb', { 'max-connections': 500 }, { openFiles });
    const sessions: Session[] = [];
    try {
      const app = ordinary(own);
      const { limits } = await factsFor('mysql', app);
      const { freeConnections, limitedBy } = liveBudget(limits);
      expect(limits.lowered).toEqual({ by: `open_files_limit ${openFiles}`, from: 500 });
      expect(limitedBy).toBe(`open_files_limit ${openFiles}`);
      // The server does not answer one that it has no file for.
      const inTime = () => Promise.race([open('mysql', app), sleep(1_500)]);
      for (let next = await inTime(); next; next = await inTime()) sessions.push(next);
      expect(Math.abs(sessions.length - freeConnections)).toBeLessThanOrEqual(2);
    } finally {
      await endAll(sessions);
      await own.stop();
    }
  });
});
