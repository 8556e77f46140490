import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { freePort } from '../../src/embedded/port.ts';
import { describeWith } from '../helpers/live.ts';
import { Cleanup } from '../helpers/servers/cleanup.ts';
import { isCi, Unavailable } from '../helpers/servers/engine.ts';
import type { Server } from '../helpers/servers/facts.ts';
import { startPgbouncer } from '../helpers/servers/pgbouncer.ts';
import {
  admin,
  endAll,
  type Login,
  open,
  openAll,
  openUntilRefused,
  ordinary,
  type Session,
} from '../helpers/sessions.ts';
import { groupCounts, Watchers } from '../helpers/watching.ts';

// A look at PgBouncer's console beside the clients that the test has opened, in the oldest and the newest version.

const poolSize = 2;
const maxClients = 20;
const longSql = 'SELECT pg_sleep(600)';
const waits = { timeout: 10_000, interval: 20 };
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
    const clients: Session[] = [];
    const openMany = async (count: number, login: Login) => {
      const opened = await openAll(count, 'postgres', login);
      clients.push(...opened);
      return opened;
    };
    const onServer = async () =>
      (await boss.rows(`SELECT pid FROM pg_stat_activity WHERE query = '${longSql}' AND state = 'active'`)).length;
    beforeAll(async () => {
      boss = await open('postgres', admin(server));
      try {
        bouncer = await startPgbouncer(
          server,
          cleanup,
          {
            default_pool_size: poolSize,
            max_client_conn: maxClients,
            // A user of the application may look in one of the two.
            ...(isNew && { query_wait_notify: 1, max_db_client_connections: maxClients, stats_users: server.user }),
          },
          { release },
        );
      } catch (error) {
        if (!(error instanceof Unavailable) || isCi) throw error;
      }
    });
    afterEach(async () => {
      await watchers.closeAll();
      await endAll(clients.splice(0));
      await boss.rows(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = '${longSql}'`);
      await vi.waitFor(async () => expect(await onServer()).toBe(0), waits);
    });
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
      const clients = [...(await openMany(5, named(pooler, 'shop'))), ...(await openMany(3, named(pooler, 'jobs')))];
      await openMany(4, named(pooler, 'idle'));
      for (const client of clients) client.rows(longSql).catch(() => []);
      await vi.waitFor(async () => expect((await watcher.look()).pools?.[0]?.clientsWaiting).toBe(6), waits);
      await vi.waitFor(async () => expect(await onServer()).toBe(poolSize), waits);
      const look = await watcher.look();
      const elapsedSeconds = (performance.now() - startedMs) / 1_000;
      const [pool] = look.pools ?? [];
      expect(look.pools).toEqual([
        {
          ...{ database: server.database, user: server.user, mode: 'transaction', limit: poolSize },
          // The four that ask for nothing are active to it.
          ...{ clientsActive: 2 + 4, clientsWaiting: 6 },
          ...{ serversActive: poolSize, serversIdle: 0, servers: poolSize, maxWaitSeconds: expect.any(Number) },
        },
      ]);
      expect(pool?.maxWaitSeconds).toBeGreaterThan(0);
      expect(pool?.maxWaitSeconds).toBeLessThanOrEqual(elapsedSeconds);
      expect(look).toMatchObject({
        ...{ kind: 'pgbouncer', taken: 8 + 4 + 1, hidden: 0, unseen: [] },
        capacity: { max: maxClients, usable: maxClients, reserved: 0 },
      });
      expect(`PgBouncer ${look.version}`).toBe(pooler.version);
      const cap = { name: `max_db_client_connections of ${server.database}`, connections: maxClients };
      expect(look.capacity.caps).toEqual(isNew ? [{ ...cap, taken: 12, takenByOthers: 12 }] : []);
      // 1.25 and newer tell clients without a connection to the server from those that have one.
      expect(groupCounts(look, ({ state }) => state ?? '?')).toEqual(
        isNew ? { active: 2, waiting: 6, idle: 4 + 1 } : { active: 2 + 4 + 1, waiting: 6 },
      );
      expect(groupCounts(look, ({ application, database }) => `${application} ${database}`)).toEqual({
        ...{ [`shop ${server.database}`]: 5, [`jobs ${server.database}`]: 3, [`idle ${server.database}`]: 4 },
        'poolctl watch pgbouncer': 1,
      });
      if (isNew) expect(Number(look.openedTotal) - Number(before.openedTotal)).toBe(12);
      else expect(look.openedTotal).toBeUndefined();
    });

    on('one that may not use the console is told what it takes', async (pooler) => {
      const asApp = watchers.open('postgres', { ...ordinary(pooler), database: 'pgbouncer' });
      if (isNew) expect((await (await asApp).look()).pools).toEqual(expect.any(Array));
      else
        await expect(asApp).rejects.toMatchObject({
          code: 'PRIVILEGE_MISSING',
          hint: expect.stringContaining('stats_users'),
        });
    });

    on('the console lets in where clients are refused, and says that it is that door', async (pooler) => {
      expect((await watchers.open('postgres', consoleOf(pooler))).door).toBeUndefined();
      await watchers.closeAll();
      const { sessions } = await openUntilRefused('postgres', ordinary(pooler));
      clients.push(...sessions);
      const watcher = await watchers.open('postgres', consoleOf(pooler));
      const { taken, capacity } = await watcher.look();
      expect([watcher.door, taken, capacity.usable]).toEqual(['console', maxClients + 1, maxClients]);
    });

    on('clients that wait for their login have a wait, which PgBouncer does not tell', async () => {
      const down = await startPgbouncer({ ...server, port: await freePort() }, cleanup, {}, { release });
      const logins = [1, 2, 3].map(() => open('postgres', ordinary(down)));
      for (const login of logins) login.catch(() => {});
      const watcher = await watchers.open('postgres', consoleOf(down));
      await vi.waitFor(async () => {
        const [pool] = (await watcher.look()).pools ?? [];
        expect(pool).toMatchObject({ clientsWaiting: 3, serversActive: 0 });
        expect(pool?.maxWaitSeconds).toBeGreaterThanOrEqual(1);
      }, waits);
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
      const hold = async (pooler: Server) => {
        const holders = await openMany(poolSize, ordinary(pooler));
        for (const holder of holders) {
          await holder.rows('BEGIN');
          await holder.rows('SELECT 1');
        }
        return holders;
      };

      on('a look through it that is not served says that it queued, where the pooler says so', async (pooler) => {
        const watcher = await watchers.open('postgres', ordinary(pooler), { timeoutMs: isNew ? 3_000 : 1_000 });
        await hold(pooler);
        const told = { code: 'SERVER_FULL', message: expect.stringContaining('waited in the queue of the pooler') };
        await expect(watcher.look()).rejects.toMatchObject(isNew ? told : { code: 'SERVER_SILENT' });
      });

      on('and one that is served late says so as well', async (pooler) => {
        const watcher = await watchers.open('postgres', ordinary(pooler));
        const [holder] = await hold(pooler);
        const desk = await open('postgres', consoleOf(pooler));
        clients.push(desk);
        const looking = watcher.look();
        await vi.waitFor(async () => {
          const [pool] = (await desk.rows('SHOW POOLS')).filter(({ database }) => database === server.database);
          // The notice comes after a whole second more.
          expect(Number(pool?.['maxwait'])).toBeGreaterThanOrEqual(2);
        }, waits);
        await holder?.rows('COMMIT');
        expect((await looking).wasQueued).toBe(isNew ? true : undefined);
        expect((await watcher.look()).wasQueued).toBeUndefined();
      });

      on('query_wait_timeout is told as what it is', async (pooler) => {
        const desk = await open('postgres', consoleOf(pooler));
        clients.push(desk);
        const watcher = await watchers.open('postgres', ordinary(pooler));
        await hold(pooler);
        await desk.rows('SET query_wait_timeout = 1');
        try {
          await expect(watcher.look()).rejects.toMatchObject({
            code: 'SERVER_FULL',
            message: `The pooler at ${pooler.host}:${pooler.port} had no connection to the server within its query_wait_timeout: all that "${server.user}" may have for "${server.database}" were busy.`,
            hint: expect.stringMatching(/held open.*pool_size.*max_db_connections/),
          });
        } finally {
          await desk.rows('SET query_wait_timeout = 120');
        }
      });
    });
  });
});
