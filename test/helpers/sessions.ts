import mysql from 'mysql2/promise';
import pg from 'pg';
import { expect, vi } from 'vitest';
import type { Server } from './servers/facts.ts';

export type Protocol = 'postgres' | 'mysql';
export type Engine = 'postgres' | 'postgres13' | 'mariadb' | 'mysql';

export const protocolOf = { postgres: 'postgres', postgres13: 'postgres', mariadb: 'mysql', mysql: 'mysql' } as const;

/** Where to log in, and as whom. */
export interface Login {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database?: string | undefined;
  /** As the application names itself. */
  readonly application?: string;
}

/** A session as any client holds one, opened without poolctl. */
export interface Session {
  rows(sql: string): Promise<Record<string, unknown>[]>;
  end(): Promise<void>;
}

export function ordinary({ host, port, user, password, database }: Server): Login {
  return { host, port, user, password, database };
}

export function admin({ host, port, adminUser, adminPassword, database }: Server): Login {
  return { host, port, user: adminUser, password: adminPassword, database };
}

/** The DSN of a login, with all that is odd in it percent-encoded. */
export function dsn(protocol: Protocol, { host, port, user, password, database = '' }: Login, query = ''): string {
  const place = host.includes(':') ? `[${host}]` : host;
  return `${protocol}://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${place}:${port}/${database}${query}`;
}

export function open(protocol: Protocol, login: Login): Promise<Session> {
  return protocol === 'postgres' ? openPostgres(login) : openMysql(login);
}

async function openPostgres({ application, ...login }: Login): Promise<Session> {
  const client = new pg.Client({ ...login, ...(application !== undefined && { application_name: application }) });
  client.on('error', () => {}); // A server that goes away is told by the next question.
  await client.connect();
  return {
    rows: async (sql) => (await client.query(sql)).rows,
    end: () => client.end().catch(() => {}),
  };
}

async function openMysql({ application, database, ...login }: Login): Promise<Session> {
  const connection = await mysql.createConnection({
    ...login,
    ...(database !== undefined && { database }),
    ...(application !== undefined && { connectAttributes: { program_name: application } }),
  });
  connection.on('error', () => {});
  return {
    rows: async (sql) => {
      const [rows] = await connection.query(sql);
      return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : [];
    },
    end: () => connection.end().catch(() => connection.destroy()),
  };
}

/** Opens that many. */
export function openAll(count: number, protocol: Protocol, login: Login): Promise<Session[]> {
  return Promise.all(Array.from({ length: count }, () => open(protocol, login)));
}

export async function endAll(sessions: readonly Session[]): Promise<void> {
  await Promise.all(sessions.map((session) => session.end()));
}

/** Runs statements in a session of their own. */
export async function run(protocol: Protocol, login: Login, ...statements: readonly string[]): Promise<void> {
  const session = await open(protocol, login);
  try {
    for (const sql of statements) await session.rows(sql);
  } finally {
    await session.end();
  }
}

/** Opens sessions until the server refuses one. Says why; whoever calls ends those that it let in. */
export async function openUntilRefused(
  protocol: Protocol,
  login: Login,
  atMost = 300,
): Promise<{ sessions: Session[]; refusal: unknown }> {
  const sessions: Session[] = [];
  try {
    while (sessions.length < atMost) sessions.push(await open(protocol, login));
  } catch (error) {
    return { sessions, refusal: error };
  }
  await endAll(sessions);
  throw new Error(`The server let ${atMost} sessions in`);
}

/** How many sessions of clients there are, or those of one user, beside the one that looks. */
export async function countSessions(protocol: Protocol, watcher: Session, user?: string): Promise<number> {
  const [row] = await watcher.rows(user === undefined ? countSql[protocol] : countOf(user)[protocol]);
  // MySQL says it of the slots, which may be taken a little longer than the list shows.
  return row?.['Value'] === undefined ? Number(row?.['n']) : Number(row['Value']) - 1;
}

const countSql = {
  postgres: `SELECT count(*)::int AS n FROM pg_stat_activity
    WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'`,
  mysql: `SHOW GLOBAL STATUS LIKE 'Threads_connected'`,
} as const;

function countOf(user: string) {
  return {
    postgres: `${countSql.postgres} AND usename = '${user}'`,
    mysql: `SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID() AND USER = '${user}'`,
  } as const;
}

/** Waits until there are only that many: a session that was just closed still counts for a moment. */
export async function settled(protocol: Protocol, watcher: Session, count: number, user?: string): Promise<void> {
  const look = async () => expect(await countSessions(protocol, watcher, user)).toBe(count);
  await vi.waitFor(look, { timeout: 15_000, interval: 20 });
}

/** A light load, until it is stopped: a few sessions that are nearly always in a statement of 20 ms. */
export async function keepBusy(protocol: Protocol, login: Login): Promise<{ stop(): Promise<void> }> {
  const sessions = await openAll(3, protocol, login);
  const sleep = protocol === 'postgres' ? 'pg_sleep' : 'sleep';
  let isOver = false;
  const working = sessions.map(async (session) => {
    // PostgreSQL counts statements without a table late.
    await session.rows('CREATE TEMPORARY TABLE busy (one INT)');
    await session.rows('INSERT INTO busy VALUES (1)');
    while (!isOver) await session.rows(`SELECT ${sleep}(0.02) FROM busy`);
  });
  return {
    async stop() {
      isOver = true;
      await Promise.all(working);
      await endAll(sessions);
    },
  };
}
