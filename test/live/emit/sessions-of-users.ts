import mysql from 'mysql2/promise';
import pg from 'pg';
import type { Server } from '../../helpers/servers/facts.ts';

/** The sessions that each user has open, by their ids on the server. */
export type Sessions = ReadonlyMap<string, readonly number[]>;

/** A session of the administrator, for users of these tests and what they have open. */
export interface Overseer {
  makeUsers(names: readonly string[]): Promise<void>;
  sessions(): Promise<Sessions>;
  /** Ends their sessions, and takes the users away. */
  end(names: readonly string[]): Promise<void>;
}

export async function overseer(engine: 'postgres' | 'mariadb', server: Server): Promise<Overseer> {
  return engine === 'postgres' ? overPostgres(server) : overMariadb(server);
}

async function overPostgres({
  host,
  port,
  database,
  user,
  password,
  adminUser,
  adminPassword,
}: Server): Promise<Overseer> {
  const client = new pg.Client({ host, port, database, user: adminUser, password: adminPassword });
  await client.connect();
  const run = async (statements: readonly string[]) => {
    for (const statement of statements) await client.query(statement);
  };
  return {
    makeUsers: (names) => run(names.map((name) => `create role ${name} login password '${password}' in role ${user}`)),
    sessions: async () => {
      const { rows } = await client.query(
        'select pid as id, usename as name from pg_stat_activity where datname = $1',
        [database],
      );
      return byName(rows);
    },
    end: async (names) => {
      const list = names.map((name) => `'${name}'`).join(', ');
      await client.query(`select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename in (${list})`);
      await run(names.map((name) => `drop role ${name}`));
      await client.end();
    },
  };
}

async function overMariadb({ host, port, database, password, adminUser, adminPassword }: Server): Promise<Overseer> {
  const connection = await mysql.createConnection({ host, port, user: adminUser, password: adminPassword });
  const run = async (statements: readonly string[]) => {
    for (const statement of statements) await connection.query(statement);
  };
  const sessions = async () => {
    const [rows] = await connection.query<mysql.RowDataPacket[]>(
      'select id, user as name from information_schema.processlist',
    );
    return byName(rows);
  };
  return {
    sessions,
    makeUsers: (names) =>
      run(
        names.flatMap((name) => [
          `create user ${name} identified by '${password}'`,
          `grant all on ${database}.* to ${name}`,
        ]),
      ),
    end: async (names) => {
      const open = await sessions();
      for (const id of names.flatMap((name) => open.get(name) ?? []))
        await connection.query(`kill ${id}`).catch(() => {});
      await run(names.map((name) => `drop user ${name}`));
      await connection.end();
    },
  };
}

function byName(rows: readonly Record<string, unknown>[]): Sessions {
  const found = new Map<string, number[]>();
  for (const row of rows) {
    const name = String(row['name']);
    found.set(name, [...(found.get(name) ?? []), Number(row['id'])]);
  }
  return found;
}
