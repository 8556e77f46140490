import { connect } from 'node:net';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { describeWith } from '../helpers/live.ts';

interface Session {
  end(): Promise<void>;
}

/** Opens sessions until the server refuses one, then closes them. Says how many it held and why it refused the next. */
async function fillUp(open: () => Promise<Session>, codeOf: (error: unknown) => unknown) {
  const sessions: Session[] = [];
  try {
    for (;;) sessions.push(await open());
  } catch (error) {
    return { held: sessions.length, refusal: codeOf(error) };
  } finally {
    await Promise.all(sessions.map((session) => session.end()));
  }
}

/** Whether something listens there: 127.0.0.2 is this machine too, but only for a server that listens on all addresses. */
function listensOn(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const answer = (listens: boolean) => () => {
      socket.destroy();
      resolve(listens);
    };
    const socket = connect(port, host, answer(true)).on('error', answer(false));
    socket.setTimeout(1_000, answer(false));
  });
}

describeWith('postgres', (server) => {
  const { host, port, database, user, password, adminUser, adminPassword } = server;

  async function open(login: { user: string; password: string } = { user, password }): Promise<pg.Client> {
    const client = new pg.Client({ host, port, database, ...login });
    await client.connect();
    return client;
  }

  async function row(sql: string, login?: { user: string; password: string }): Promise<unknown> {
    const client = await open(login);
    const { rows } = await client.query(sql);
    await client.end();
    return rows[0];
  }

  test('the ordinary user logs in to a UTF-8 database that it owns, and is no superuser', async () => {
    const sql = `SELECT current_user AS name, rolsuper AS super, datdba = r.oid AS owner, pg_encoding_to_char(encoding)
      FROM pg_roles r, pg_database WHERE rolname = current_user AND datname = current_database()`;
    expect(await row(sql)).toEqual({ name: user, super: false, owner: true, pg_encoding_to_char: 'UTF8' });
  });

  test('the admin is a superuser', async () => {
    const login = { user: adminUser, password: adminPassword };
    expect(await row('SELECT rolsuper FROM pg_roles WHERE rolname = current_user', login)).toEqual({ rolsuper: true });
  });

  test('a wrong password is refused', async () => {
    await expect(open({ user, password: 'wrong' })).rejects.toMatchObject({ code: '28P01' });
  });

  test('the version is the one that the server says', async () => {
    expect(await row('SHOW server_version')).toEqual({ server_version: server.version });
  });

  describe.runIf(server.startedHere)('as it is started here', () => {
    test('max_connections is 100, PostgreSQL’s default', async () => {
      expect(await row('SHOW max_connections')).toEqual({ max_connections: '100' });
    });

    test('the server listens only on loopback', async () => {
      expect(await row('SHOW listen_addresses')).toEqual({ listen_addresses: '127.0.0.1' });
      expect(await listensOn('127.0.0.1', port)).toBe(true);
      expect(await listensOn('127.0.0.2', port)).toBe(false);
    });

    test('97 ordinary sessions fit: all but the 3 kept for superusers', async () => {
      expect(await row('SHOW superuser_reserved_connections')).toEqual({ superuser_reserved_connections: '3' });
      const codeOf = (error: unknown) => error instanceof pg.DatabaseError && error.code;
      // A session that another test has just closed may still count for a moment.
      await expect.poll(() => fillUp(open, codeOf), { timeout: 10_000 }).toEqual({ held: 97, refusal: '53300' });
    });
  });
});

describeWith('mariadb', (server) => {
  const { host, port, database, user, password, adminUser, adminPassword } = server;

  function open(login: { user: string; password: string } = { user, password }): Promise<mysql.Connection> {
    return mysql.createConnection({ host, port, database, ...login });
  }

  async function row(sql: string, login?: { user: string; password: string }): Promise<unknown> {
    const connection = await open(login);
    const [rows] = await connection.query<mysql.RowDataPacket[]>(sql);
    await connection.end();
    return rows[0];
  }

  test('the ordinary user logs in to a UTF-8 database', async () => {
    const sql = 'SELECT CURRENT_USER() AS name, DATABASE() AS db, @@character_set_database AS charset';
    expect(await row(sql)).toEqual({ name: `${user}@%`, db: database, charset: 'utf8mb4' });
  });

  test('the ordinary user has all rights on its database and none elsewhere', async () => {
    const connection = await open();
    const [grants] = await connection.query<mysql.RowDataPacket[][]>({ sql: 'SHOW GRANTS', rowsAsArray: true });
    await connection.end();
    expect(grants.flat()).toEqual([
      expect.stringMatching(/^GRANT USAGE ON \*\.\* TO /),
      expect.stringContaining(`GRANT ALL PRIVILEGES ON \`${database}\`.* TO `),
    ]);
  });

  test('the admin has all rights', async () => {
    const login = { user: adminUser, password: adminPassword };
    const grants = await row('SHOW GRANTS', login);
    expect(Object.values(Object(grants))).toEqual([expect.stringMatching(/^GRANT ALL PRIVILEGES ON \*\.\* TO /)]);
  });

  test('a wrong password is refused', async () => {
    await expect(open({ user, password: 'wrong' })).rejects.toMatchObject({ errno: 1045 });
  });

  test('the version is the one that the server says', async () => {
    expect(await row('SELECT VERSION() AS version')).toEqual({ version: server.version });
  });

  describe.runIf(server.startedHere)('as it is started here', () => {
    test('max_connections is 151, MariaDB’s default', async () => {
      expect(await row('SELECT @@max_connections AS n')).toEqual({ n: 151 });
    });

    test('the server listens only on loopback', async () => {
      expect(await row('SELECT @@bind_address AS address')).toEqual({ address: '127.0.0.1' });
      expect(await listensOn('127.0.0.1', port)).toBe(true);
      expect(await listensOn('127.0.0.2', port)).toBe(false);
    });

    test('151 ordinary sessions fit', async () => {
      const codeOf = (error: unknown) => error instanceof Error && 'errno' in error && error.errno;
      // A session that another test has just closed may still count for a moment.
      await expect.poll(() => fillUp(open, codeOf), { timeout: 10_000 }).toEqual({ held: 151, refusal: 1040 });
    });
  });
});
