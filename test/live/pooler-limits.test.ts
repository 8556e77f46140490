import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { describeWith } from '../helpers/live.ts';
import { Cleanup } from '../helpers/servers/cleanup.ts';
import type { Server } from '../helpers/servers/facts.ts';
import { startHaproxy } from '../helpers/servers/haproxy.ts';
import { type PgbouncerRelease, startPgbouncer } from '../helpers/servers/pgbouncer.ts';
import { admin, open, openAll, ordinary, run, type Session } from '../helpers/sessions.ts';

/** What profiles/poolers/pgbouncer.yaml, profiles/platforms/haproxy.yaml and `explain transaction-pooler` say of them. */
describeWith('postgres', (server) => {
  const cleanup = new Cleanup();
  const names = { eager: 'limits_eager', other: 'limits_other', single: 'limits_single' } as const;
  const login = (user: string) => ({ ...ordinary(server), user, password: 'one' });
  const users = Object.values(names).map((user) => ({ user, password: 'one' }));
  let watcher: Session;

  beforeAll(async () => {
    watcher = await open('postgres', admin(server));
    for (const name of Object.values(names)) await watcher.rows(`CREATE ROLE ${name} LOGIN PASSWORD 'one'`);
    await watcher.rows(`ALTER ROLE ${names.single} CONNECTION LIMIT 1`);
  });
  afterAll(async () => {
    await cleanup.run();
    await watcher.rows(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE 'limits\\_%'`);
    await vi.waitFor(async () => expect(await running('limits\\_%')).toBe(0), { timeout: 10_000, interval: 50 });
    for (const name of Object.values(names)) await watcher.rows(`DROP ROLE ${name}`);
    await watcher.end();
  });

  async function running(user: string): Promise<number> {
    const [row] = await watcher.rows(
      `SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename LIKE '${user}' AND state = 'active'`,
    );
    return Number(row?.['n']);
  }

  /** The message of the refusal; undefined where the query is served. */
  async function refusal(at: Server, user: string, sql: string): Promise<string | undefined> {
    try {
      await run('postgres', { ...login(user), port: at.port }, sql);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  describe.each<PgbouncerRelease>(['own', 'sid'])('PgBouncer of the release %s', (release) => {
    const bouncer = (settings: Record<string, string | number>) =>
      startPgbouncer(server, cleanup, settings, { release, users });

    test('leaves queries on the server whose clients have gone, beyond its limits', async () => {
      await watcher.rows(`ALTER ROLE ${names.eager} RESET ALL`);
      const at = await bouncer({ default_pool_size: 1, max_db_connections: 1, query_timeout: 0.3 });
      const lose = () => refusal(at, names.eager, 'SELECT pg_sleep(6)');
      for (let count = 0; count < 3; count += 1) expect(await lose()).toContain('query timeout');
      expect(await running(names.eager)).toBe(3);
      await watcher.rows(
        `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = '${names.eager}'`,
      );
      await watcher.rows(`ALTER ROLE ${names.eager} SET client_connection_check_interval = '100ms'`);
      for (let count = 0; count < 2; count += 1) await lose();
      await vi.waitFor(async () => expect(await running(names.eager)).toBe(0), { timeout: 3_000, interval: 20 });
    });

    test('lets nobody else have a connection of max_db_connections while one user is busy', async () => {
      const at = await bouncer({ default_pool_size: 1, max_db_connections: 1, query_wait_timeout: 1 });
      const eager = { ...login(names.eager), port: at.port };
      // So many that one always waits, whatever stalls here.
      const sessions = await openAll(8, 'postgres', eager);
      let isOver = false;
      let served = 0;
      const loops = sessions.map(async (session) => {
        for (; !isOver; served += 1) await session.rows('SELECT pg_sleep(0.1)');
      });
      try {
        expect(await refusal(at, names.other, 'SELECT 1')).toContain('query_wait_timeout');
        expect(served).toBeGreaterThan(3);
      } finally {
        isOver = true;
        await Promise.all(loops);
        await Promise.all(sessions.map((session) => session.end()));
      }
    });

    test('waits for server_login_retry once a login was refused, though the next would be let in', async () => {
      const at = await bouncer({ server_login_retry: 2 });
      const taken = await open('postgres', login(names.single));
      expect(await refusal(at, names.single, 'SELECT 1')).toContain('too many connections for role');
      await taken.end();
      const start = performance.now();
      await vi.waitFor(async () => expect(await refusal(at, names.single, 'SELECT 1')).toBeUndefined(), {
        ...{ timeout: 10_000, interval: 100 },
      });
      expect(performance.now() - start).toBeGreaterThan(1_000);
    });
  });

  test('HAProxy cuts a query that runs, and its session goes on beside the next', async () => {
    const at = await startHaproxy(server, cleanup, 10, { silence: '500ms' });
    for (let count = 0; count < 2; count += 1) {
      expect(await refusal(at, names.other, 'SELECT pg_sleep(5)')).toBeDefined();
    }
    await sleep(50);
    expect(await running(names.other)).toBe(2);
  });
});
