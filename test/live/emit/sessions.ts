import mysql from 'mysql2/promise';
import pg from 'pg';
import type { Server } from '../../helpers/servers/facts.ts';
import type { LiveEngine } from './case.ts';

/** Counts the sessions that the ordinary user has open, as the server itself sees them. */
export async function countSessions(engine: LiveEngine, server: Server): Promise<number> {
  const { host, port, database, user, adminUser, adminPassword } = server;
  if (engine === 'postgres') {
    const client = new pg.Client({ host, port, database, user: adminUser, password: adminPassword });
    await client.connect();
    const { rows } = await client.query('select count(*)::int as n from pg_stat_activity where usename = $1', [user]);
    await client.end();
    return rows[0].n;
  }
  const connection = await mysql.createConnection({ host, port, user: adminUser, password: adminPassword });
  const [rows] = await connection.query<mysql.RowDataPacket[]>(
    'select count(*) as n from information_schema.processlist where user = ?',
    [user],
  );
  await connection.end();
  return Number(rows[0]?.['n']);
}
