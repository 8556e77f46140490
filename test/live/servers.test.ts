import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FaultProxy } from '../helpers/fault-proxy.ts';
import { describeWith } from '../helpers/live.ts';
import { type OwnServer, startOwn } from '../helpers/servers/own-server.ts';

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

async function pgRow(options: pg.ClientConfig, sql: string): Promise<unknown> {
  const client = new pg.Client(options);
  try {
    await client.connect();
    const { rows } = await client.query(sql);
    return rows[0];
  } finally {
    await client.end();
  }
}

async function mysqlRow(options: mysql.ConnectionOptions, sql: string): Promise<unknown> {
  const connection = await mysql.createConnection(options);
  try {
    const [rows] = await connection.query<mysql.RowDataPacket[]>(sql);
    return rows[0];
  } finally {
    await connection.end();
  }
}

const read = (file = '') => readFileSync(file, 'utf8');

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

for (const engine of ['postgres', 'postgres13'] as const) {
  describeWith(engine, (server) => {
    const { host, port, database, user, password, version, caFile, socketPath = '' } = server;
    const login = { host, port, database, user, password };

    test('it is the version that its name says', () => {
      expect(version).toMatch(engine === 'postgres13' ? /^13\./ : /^1[4-9]\./);
    });

    describe.runIf(server.startedHere)('as it is started here', () => {
      test('TLS works with its certificate authority, for those who want it', async () => {
        const sql = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()';
        expect(await pgRow({ ...login, ssl: { ca: read(caFile) } }, sql)).toEqual({ ssl: true });
        expect(await pgRow(login, sql)).toEqual({ ssl: false });
      });

      test('the Unix socket works', async () => {
        const sql = 'SELECT inet_server_addr() AS address';
        expect(await pgRow({ ...login, host: socketPath }, sql)).toEqual({ address: null });
      });

      test('pg_stat_statements counts', async () => {
        expect(await pgRow(login, 'SELECT count(*) > 0 AS counts FROM pg_stat_statements')).toEqual({ counts: true });
      });
    });
  });
}

for (const engine of ['mariadb', 'mysql'] as const) {
  describeWith(engine, (server) => {
    const { host, port, database, user, password, version, caFile, socketPath = '' } = server;
    const login = { host, port, database, user, password };

    test('the ordinary user logs in over TCP, and it is the server that its name says', async () => {
      const sql = 'SELECT VERSION() AS version, CURRENT_USER() AS name';
      expect(await mysqlRow(login, sql)).toEqual({ version, name: `${user}@%` });
      expect(version).toMatch(engine === 'mariadb' ? /MariaDB/ : /^[89]\.[^M]*$/);
    });

    describe.runIf(server.startedHere)('as it is started here', () => {
      test('TLS works with its certificate authority, for those who want it', async () => {
        const sql = "SHOW STATUS LIKE 'Ssl_version'";
        expect(await mysqlRow({ ...login, ssl: { ca: read(caFile) } }, sql)).toMatchObject({ Value: 'TLSv1.3' });
        expect(await mysqlRow(login, sql)).toMatchObject({ Value: '' });
      });

      test('the Unix socket works', async () => {
        const { socketPath: own } = Object(
          await mysqlRow({ user, password, socketPath }, 'SELECT @@socket AS socketPath'),
        );
        expect(own).toBe(socketPath);
      });

      test('it gathers statistics where that is its default', async () => {
        const gathers = engine === 'mysql' ? 1 : 0;
        expect(await mysqlRow(login, 'SELECT @@performance_schema AS gathers')).toEqual({ gathers });
      });
    });
  });
}

describeWith('pgbouncer', ({ host, port, database, user, password, adminUser, adminPassword, version }) => {
  const login = { host, port, database, user, password };
  const admin = { host, port, database: 'pgbouncer', user: adminUser, password: adminPassword };

  test('the ordinary user reaches PostgreSQL through it, with its own password only', async () => {
    expect(await pgRow(login, 'SELECT current_user AS name')).toEqual({ name: user });
    await expect(pgRow({ ...login, password: 'wrong' }, 'SELECT 1')).rejects.toThrow('authentication');
  });

  test('the console is for its admin', async () => {
    expect(await pgRow(admin, 'SHOW VERSION')).toEqual({ version });
    await expect(pgRow({ ...login, database: 'pgbouncer' }, 'SHOW VERSION')).rejects.toThrow('not allowed');
  });
});

/** Whether that takes longer than it may. */
function hangs(work: Promise<unknown>): Promise<boolean> {
  return Promise.race([work.then(() => false), sleep(500, true)]);
}

describeWith('postgres', () => {
  describe('a server of its own', () => {
    let own: OwnServer;
    beforeAll(async () => {
      own = await startOwn('postgres', { reserved_connections: 5 }, { hba: ['hostnossl all app all reject'] });
    });
    afterAll(() => own.stop());

    const row = (sql: string) =>
      pgRow(
        { host: own.socketPath, port: own.port, database: own.database, user: own.user, password: own.password },
        sql,
      );

    test('has the settings that were asked for', async () => {
      expect(await row('SHOW reserved_connections')).toEqual({ reserved_connections: '5' });
      const { host, port, database, user, password } = own;
      await expect(pgRow({ host, port, database, user, password }, 'SELECT 1')).rejects.toMatchObject({
        code: '28000',
      });
    });

    test('freezes, thaws, and can be stopped while it is frozen', async () => {
      const query = row('SELECT pg_sleep(0.2)');
      await sleep(50);
      own.signal('SIGSTOP');
      expect(await hangs(query)).toBe(true);
      own.signal('SIGCONT');
      await query;
      own.signal('SIGSTOP');
      await own.stop();
      expect(() => process.kill(own.pid, 0)).toThrow('ESRCH');
    });
  });
});

for (const engine of ['mariadb', 'mysql'] as const) {
  describeWith(engine, () => {
    test('a server of its own has the settings that were asked for, freezes and thaws', async () => {
      const own = await startOwn(engine, { 'max-connections': 20, require_secure_transport: 'ON' });
      try {
        const { socketPath = '', host, port, user, password, caFile } = own;
        const tcp = { host, port, user, password };
        const sql = 'SELECT @@max_connections AS n';
        expect(await mysqlRow({ ...tcp, ssl: { ca: read(caFile) } }, sql)).toEqual({ n: 20 });
        await expect(mysqlRow(tcp, sql)).rejects.toMatchObject({ errno: engine === 'mariadb' ? 1045 : 3159 });
        own.signal('SIGSTOP');
        const login = mysqlRow({ socketPath, user, password }, 'SELECT 1');
        expect(await hangs(login)).toBe(true);
        own.signal('SIGCONT');
        await login;
      } finally {
        await own.stop();
      }
    });
  });
}

describeWith('postgres', ({ host, port, database, user, password }) => {
  describe('through the fault proxy', () => {
    let proxy: FaultProxy;
    let client: pg.Client;
    beforeAll(async () => {
      proxy = await FaultProxy.start(host, port);
      client = await open();
    });
    afterAll(() => proxy.close());

    async function open(): Promise<pg.Client> {
      const client = new pg.Client({ host: '127.0.0.1', port: proxy.port, database, user, password });
      client.on('error', () => {});
      await client.connect();
      return client;
    }

    test('all is as without it, only later where that is asked for', async () => {
      proxy.switchTo({ delayMs: 100 });
      const start = performance.now();
      await client.query('SELECT 1');
      expect(performance.now() - start).toBeGreaterThan(190);
      expect(proxy.connections).toBe(1);
    });

    test('a hole swallows, at once or in the middle of an answer', async () => {
      proxy.switchTo('hole');
      expect(await hangs(client.query('SELECT 1'))).toBe(true);
      proxy.switchTo('pass');
      const other = await open();
      proxy.switchTo({ holeAfterBytes: 10 });
      expect(await hangs(other.query('SELECT 1'))).toBe(true);
    });

    test('a reset ends the old connections and the new', async () => {
      proxy.switchTo('pass');
      const other = await open();
      const end = new Promise((resolve) => other.once('error', resolve));
      proxy.switchTo('reset');
      expect(await end).toMatchObject({ code: 'ECONNRESET' });
      await expect(open()).rejects.toThrow();
    });
  });
});
