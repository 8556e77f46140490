import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ServiceQuota } from '../../src/budget/quota.ts';
import { instrument, type Monitor } from '../../src/monitor/instrument.ts';
import { enforced, quotaOf } from '../helpers/enforce.ts';
import { describeWith } from '../helpers/live.ts';
import { root } from '../helpers/run.ts';
import { type OwnServer, startOwn } from '../helpers/servers/own-server.ts';
import {
  admin,
  countSessions,
  dsn,
  endAll,
  type Login,
  open,
  protocolOf,
  type Session,
  settled,
} from '../helpers/sessions.ts';

type Check = (monitor: Monitor, dsn: string, log: (line: string) => void) => Promise<void>;

/** The file as a service has it, whose `poolctl` is this one. */
async function loaded(text: string): Promise<Check> {
  const folder = `${root}node_modules/.cache/poolctl-enforce-${process.pid}`;
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(`${folder}/check.ts`, text.replace("'poolctl/inspect'", `'${root}src/entries/inspect.ts'`));
    return (await import(`${folder}/check.ts`)).logInstancesThatFit;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** More than `max_connections` below, each with a limit. */
const services = Array.from({ length: 80 }, (_, index) => `service ${index}`);
const slots = 72;
const culprit = 'cul`pr"it\'; DROP TABLE x; --';
const limit = 5;

for (const engine of ['postgres', 'mariadb', 'mysql'] as const) {
  describeWith(engine, () => {
    const protocol = protocolOf[engine];
    const isPostgres = engine === 'postgres';
    let server: OwnServer;
    let watcher: Session;
    const as = (user: string): Login => ({
      ...{ host: server.host, port: server.port, user, password: 'secret' },
      ...(isPostgres && { database: server.database }),
    });
    const of = (service: string, quota: number, more: Partial<ServiceQuota> = {}) =>
      quotaOf(service, quota, { engine, ...more });

    beforeAll(async () => {
      server = await startOwn(engine, { max_connections: slots });
      watcher = await open(protocol, admin(server));
      await script([culprit, ...services, 'shared'].map(create).join('\n'));
    });
    afterAll(() => server?.stop());

    function create(user: string): string {
      return isPostgres
        ? `CREATE ROLE "${user.replaceAll('"', '""')}" LOGIN PASSWORD 'secret';`
        : `CREATE USER \`${user.replaceAll('`', '``')}\`@'%' IDENTIFIED BY 'secret';`;
    }

    /** Runs a file as psql or mysql does. Answers the rows of its last statement that has some. */
    async function script(text: string): Promise<Record<string, unknown>[]> {
      if (isPostgres) {
        const client = new pg.Client(admin(server));
        await client.connect();
        try {
          const answers = [await client.query(text)].flat();
          return answers.findLast(({ rows }) => rows.length > 0)?.rows ?? [];
        } finally {
          await client.end();
        }
      }
      const connection = await mysql.createConnection({
        ...admin(server),
        database: server.database,
        multipleStatements: true,
      });
      try {
        const [answers] = await connection.query(text);
        const all = (Array.isArray(answers) ? answers : []) as unknown[];
        const last = all.findLast((rows) => Array.isArray(rows)) ?? all;
        return last as Record<string, unknown>[];
      } finally {
        await connection.end();
      }
    }

    /** What a client of the database prints: the lines of one column. */
    async function printed(text: string): Promise<string> {
      return (await script(text)).map((row) => String(Object.values(row)[0])).join('\n');
    }

    async function loginsAtOnce(user: string, count: number) {
      const ends = await Promise.allSettled(Array.from({ length: count }, () => open(protocol, as(user))));
      return {
        sessions: ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : [])),
        refusals: ends.flatMap((end) =>
          end.status === 'rejected' ? [String(end.reason.routine ?? end.reason.code)] : [],
        ),
      };
    }

    /** One after the other, until one is refused. */
    async function fillUp(user: string): Promise<{ sessions: Session[]; refusal: string }> {
      const sessions: Session[] = [];
      for (;;) {
        const { sessions: more, refusals } = await loginsAtOnce(user, 1);
        sessions.push(...more);
        if (refusals[0] !== undefined || sessions.length > 20) return { sessions, refusal: refusals[0] ?? 'none' };
      }
    }

    const sessionsOfCulprit = () => countSessions(protocol, watcher, culprit.replaceAll("'", "''"));
    const overTheLimit = isPostgres ? 'InitializeSessionUserId' : 'ER_USER_LIMIT_REACHED';

    test('50 logins of a culprit at once, with more roles than slots: it has its quota, and nobody else is refused', async () => {
      const { files } = await enforced('sql', [of(culprit, limit), ...services.map((service) => of(service, 1))]);
      await script(files['orders.sql'] ?? '');
      for (const round of [0, 1, 2]) {
        const others = services.slice(round * 10, round * 10 + 10);
        const [storm, ...rest] = await Promise.all([
          loginsAtOnce(culprit, 50),
          ...others.map((service) => open(protocol, as(service))),
        ]);
        expect(new Set(storm.refusals)).toEqual(new Set([overTheLimit]));
        expect(storm.sessions.length).toBeLessThanOrEqual(limit);
        // Two at the same instant may both be refused; then there is a place for the next.
        const { sessions, refusal } = await fillUp(culprit);
        expect(refusal).toBe(overTheLimit);
        expect(storm.sessions.length + sessions.length).toBe(limit);
        expect(await sessionsOfCulprit()).toBe(limit);
        await endAll([...storm.sessions, ...sessions, ...rest]);
        await settled(protocol, watcher, 0, culprit.replaceAll("'", "''"));
      }
    });

    test('the saved statements bring back the limits from before, and the fleet’s own roll-back those it knows', async () => {
      const limitOf = async (user: string) => {
        const [row] = await watcher.rows(
          isPostgres
            ? `SELECT rolconnlimit AS n FROM pg_roles WHERE rolname = '${user}'`
            : `SELECT max_user_connections AS n FROM mysql.user WHERE user = '${user}'`,
        );
        return Number(row?.['n']);
      };
      const none = isPostgres ? -1 : 0;
      const before = await enforced('sql', [of('service 1', 7), of('service 2', 8)]);
      await script(before.files['orders.sql'] ?? '');
      const roles = [{ name: 'service 2', connections: 4 }];
      const { files } = await enforced(
        'sql',
        [of('service 1', 17), of('service 2', 18)],
        [{ name: 'orders', counts: 'server connections', usableIs: '', roleLimits: roles }],
      );
      const saved = await printed(files['orders.save.sql'] ?? '');
      await script(files['orders.sql'] ?? '');
      expect([await limitOf('service 1'), await limitOf('service 2')]).toEqual([17, 18]);
      await script(saved);
      expect([await limitOf('service 1'), await limitOf('service 2')]).toEqual([7, 8]);
      await script(files['orders.rollback.sql'] ?? '');
      expect([await limitOf('service 1'), await limitOf('service 2')]).toEqual([none, 4]);
    });

    test('two services that share a role: the statements of the file give each one its own, with its own limit', async () => {
      const { files } = await enforced('sql', [
        of('reader', 2, { role: 'shared' }),
        of('writer', 3, { role: 'shared' }),
      ]);
      const text = files['orders.sql'] ?? '';
      await script(text);
      const shared = await fillUp('shared');
      expect(shared.sessions.length).toBe(5);
      await endAll(shared.sessions);
      const own = text
        .split('\n')
        .map((line) => /^-- ((?:CREATE|ALTER|GRANT|SET DEFAULT) .*;)$/.exec(line)?.[1])
        .filter((line) => line !== undefined)
        .map((line) => line.replace("'…'", "'secret'"));
      expect(own.length).toBeGreaterThan(1);
      const passwords = ['reader', 'writer'].map((role) => `ALTER ROLE ${role} PASSWORD 'secret';`);
      await script([...own, ...(isPostgres ? passwords : [])].join('\n'));
      const reader = await fillUp('reader');
      const writer = await fillUp('writer');
      expect([reader.sessions.length, writer.sessions.length]).toEqual([2, 3]);
      if (engine !== 'mariadb') {
        const [row] =
          (await reader.sessions[0]?.rows(`SELECT ${isPostgres ? 'current_role' : 'CURRENT_ROLE()'} AS role`)) ?? [];
        expect(String(row?.['role'])).toMatch(/^`?shared/);
      }
      await endAll([...reader.sessions, ...writer.sessions]);
    });

    test('the check at the start of a service says how many instances fit, by the server and the pool as they are', async () => {
      const role = 'service 60';
      const quota = of(role, 12, { pool: 3, mostInstances: 3, surgeInstances: 1 });
      await script((await enforced('sql', [quota])).files['orders.sql'] ?? '');
      // In a file, only its own service may be named so.
      const { files } = await enforced('startup-check', [{ ...quota, service: 'api' }]);
      const check = await loaded(files['api.orders.ts'] ?? '');
      const login = as(role);
      const pool = isPostgres
        ? new pg.Pool({ ...login, max: 4 })
        : mysql.createPool({ ...login, connectionLimit: 4 } as mysql.PoolOptions);
      const said: string[] = [];
      const log = (line: string) => said.push(line);
      try {
        await check(instrument(pool), dsn(protocol, login), log);
        await check(instrument(pool), dsn(protocol, { ...login, password: 'wrong, and secret' }), log);
      } finally {
        await pool.end();
      }
      expect(said[0]).toMatch(
        /^api on orders: 3 instances fit, planned are 3 and 1 in a roll-out \(pool 4, processes 1, quota 12, 12 usable by /,
      );
      expect(said[1]).toMatch(/^api on orders: not checked how many instances fit: /);
      expect(said.join()).not.toContain('secret');
    });

    test('sessions that are there stay: PostgreSQL counts them, MySQL and MariaDB only those that logged in with a limit', async () => {
      const user = 'service 50';
      await script((await enforced('sql', [of(user, 1)])).files['orders.rollback.sql'] ?? '');
      const there = (await loginsAtOnce(user, 4)).sessions;
      expect(there).toHaveLength(4);
      await script((await enforced('sql', [of(user, 2)])).files['orders.sql'] ?? '');
      const more = await fillUp(user);
      expect(more.refusal).toBe(overTheLimit);
      expect(more.sessions).toHaveLength(isPostgres ? 0 : 2);
      expect(await there[0]?.rows('SELECT 1 AS one')).toMatchObject([{ one: 1 }]);
      await endAll([...there, ...more.sessions]);
      await settled(protocol, watcher, 0, user);
      const again = await fillUp(user);
      expect(again.sessions).toHaveLength(2);
      await endAll(again.sessions);
    });
  });
}
