import mysql from 'mysql2/promise';
import pg from 'pg';
import type { Server } from '../../helpers/servers/facts.ts';
import type { LiveEngine } from './case.ts';

/** Counts the sessions that the ordinary user has open, as the server itself sees them. */
export async function countSessions(engine: LiveEngine, server: Server): Promise<number> {
  return (await asAdministrator(engine, server, async (ids) => ids)).length;
}

/** Counts those of them that run a statement. */
export async function countRunning(engine: LiveEngine, server: Server): Promise<number> {
  return asAdministrator(engine, server, async (ids, query) => {
    if (ids.length === 0) return 0;
    const list = ids.join(', ');
    const rows = await query(
      engine === 'postgres'
        ? `select pid from pg_stat_activity where pid in (${list}) and state = 'active'`
        : `select id from information_schema.processlist where id in (${list}) and command in ('Query', 'Execute')`,
    );
    return rows.length;
  });
}

/** Ends all of them, idle and in use, as a restart, a failover or a limit on idle time does. */
export async function endSessions(engine: LiveEngine, server: Server): Promise<void> {
  await asAdministrator(engine, server, async (ids, query) => {
    for (const id of ids) {
      // One may have ended by itself.
      await query(engine === 'postgres' ? `select pg_terminate_backend(${id})` : `kill ${id}`).catch(() => {});
    }
  });
}

type Query = (sql: string) => Promise<readonly unknown[]>;

async function asAdministrator<T>(
  engine: LiveEngine,
  { host, port, database, user, adminUser, adminPassword: password }: Server,
  work: (ids: readonly number[], query: Query) => Promise<T>,
): Promise<T> {
  if (engine === 'postgres') {
    const client = new pg.Client({ host, port, database, user: adminUser, password });
    await client.connect();
    try {
      const { rows } = await client.query('select pid as id from pg_stat_activity where usename = $1', [user]);
      return await work(idsIn(rows), async (sql) => (await client.query(sql)).rows);
    } finally {
      await client.end();
    }
  }
  const connection = await mysql.createConnection({ host, port, user: adminUser, password });
  try {
    const sql = 'select id from information_schema.processlist where user = ?';
    const [rows] = await connection.query<mysql.RowDataPacket[]>(sql, [user]);
    return await work(idsIn(rows), async (statement) => {
      const [answer] = await connection.query(statement);
      return Array.isArray(answer) ? answer : [];
    });
  } finally {
    await connection.end();
  }
}

function idsIn(rows: readonly Record<string, unknown>[]): number[] {
  return rows.map((row) => Number(row['id'] ?? row['ID']));
}
