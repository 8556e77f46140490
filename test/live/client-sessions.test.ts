import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { freePort } from '../../src/embedded/port.ts';
import type { ServerFacts } from '../../src/engines/facts.ts';
import { liveBudget } from '../../src/inspect/live-budget.ts';
import { asking } from '../helpers/asking.ts';
import { describeWith } from '../helpers/live.ts';
import { Load } from '../helpers/load.ts';
import { answer, ask, even, expectNear, ways } from '../helpers/measure.ts';
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

const factsFor = (protocol: Protocol, login: Login): Promise<ServerFacts> =>
  asking(protocol, login, (server) => server.facts());

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
        const sample = asking('mysql', admin(replica), async (server) => (await server.meter()).sample());
        expect(await sample).toMatchObject({ held: 0, visible: 1 });
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
