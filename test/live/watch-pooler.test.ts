import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { describeWith } from '../helpers/live.ts';
import { Cleanup } from '../helpers/servers/cleanup.ts';
import { isCi, Unavailable } from '../helpers/servers/engine.ts';
import type { Server } from '../helpers/servers/facts.ts';
import { startPgbouncer } from '../helpers/servers/pgbouncer.ts';
import { admin, endAll, type Login, open, openAll, ordinary, type Session } from '../helpers/sessions.ts';
import { groupCounts, Watchers } from '../helpers/watching.ts';

// A look at PgBouncer's console beside the clients that the test has opened, in the oldest and the newest version.

const poolSize = 2;
const releases = [
  { release: 'own', isNew: false },
  { release: 'sid', isNew: true },
] as const;

describeWith('postgres', (server) => {
  describe.each(releases)('PgBouncer of the release $release', ({ release, isNew }) => {
    const cleanup = new Cleanup();
    const watchers = new Watchers();
    let bouncer: Server | undefined;
    let boss: Session;
    beforeAll(async () => {
      boss = await open('postgres', admin(server));
      try {
        bouncer = await startPgbouncer(
          server,
          cleanup,
          {
            default_pool_size: poolSize,
            max_client_conn: 30,
            // A user of the application may look in one of the two.
            ...(isNew && { query_wait_notify: 1, max_db_client_connections: 25, stats_users: server.user }),
          },
          { release },
        );
      } catch (error) {
        if (!(error instanceof Unavailable) || isCi) throw error;
      }
    });
    afterEach(() => watchers.closeAll());
    afterAll(async () => {
      await boss.end();
      await cleanup.run();
    });

    /** It is skipped where this machine cannot have this PgBouncer. */
    const on = (name: string, promise: (pooler: Server) => Promise<void>) =>
      test(name, async ({ skip }) => {
        if (!bouncer) return skip();
        await promise(bouncer);
      });
    const consoleOf = (pooler: Server): Login => ({ ...admin(pooler), database: 'pgbouncer' });
    const named = (pooler: Server, application: string): Login => ({ ...ordinary(pooler), application });

    on('it is known by the database of the DSN, or by what it says of itself', async (pooler) => {
      expect((await watchers.open('postgres', consoleOf(pooler))).kind).toBe('pgbouncer');
      const options = { kind: 'pgbouncer' } as const;
      expect((await watchers.open('postgres', admin(pooler), options)).kind).toBe('pgbouncer');
      expect((await watchers.open('postgres', ordinary(pooler))).kind).toBe('postgres');
    });

    on('a server without it has no such database', async () => {
      const nobody = watchers.open('postgres', { ...admin(server), database: 'pgbouncer' });
      await expect(nobody).rejects.toMatchObject({ code: 'DATABASE_UNKNOWN' });
    });

    on('of eight clients at once two are served and six wait, by name', async (pooler) => {
      const watcher = await watchers.open('postgres', consoleOf(pooler));
      const before = await watcher.look();
      const startedMs = performance.now();
      const clients = [
        ...(await openAll(5, 'postgres', named(pooler, 'shop'))),
        ...(await openAll(3, 'postgres', named(pooler, 'jobs'))),
      ];
      const idle = await openAll(4, 'postgres', named(pooler, 'idle'));
      const working = clients.map((client) => client.rows('SELECT pg_sleep(600)').catch(() => []));
      await vi.waitFor(async () => expect((await watcher.look()).pools?.[0]?.clientsWaiting).toBe(6), {
        timeout: 10_000,
        interval: 50,
      });
      const look = await watcher.look();
      const elapsedSeconds = (performance.now() - startedMs) / 1_000;
      const onServer = await boss.rows(
        `SELECT count(*)::int AS n FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)' AND state = 'active'`,
      );
      expect(look.pools).toEqual([
        {
          ...{ database: server.database, user: server.user, mode: 'transaction', limit: poolSize },
          ...{ clientsActive: isNew ? 2 + 4 : 2 + 4, clientsWaiting: 6 },
          ...{ serversActive: poolSize, serversIdle: 0, servers: poolSize, maxWaitSeconds: expect.any(Number) },
        },
      ]);
      expect(onServer).toEqual([{ n: look.pools?.[0]?.serversActive }]);
      expect(look.pools?.[0]?.maxWaitSeconds).toBeLessThanOrEqual(elapsedSeconds + 1);
      expect(look).toMatchObject({
        ...{ kind: 'pgbouncer', version: pooler.version, taken: 8 + 4 + 1, hidden: 0, unseen: [] },
        capacity: {
          ...{ max: 30, usable: 30, reserved: 0 },
          caps: isNew
            ? [
                {
                  name: `max_db_client_connections of ${server.database}`,
                  connections: 25,
                  taken: 12,
                  takenByOthers: 12,
                },
              ]
            : [],
        },
      });
      const inState = groupCounts(look, ({ state }) => state ?? '?');
      // 1.25 and newer tell clients without a connection to the server from those that have one.
      expect(inState).toEqual(isNew ? { active: 2, waiting: 6, idle: 4 + 1 } : { active: 2 + 4 + 1, waiting: 6 });
      expect(groupCounts(look, ({ application, database }) => `${application} ${database}`)).toEqual({
        ...{ [`shop ${server.database}`]: 5, [`jobs ${server.database}`]: 3, [`idle ${server.database}`]: 4 },
        'poolctl watch pgbouncer': 1,
      });
      if (isNew) expect(Number(look.openedTotal) - Number(before.openedTotal)).toBe(12);
      else expect(look.openedTotal).toBeUndefined();
      await free();
      await Promise.all(working);
      await endAll([...clients, ...idle]);
      await vi.waitFor(async () => expect((await watcher.look()).taken).toBe(1), { timeout: 10_000, interval: 50 });
    });

    /** Ends what the clients run on the server. */
    const free = async () => {
      const rows = async () =>
        boss.rows(
          `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)' AND state = 'active'`,
        );
      while ((await rows()).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    };

    on('one that may not use the console is told what it takes', async (pooler) => {
      const asApp = watchers.open('postgres', { ...ordinary(pooler), database: 'pgbouncer' });
      if (isNew) expect((await (await asApp).look()).pools).toEqual(expect.any(Array));
      else
        await expect(asApp).rejects.toMatchObject({
          code: 'PRIVILEGE_MISSING',
          hint: expect.stringContaining('stats_users'),
        });
    });

    on('a session through it looks at the server behind', async (pooler) => {
      const look = await watchers.look('postgres', ordinary(pooler));
      expect(look).toMatchObject({ kind: 'postgres', throughPooler: true, version: server.version });
      expect(look.wasQueued).toBeUndefined();
      const [{ taken } = {}] = await boss.rows(
        `SELECT count(*)::int AS taken FROM pg_stat_activity WHERE backend_type = 'client backend'`,
      );
      expect(look.taken).toBe(taken);
    });

    describe('with all connections of the pool held by transactions', () => {
      let holders: Session[] = [];
      const hold = async (pooler: Server) => {
        holders = await openAll(poolSize, 'postgres', ordinary(pooler));
        for (const holder of holders) {
          await holder.rows('BEGIN');
          await holder.rows('SELECT 1');
        }
      };
      afterEach(() => endAll(holders));

      on('a look through it says that it queued, where the pooler says so', async (pooler) => {
        const watcher = await watchers.open('postgres', ordinary(pooler), { timeoutMs: 3_000 });
        await hold(pooler);
        const rejected = await watcher.look().catch((error: unknown) => error);
        expect(rejected).toMatchObject(
          isNew
            ? { code: 'SERVER_FULL', message: expect.stringContaining('queue of the pooler') }
            : { code: 'SERVER_SILENT' },
        );
        if (!isNew) return;
        const other = await watchers
          .open('postgres', { ...ordinary(pooler) }, { timeoutMs: 20_000 })
          .catch(() => undefined);
        expect(other).toBeUndefined();
      });

      on('query_wait_timeout is told as what it is', async (pooler) => {
        const desk = await open('postgres', consoleOf(pooler));
        const watcher = await watchers.open('postgres', ordinary(pooler));
        await hold(pooler);
        await desk.rows('SET query_wait_timeout = 1');
        try {
          const rejected = await watcher.look().catch((error: unknown) => error);
          expect(rejected).toMatchObject({
            code: 'SERVER_FULL',
            message: `The pooler at ${pooler.host}:${pooler.port} had no connection to the server within its query_wait_timeout: all that "${server.user}" may have for "${server.database}" were busy.`,
            hint: expect.stringMatching(/held open.*pool_size.*max_db_connections/),
          });
        } finally {
          await desk.rows('SET query_wait_timeout = 120');
          await desk.end();
        }
      });
    });
  });
});
