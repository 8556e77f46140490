import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { freePort } from '../../src/embedded/port.ts';
import { connectionTarget } from '../../src/engines/dsn-target.ts';
import type { TargetLook, Watcher } from '../../src/watch/look.ts';
import { openWatcher, type WatcherOptions } from '../../src/watch/looks/open.ts';
import { watchTargets } from '../../src/watch/watch-targets.ts';
import { describeWith, testIf } from '../helpers/live.ts';
import { type OwnServer, startOwn } from '../helpers/servers/own-server.ts';
import {
  admin,
  dsn,
  endAll,
  keepBusy,
  type Login,
  open,
  openAll,
  openUntilRefused,
  ordinary,
  run,
  type Session,
  settled,
} from '../helpers/sessions.ts';

// What a look says is what the server counts.

const password = 'Eau-de-Nil-7';
const slots = 16;

function watcherOf(login: Login, options: Partial<WatcherOptions> = {}): Promise<Watcher> {
  const signal = new AbortController().signal;
  return openWatcher(connectionTarget(dsn('mysql', login)), { timeoutMs: 10_000, signal, ...options });
}

/** Looks while `work` goes on, on a connection that is closed at the end. */
async function watching<T>(
  login: Login,
  work: (look: () => Promise<TargetLook>, watcher: Watcher) => Promise<T>,
  options?: Partial<WatcherOptions>,
): Promise<T> {
  const watcher = await watcherOf(login, options);
  try {
    return await work(() => watcher.look(), watcher);
  } finally {
    await watcher.close();
  }
}

for (const engine of ['mariadb', 'mysql'] as const) {
  describeWith(engine, () => {
    let own: OwnServer;
    let boss: Session;
    let doorPort = 0;
    beforeAll(async () => {
      doorPort = await freePort();
      const doors =
        engine === 'mariadb'
          ? { 'extra-port': doorPort, 'extra-max-connections': 2 }
          : { 'admin-address': '127.0.0.1', 'admin-port': doorPort };
      // An age is by the clock of the server, wherever it says that it is.
      own = await startOwn(engine, {
        'max-connections': slots,
        'performance-schema': 'ON',
        'default-time-zone': '+05:00',
        ...doors,
      });
      boss = await open('mysql', admin(own));
      for (const [name, grant] of [
        ['somebody', `ALL ON ${own.database}.*`],
        ['monitor', 'PROCESS ON *.*'],
        ['seer', 'SELECT ON performance_schema.*'],
        ['deputy', engine === 'mysql' ? 'CONNECTION_ADMIN ON *.*' : 'CONNECTION ADMIN ON *.*'],
      ] as const) {
        await boss.rows(`CREATE USER ${name}@'%' IDENTIFIED BY '${password}'`);
        await boss.rows(`GRANT ${grant} TO ${name}@'%'`);
      }
      await boss.rows(`GRANT PROCESS ON *.* TO deputy@'%'`);
      await boss.rows(`CREATE TABLE ${own.database}.paid (id INT PRIMARY KEY) ENGINE = InnoDB`);
      await boss.rows(`INSERT INTO ${own.database}.paid VALUES (1)`);
    });
    afterAll(async () => {
      await boss.end();
      await own.stop();
    });

    const as = (user: string): Login => ({ ...ordinary(own), user, password });
    const outside = (user: string): Login => ({ ...as(user), database: undefined });
    const client = engine === 'mysql' ? 'localhost' : '127.0.0.1';
    const status = async (name: string) => (await boss.rows(`SHOW GLOBAL STATUS LIKE '${name}'`))[0]?.['Value'];
    const count = async (name: string) => Number(await status(name));

    test('tells sessions, slots and marks as the server counts them', async () => {
      await settled('mysql', boss, 0);
      const shop = await openAll(3, 'mysql', { ...as('somebody'), application: 'shop' });
      const report = await openAll(2, 'mysql', { ...as('somebody'), application: 'report' });
      await watching(admin(own), async (look) => {
        const seen = await look();
        expect(seen).toMatchObject({ kind: engine, isReplica: false, hidden: 0, unseen: [] });
        expect(seen.capacity).toEqual({ usable: slots, max: slots, reserved: 0, caps: [] });
        expect([seen.taken, await count('Threads_connected')]).toEqual([7, 7]);
        expect(seen.highWater?.connections).toBe(await count('Max_used_connections'));
        if (engine === 'mysql')
          expect(Math.abs(Date.parse(seen.highWater?.at ?? '') - seen.atMs)).toBeLessThan(600_000);
        const { database } = own;
        expect(seen.groups).toEqual([
          { user: 'somebody', database, application: 'shop', client, state: 'sleep', connections: 3 },
          { user: 'somebody', database, application: 'report', client, state: 'sleep', connections: 2 },
          ...[
            expect.objectContaining({
              user: own.adminUser,
              application: 'poolctl watch',
              state: 'query',
              connections: 1,
            }),
            expect.objectContaining({ user: own.adminUser, state: 'sleep', connections: 1 }),
          ],
        ]);
        expect(Math.abs(seen.atMs - Date.now())).toBeLessThan(60_000);
      });
      await endAll([...shop, ...report]);
    });

    test('counts what was opened, ended and asked', async () => {
      await settled('mysql', boss, 0);
      const worker = await open('mysql', as('somebody'));
      await watching(admin(own), async (look) => {
        const before = await look();
        await endAll(await openAll(4, 'mysql', as('somebody')));
        for (const end of ['COMMIT', 'COMMIT', 'ROLLBACK']) {
          await worker.rows('BEGIN');
          await worker.rows('SELECT * FROM paid');
          await worker.rows(end);
        }
        const asked = await count('Questions');
        const after = await look();
        const grown = (name: 'openedTotal' | 'transactionsTotal' | 'statementsTotal') =>
          (after[name] ?? Number.NaN) - (before[name] ?? Number.NaN);
        expect(grown('openedTotal')).toBe(4);
        if (engine === 'mariadb') expect(grown('transactionsTotal')).toBe(3);
        else expect(grown('transactionsTotal')).toBeGreaterThanOrEqual(3);
        // The question of the look itself is among them.
        expect(after.statementsTotal).toBe(asked + 1);
        expect(after.openedTotal).toBe(await count('Connections'));
      });
      await worker.end();
    });

    test('is between the counts of the server before and after it, under a load that opens and closes', async () => {
      await settled('mysql', boss, 0);
      const load = await keepBusy('mysql', as('somebody'));
      let isOver = false;
      const churning = (async () => {
        while (!isOver) await run('mysql', as('somebody'), 'SELECT 1');
      })();
      await watching(admin(own), async (look) => {
        for (let i = 0; i < 8; i += 1) {
          const { taken, groups, hidden } = await look();
          expect(hidden).toBe(0);
          // Boss, watch, three that are busy, one that comes and goes and may still be leaving.
          expect(taken).toBeGreaterThanOrEqual(5);
          expect(taken).toBeLessThanOrEqual(7);
          const busy = groups.filter(({ user }) => user === 'somebody').reduce((sum, one) => sum + one.connections, 0);
          expect(busy).toBeGreaterThanOrEqual(3);
          expect(busy).toBeLessThanOrEqual(5);
        }
      });
      isOver = true;
      await churning;
      await load.stop();
    });

    test('tells idle transactions, lock waits and the longest transactions with their ages', async () => {
      await settled('mysql', boss, 0);
      const shop = { ...as('somebody'), application: 'shop' };
      const holder = await open('mysql', shop);
      const waiter = await open('mysql', { ...shop, application: 'report' });
      await holder.rows('BEGIN');
      await holder.rows('SELECT id FROM paid WHERE id = 1 FOR UPDATE');
      const waiting = waiter.rows('UPDATE paid SET id = 1 WHERE id = 1');
      await watching(admin(own), async (look) => {
        await expect.poll(async () => (await look()).lockWaiters, { timeout: 8_000 }).toBe(1);
        await expect
          .poll(async () => (await look()).idleInTransaction?.oldestSeconds, { timeout: 8_000 })
          .toBeGreaterThanOrEqual(2);
        const seen = await look();
        expect(seen.idleInTransaction).toEqual({ sessions: 1, oldestSeconds: expect.any(Number) });
        expect(seen.idleInTransaction?.oldestSeconds).toBeLessThan(30);
        const { database } = own;
        expect(seen.transactions).toHaveLength(2);
        // Both may be as old, in seconds.
        expect(seen.transactions?.map(({ seconds, ...rest }) => rest)).toEqual(
          expect.arrayContaining([
            { user: 'somebody', application: 'shop', database, client, state: 'idle in transaction' },
            { user: 'somebody', application: 'report', database, client, state: 'query' },
          ]),
        );
        for (const { seconds } of seen.transactions ?? []) {
          expect(seconds).toBeGreaterThanOrEqual(1);
          expect(seconds).toBeLessThan(30);
        }
        await holder.rows('COMMIT');
        await waiting;
        const ended = await look();
        expect([ended.idleInTransaction, ended.lockWaiters, ended.transactions]).toEqual([{ sessions: 0 }, 0, []]);
      });
      await endAll([holder, waiter]);
    });

    test('a lock of metadata is waited for as well', async () => {
      await settled('mysql', boss, 0);
      const [holder, changer] = await openAll(2, 'mysql', as('somebody'));
      if (!holder || !changer) throw new Error('no sessions');
      await holder.rows('BEGIN');
      await holder.rows('SELECT * FROM paid');
      const changing = changer.rows('ALTER TABLE paid COMMENT "waits"');
      await watching(admin(own), async (look) => {
        await expect.poll(async () => (await look()).lockWaiters, { timeout: 8_000 }).toBe(1);
      });
      await holder.rows('COMMIT');
      await changing;
      await endAll([holder, changer]);
    });

    testIf(engine === 'mysql')('BEGIN alone is an open transaction where performance_schema keeps it', async () => {
      await settled('mysql', boss, 0);
      const leaking = await openAll(2, 'mysql', as('somebody'));
      for (const session of leaking) await session.rows('BEGIN');
      await watching(admin(own), async (look) => {
        const { idleInTransaction, groups } = await look();
        expect(idleInTransaction?.sessions).toBe(2);
        expect(groups[0]).toMatchObject({ user: 'somebody', state: 'idle in transaction', connections: 2 });
      });
      await endAll(leaking);
    });

    test('without PROCESS counts the others, tells its own, and says once per look which GRANT shows the rest', async () => {
      await settled('mysql', boss, 0);
      const mine = await openAll(2, 'mysql', { ...as('somebody'), application: 'shop' });
      await watching(as('somebody'), async (look) => {
        const seen = await look();
        expect([seen.taken, seen.hidden]).toEqual([4, 1]);
        expect(seen.groups.map(({ application, connections }) => [application, connections])).toEqual([
          ['shop', 2],
          ['poolctl watch', 1],
        ]);
        expect(seen).not.toHaveProperty('idleInTransaction');
        expect(seen.lockWaiters).toBe(0);
        expect(seen.unseen).toHaveLength(1);
        await boss.rows(seen.unseen[0]?.grant ?? '');
      });
      await settled('mysql', boss, 2);
      await watching(as('somebody'), async (look) => {
        expect(await look()).toMatchObject({ hidden: 0, unseen: [], idleInTransaction: { sessions: 0 } });
      });
      await boss.rows(`REVOKE PROCESS ON *.* FROM somebody@'%'`);
      await endAll(mine);
    });

    testIf(engine === 'mysql')('performance_schema shows all sessions and transactions without PROCESS', async () => {
      await settled('mysql', boss, 0);
      const leaking = await open('mysql', { ...as('somebody'), application: 'shop' });
      await leaking.rows('BEGIN');
      await watching(outside('seer'), async (look) => {
        const seen = await look();
        expect([seen.hidden, seen.unseen, seen.idleInTransaction?.sessions]).toEqual([0, [], 1]);
        const { database } = own;
        const state = 'idle in transaction';
        expect(seen.groups).toContainEqual({
          ...{ user: 'somebody', application: 'shop', database, client, state, connections: 1 },
        });
      });
      await leaking.end();
    });

    test('waits for rows that were given up are over', async () => {
      await settled('mysql', boss, 0);
      const [holder, ...waiters] = await openAll(4, 'mysql', as('somebody'));
      if (!holder) throw new Error('no sessions');
      await holder.rows('BEGIN');
      await holder.rows('SELECT id FROM paid WHERE id = 1 FOR UPDATE');
      for (const waiter of waiters) await waiter.rows('SET SESSION innodb_lock_wait_timeout = 1');
      const over = Promise.allSettled(
        waiters.map((waiter) => waiter.rows('SELECT id FROM paid WHERE id = 1 FOR UPDATE')),
      );
      await watching(as('somebody'), async (look) => {
        await expect.poll(async () => (await look()).lockWaiters, { timeout: 8_000 }).toBe(3);
        await over;
        expect((await look()).lockWaiters).toBe(0);
      });
      await endAll([holder, ...waiters]);
    });

    test('a privilege that a role gives is used', async () => {
      await settled('mysql', boss, 0);
      await boss.rows('CREATE ROLE overseer');
      await boss.rows('GRANT PROCESS ON *.* TO overseer');
      await boss.rows(`CREATE USER clerk@'%' IDENTIFIED BY '${password}'`);
      await boss.rows(`GRANT overseer TO clerk@'%'`);
      await boss.rows(
        engine === 'mysql' ? `ALTER USER clerk@'%' DEFAULT ROLE overseer` : `SET DEFAULT ROLE overseer FOR clerk@'%'`,
      );
      await watching(outside('clerk'), async (look) => {
        expect(await look()).toMatchObject({ hidden: 0, unseen: [], idleInTransaction: { sessions: 0 } });
      });
    });

    test('a watch that came before the server was full goes on', async () => {
      await settled('mysql', boss, 0);
      await watching(admin(own), async (look, watcher) => {
        const refusedBefore = (await look()).refusedTotal ?? 0;
        const { sessions } = await openUntilRefused('mysql', as('somebody'));
        const seen = await look();
        expect([seen.taken, seen.capacity.usable, watcher.door]).toEqual([slots, slots, undefined]);
        if (engine === 'mysql') expect(seen.refusedTotal).toBe(refusedBefore + 1);
        else expect(seen).not.toHaveProperty('refusedTotal');
        await endAll(sessions);
      });
    });

    test('a watch that comes when the server is full takes the slot of administrators, then another door', async () => {
      await settled('mysql', boss, 0);
      const { sessions } = await openUntilRefused('mysql', as('somebody'));
      await watching(outside('deputy'), async (look, watcher) => {
        expect(watcher.door).toBe('reserved slot');
        expect((await look()).taken).toBe(slots + 1);
        expect(watcher.doorPorts).toEqual([doorPort]);
        await expect(watcherOf(outside('deputy'))).rejects.toMatchObject({ code: 'SERVER_FULL' });
        await watching(
          admin(own),
          async (lookAgain, second) => {
            expect(second.door).toBe(engine === 'mariadb' ? `extra port ${doorPort}` : `admin port ${doorPort}`);
            const seen = await lookAgain();
            expect(seen.taken).toBe(await count('Threads_connected'));
            expect(seen.taken).toBe(engine === 'mariadb' ? slots + 1 : slots + 2);
          },
          { doorPorts: [doorPort] },
        );
      });
      await endAll(sessions);
    });

    test('a watch that loses its place on a full server comes back by the door that it saw before', async () => {
      await settled('mysql', boss, 0);
      const watched = watchTargets([{ name: 'own', server: dsn('mysql', admin(own)) }], { intervalMs: 150 });
      try {
        const target = () => watched.state.targets[0];
        await expect.poll(() => target()?.phase, { timeout: 8_000 }).toBe('up');
        const { sessions } = await openUntilRefused('mysql', as('somebody'));
        sessions.push(await open('mysql', outside('deputy')));
        const [mine] = await boss.rows(
          `SELECT PROCESSLIST_ID AS id FROM performance_schema.session_connect_attrs
           WHERE ATTR_NAME = 'program_name' AND ATTR_VALUE = 'poolctl watch'`,
        );
        watched.pause();
        await boss.rows(`KILL ${mine?.['id']}`);
        await settled('mysql', boss, slots - 1);
        // The place may be free a little later than the status says.
        sessions.push(await vi.waitFor(() => open('mysql', outside('deputy')), { timeout: 10_000, interval: 50 }));
        watched.resume();
        await expect
          .poll(() => target()?.door, { timeout: 20_000 })
          .toBe(engine === 'mariadb' ? `extra port ${doorPort}` : `admin port ${doorPort}`);
        expect(target()?.phase).toBe('up');
        await endAll(sessions);
      } finally {
        await watched.close();
      }
    });

    testIf(engine === 'mysql')('a door that the user may not use leaves the refusal as it was', async () => {
      await settled('mysql', boss, 0);
      const { sessions } = await openUntilRefused('mysql', as('somebody'));
      const refused = watcherOf(as('somebody'), { doorPorts: [doorPort, await freePort()] });
      await expect(refused).rejects.toMatchObject({ code: 'SERVER_FULL' });
      await endAll(sessions);
    });

    test('one that is full by the limit of its user is not let in by a door, and says the cap', async () => {
      await settled('mysql', boss, 0);
      await boss.rows(`CREATE USER few@'%' IDENTIFIED BY '${password}' WITH MAX_USER_CONNECTIONS 2`);
      const one = await open('mysql', outside('few'));
      await watching(outside('few'), async (look) => {
        expect((await look()).capacity.caps).toEqual([
          { name: 'MAX_USER_CONNECTIONS of few@%', connections: 2, taken: 2, takenByOthers: 0 },
        ]);
        await expect(watcherOf(outside('few'), { doorPorts: [doorPort] })).rejects.toMatchObject({
          code: 'SERVER_FULL',
        });
      });
      await one.end();
    });

    test('the session is named, read-only and limited in time', async () => {
      await watching(admin(own), async () => {
        const [session] = await boss.rows(
          `SELECT PROCESSLIST_ID AS id FROM performance_schema.session_connect_attrs
           WHERE ATTR_NAME = 'program_name' AND ATTR_VALUE = 'poolctl watch'`,
        );
        const variables = await boss
          .rows(
            `SELECT VARIABLE_NAME AS name, VARIABLE_VALUE AS value FROM performance_schema.variables_by_thread
           JOIN performance_schema.threads USING (THREAD_ID) WHERE PROCESSLIST_ID = ${session?.['id']}
            AND VARIABLE_NAME IN ('max_execution_time', 'transaction_read_only', 'lock_wait_timeout')`,
          )
          .catch(() => []);
        if (engine === 'mysql') {
          expect(Object.fromEntries(variables.map(({ name, value }) => [name, value]))).toEqual({
            max_execution_time: '2000',
            transaction_read_only: 'ON',
            lock_wait_timeout: '2',
          });
        } else expect(session).toBeDefined();
      });
    });

    test('is the same server at each login, and another one after a restart', async () => {
      const idOf = () => watching(admin(own), async (look) => (await look()).serverId);
      const first = await idOf();
      const kept = await watcherOf(admin(own));
      expect([await idOf(), (await kept.look()).serverId]).toEqual([first, first]);
      await own.restart('stop');
      await expect(kept.look()).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
      expect(kept.isOpen).toBe(false);
      await kept.close();
      // The socket is there before the port.
      boss = await vi.waitFor(() => open('mysql', admin(own)), { timeout: 10_000, interval: 50 });
      expect(await idOf()).not.toBe(first);
    });
  });
}
