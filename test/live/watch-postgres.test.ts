import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { beginLogin } from '../helpers/begin-login.ts';
import { describeWith, testIf } from '../helpers/live.ts';
import { type OwnServer, startOwn } from '../helpers/servers/own-server.ts';
import { startStandby } from '../helpers/servers/standby.ts';
import {
  admin,
  endAll,
  type Login,
  open,
  openAll,
  openUntilRefused,
  ordinary,
  type Session,
  settled,
} from '../helpers/sessions.ts';
import { groupCounts, Watchers } from '../helpers/watching.ts';

// Every figure of a look beside what a superuser counts for itself on the same server.

const password = 'Eau-de-Nil-7';
const max = 24;

/** A query of its own for each figure; none is poolctl's. */
const countsSql = `SELECT
  count(*) FILTER (WHERE backend_type = 'client backend')::int AS taken,
  count(*) FILTER (WHERE state IN ('idle in transaction', 'idle in transaction (aborted)'))::int AS idle_in_transaction,
  max(extract(epoch FROM now() - state_change)) FILTER (WHERE state LIKE 'idle in%')::float8 AS oldest_s,
  count(*) FILTER (WHERE wait_event_type = 'Lock')::int AS lock_waiters,
  extract(epoch FROM clock_timestamp())::float8 * 1000 AS at_ms
 FROM pg_stat_activity`;

for (const engine of ['postgres', 'postgres13'] as const) {
  describeWith(engine, () => {
    describe('a server at work', () => {
      const reserved = engine === 'postgres' ? 2 : 0;
      const usable = max - 3 - reserved;
      const watchers = new Watchers();
      let own: OwnServer;
      let boss: Session;
      let load: Load;
      const as = (user: string): Login => ({ ...ordinary(own), user, password });

      beforeAll(async () => {
        own = await startOwn(engine, {
          max_connections: max,
          superuser_reserved_connections: 3,
          autovacuum: 'off',
          ...(reserved > 0 && { reserved_connections: reserved }),
        });
        boss = await open('postgres', admin(own));
        const roles = reserved > 0 ? ', pg_use_reserved_connections' : '';
        await boss.rows(`CREATE ROLE told LOGIN PASSWORD '${password}' IN ROLE pg_monitor`);
        await boss.rows(`CREATE ROLE favoured LOGIN PASSWORD '${password}' IN ROLE pg_monitor${roles}`);
        await boss.rows(`CREATE ROLE capped LOGIN PASSWORD '${password}' CONNECTION LIMIT 3 IN ROLE pg_monitor`);
        load = await startLoad(ordinary(own), boss);
      });
      afterEach(() => watchers.closeAll());
      afterAll(async () => {
        await watchers.closeAll();
        await load.stop();
        await boss.end();
        await own.stop();
      });

      test('every figure is what the server itself counts', async () => {
        const watcher = await watchers.open('postgres', as('told'));
        const [before = {}] = await boss.rows(countsSql);
        const totalsBefore = await totals();
        const look = await watcher.look();
        const totalsAfter = await totals();
        const [after = {}] = await boss.rows(countsSql);
        expect(look).toMatchObject({
          ...{ kind: 'postgres', version: own.version, isReplica: false, hidden: 0, unseen: [] },
          capacity: { max, reserved: 3 + reserved, usable, caps: [] },
          taken: after['taken'],
          lockWaiters: 1,
        });
        expect([look.lockWaiters, look.idleInTransaction?.sessions]).toEqual([
          after['lock_waiters'],
          after['idle_in_transaction'],
        ]);
        expectBetween(look.idleInTransaction?.oldestSeconds, before['oldest_s'], after['oldest_s']);
        expectBetween(look.atMs, before['at_ms'], after['at_ms']);
        expectBetween(look.transactionsTotal, totalsBefore['xacts'], totalsAfter['xacts']);
        if (engine === 'postgres') expectBetween(look.openedTotal, totalsBefore['sessions'], totalsAfter['sessions']);
        else expect(look.openedTotal).toBeUndefined();
        expect(look.throughPooler).toBeUndefined();
      });

      const totals = async () =>
        (
          await boss.rows(`SELECT sum(xact_commit + xact_rollback)::float8 AS xacts
            ${engine === 'postgres' ? ', sum(sessions)::float8 AS sessions' : ''} FROM pg_stat_database WHERE datname IS NOT NULL`)
        )[0] ?? {};

      test('the groups are those of pg_stat_activity, its own session among them', async () => {
        const watcher = await watchers.open('postgres', as('told'));
        const look = await watcher.look();
        const rows = await boss.rows(`SELECT concat_ws('|', usename, datname, application_name, host(client_addr),
            CASE WHEN pid = pg_backend_pid() THEN 'idle' WHEN application_name = 'poolctl watch' THEN 'active' ELSE state END) AS name,
            count(*)::int AS n FROM pg_stat_activity WHERE backend_type = 'client backend' GROUP BY 1`);
        const counted = Object.fromEntries(rows.map((row) => [row['name'], row['n']]));
        expect(
          groupCounts(look, ({ user, database, application = '', client, state }) =>
            [user, database, application, client, state].join('|'),
          ),
        ).toEqual(counted);
        expect(groupCounts(look, ({ application }) => application ?? '')['poolctl watch']).toBe(1);
      });

      test('transactions are told by age, an aborted one since it was aborted', async () => {
        const look = await watchers.look('postgres', as('told'));
        const rows = await boss.rows(`SELECT application_name AS application, state,
            extract(epoch FROM now() - coalesce(xact_start, state_change))::float8 AS seconds
          FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
           AND (xact_start IS NOT NULL OR state LIKE '%aborted%') AND application_name <> 'poolctl watch'
          ORDER BY coalesce(xact_start, state_change)`);
        const seen = look.transactions ?? [];
        expect(seen.map(({ application, state }) => ({ application, state }))).toEqual(
          rows.map(({ application, state }) => ({ application, state })),
        );
        expect(seen.map(({ state }) => state)).toContain('idle in transaction (aborted)');
        for (const [index, row] of rows.entries()) expectBetween(seen[index]?.seconds, 0, row['seconds']);
      });

      testIf(engine === 'postgres')('a login in progress takes a slot, and is no transaction', async () => {
        const watcher = await watchers.open('postgres', as('told'));
        const before = await watcher.look();
        const socket = await beginLogin(own);
        try {
          await vi.waitFor(async () => expect((await watcher.look()).taken).toBe(before.taken + 1), {
            timeout: 10_000,
          });
          const look = await watcher.look();
          expect(groupCounts(look, ({ state }) => state ?? '?')['starting']).toBe(1);
          expect(look.transactions).toHaveLength(before.transactions?.length ?? 0);
        } finally {
          socket.destroy();
        }
        await settled('postgres', boss, load.sessions + 1);
      });

      test('a user with few rights counts all, sees its own in detail, and is told what is hidden', async () => {
        const stranger = await open('postgres', as('capped'));
        const look = await watchers.look('postgres', ordinary(own));
        const others = `SELECT count(*)::int AS n FROM pg_stat_activity
          WHERE backend_type = 'client backend' AND usename <> '${own.user}'`;
        const [{ n: hidden } = {}] = await boss.rows(others);
        const [{ taken } = {}] = await boss.rows(countsSql);
        await endAll([stranger]);
        // The look's own session has ended since.
        expect([look.taken, look.hidden]).toEqual([Number(taken) + 1, hidden]);
        expect(look.takenUnsure ?? 0).toBe(engine === 'postgres' ? 0 : hidden);
        expect(look.idleInTransaction?.sessions).toBe(load.idleInTransaction);
        expect(look.lockWaiters).toBe(1);
        expect(look.unseen).toEqual([
          { what: expect.stringContaining(`${hidden} now`), grant: `GRANT pg_monitor TO "${own.user}"` },
        ]);
        const strange = look.groups.filter(({ user }) => user !== own.user);
        expect(strange.map(({ state }) => state)).toEqual(strange.map(() => undefined));
      });

      test('what a user may no longer see is hidden from the next look on', async () => {
        const watcher = await watchers.open('postgres', as('told'));
        expect((await watcher.look()).hidden).toBe(0);
        await boss.rows('REVOKE pg_monitor FROM told');
        const look = await watcher.look();
        await boss.rows('GRANT pg_monitor TO told');
        expect([look.hidden, look.unseen.map(({ grant }) => grant)]).toEqual([
          look.taken - 1,
          ['GRANT pg_monitor TO "told"'],
        ]);
        expect(look.idleInTransaction?.sessions).toBe(0);
        expect((await watcher.look()).hidden).toBe(0);
      });

      test('the limit of a role counts its own session', async () => {
        const sessions = await openAll(1, 'postgres', as('capped'));
        const look = await watchers.look('postgres', as('capped'));
        await endAll(sessions);
        expect(look.capacity.caps).toEqual([
          { name: 'CONNECTION LIMIT of the role capped', connections: 3, taken: 2, takenByOthers: 0 },
        ]);
      });

      test('it is one session, named and read-only, however often it looks, with limits below its interval', async () => {
        const watcher = await watchers.open('postgres', as('told'), { intervalMs: 700 });
        const ours = `SELECT pid FROM pg_stat_activity WHERE application_name = 'poolctl watch'`;
        const first = await boss.rows(ours);
        for (let looks = 0; looks < 3; looks += 1) await watcher.look();
        expect(first).toHaveLength(1);
        expect(await boss.rows(ours)).toEqual(first);
        expect((await watcher.look()).serverId).toBe((await watcher.look()).serverId);
        const [{ query } = {}] = await boss.rows(
          `SELECT query FROM pg_stat_activity WHERE application_name = 'poolctl watch'`,
        );
        expect(query).toMatch(/^BEGIN READ ONLY; SET LOCAL statement_timeout = 700; SET LOCAL lock_timeout = 700;/);
      });

      testIf(engine === 'postgres')('a limit of idle sessions does not end it between two looks', async () => {
        const limited = { ...as('told'), database: own.database };
        await boss.rows(`ALTER ROLE told SET idle_session_timeout = '100ms'`);
        try {
          const watcher = await watchers.open('postgres', limited);
          const other = await open('postgres', limited);
          // The limit ends one that does nothing.
          await vi.waitFor(() => expect(other.rows('SELECT 1')).rejects.toThrow(), { timeout: 10_000, interval: 400 });
          expect((await watcher.look()).hidden).toBe(0);
        } finally {
          await boss.rows('ALTER ROLE told RESET idle_session_timeout');
        }
      });

      testIf(engine === 'postgres')(
        'a look that meets a lock ends, and the next one goes through on the same connection',
        async () => {
          const watcher = await watchers.open('postgres', as('told'));
          await boss.rows('BEGIN');
          await boss.rows('LOCK TABLE pg_database IN ACCESS EXCLUSIVE MODE');
          await expect(watcher.look()).rejects.toMatchObject({ code: 'SERVER_TIMEOUT' });
          await boss.rows('ROLLBACK');
          expect(watcher.isOpen).toBe(true);
          expect((await watcher.look()).hidden).toBe(0);
        },
      );

      test('on a full server an open connection goes on, and a new one gets in only by a reserved slot', async () => {
        const watcher = await watchers.open('postgres', as('told'));
        expect(watcher.door).toBeUndefined();
        const { sessions } = await openUntilRefused('postgres', ordinary(own));
        try {
          const look = await watcher.look();
          expect([look.taken, look.capacity.usable]).toEqual([usable, usable]);
          await expect(watchers.open('postgres', as('told'))).rejects.toMatchObject({ code: 'SERVER_FULL' });
          if (reserved > 0) expect((await watchers.open('postgres', as('favoured'))).door).toBe('reserved slot');
          const byBoss = await watchers.open('postgres', admin(own));
          expect(byBoss.door).toBe('reserved slot');
          expect((await byBoss.look()).taken).toBe(usable + (reserved > 0 ? 2 : 1));
        } finally {
          await endAll(sessions);
          await watchers.closeAll();
        }
        await settled('postgres', boss, load.sessions);
        expect((await watchers.open('postgres', admin(own))).door).toBeUndefined();
      });
    });
  });
}

describeWith('postgres', () => {
  describe('a server that comes and goes', () => {
    const watchers = new Watchers();
    let own: OwnServer;
    beforeAll(async () => {
      own = await startOwn('postgres', { wal_level: 'replica', max_wal_senders: 4 });
    });
    afterAll(async () => {
      await watchers.closeAll();
      await own.stop();
    });

    test('a standby is a replica, with sessions and an id of its own', async () => {
      const standby = await startStandby(own);
      try {
        const clients = await openAll(3, 'postgres', admin(standby));
        const look = await watchers.look('postgres', admin(standby));
        const [counted] = (await clients[0]?.rows(countsSql)) ?? [];
        await endAll(clients);
        expect(look).toMatchObject({ isReplica: true, taken: Number(counted?.['taken']) + 1 });
        expect(look.serverId).not.toBe((await watchers.look('postgres', admin(own))).serverId);
      } finally {
        await standby.stop();
      }
    });

    test('a server that stands still is silent, and the connection given up', async () => {
      const watcher = await watchers.open('postgres', ordinary(own), { timeoutMs: 1_000 });
      own.signal('SIGSTOP');
      try {
        await expect(watcher.look()).rejects.toMatchObject({ code: 'SERVER_SILENT' });
        expect(watcher.isOpen).toBe(false);
      } finally {
        own.signal('SIGCONT');
      }
    });

    test('after a restart the connection is known to have ended, and the server to be another', async () => {
      const watcher = await watchers.open('postgres', ordinary(own));
      const before = await watcher.look();
      await own.restart('stop');
      await expect(watcher.look()).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
      expect(watcher.isOpen).toBe(false);
      const again = await vi.waitFor(() => watchers.look('postgres', ordinary(own)), {
        timeout: 15_000,
        interval: 100,
      });
      expect(again.serverId).not.toBe(before.serverId);
    });
  });
});

interface Load {
  readonly sessions: number;
  readonly idleInTransaction: number;
  stop(): Promise<void>;
}

/** Idle sessions, transactions that idle or are aborted, a statement at work, and one that waits for a lock. */
async function startLoad(login: Login, boss: Session): Promise<Load> {
  const named = (application: string) => ({ ...login, application });
  const idle = await openAll(4, 'postgres', named('shop'));
  const [held, aborted, holder, waiting, working] = await Promise.all(
    ['jobs', 'broken', 'holder', 'waiting', 'report'].map((name) => open('postgres', named(name))),
  );
  if (!held || !aborted || !holder || !waiting || !working) throw new Error('no sessions');
  await held.rows('BEGIN');
  await held.rows('SELECT 1');
  await holder.rows('CREATE TABLE shelf (i int)');
  await holder.rows('BEGIN');
  await holder.rows('LOCK TABLE shelf');
  await aborted.rows('BEGIN');
  await aborted.rows('SELECT 1 / 0').catch(() => {});
  const ends = [waiting.rows('SELECT count(*) FROM shelf'), working.rows('SELECT pg_sleep(600)')];
  for (const end of ends) end.catch(() => {});
  const all = [...idle, held, aborted, holder, waiting, working];
  await vi.waitFor(
    async () => expect((await boss.rows(countsSql))[0]).toMatchObject({ lock_waiters: 1, idle_in_transaction: 3 }),
    { timeout: 15_000, interval: 50 },
  );
  return {
    sessions: all.length,
    idleInTransaction: 3,
    async stop() {
      await boss.rows(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${login.user}'`);
      await endAll(all);
    },
  };
}

/** Both ends are what the server said, before and after. */
function expectBetween(value: number | undefined, least: unknown, most: unknown): void {
  expect(value).toBeGreaterThanOrEqual(Number(least));
  expect(value).toBeLessThanOrEqual(Number(most));
}
