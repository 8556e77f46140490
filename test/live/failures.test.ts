import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createWebServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server as NetServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { freePort } from '../../src/embedded/port.ts';
import { Sandbox } from '../../src/embedded/sandbox.ts';
import { FaultProxy } from '../helpers/fault-proxy.ts';
import { describeOnce, describeWith } from '../helpers/live.ts';
import { bin, poolctl, root } from '../helpers/run.ts';
import { makeCertificate } from '../helpers/servers/certificate.ts';
import type { Server } from '../helpers/servers/facts.ts';
import { findProgram } from '../helpers/servers/find-program.ts';
import { type OwnServer, startOwn } from '../helpers/servers/own-server.ts';
import {
  admin,
  dsn,
  endAll,
  type Login,
  open,
  openAll,
  openUntilRefused,
  ordinary,
  type Protocol,
  protocolOf,
  type Session,
  settled,
} from '../helpers/sessions.ts';

interface Failure {
  readonly exitCode: number;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly tookMs: number;
}

/** Inspects in vain, and checks what holds for every failure: one error, as a document, in plain words. */
async function failure(url: string, ...flags: readonly string[]): Promise<Failure> {
  const start = performance.now();
  const { stdout, stderr, exitCode } = await poolctl(['inspect', '--json', ...flags], { env: { DATABASE_URL: url } });
  const tookMs = performance.now() - start;
  expect(stderr).toBe('');
  const { schema, error, ...rest } = JSON.parse(stdout);
  expect({ schema, rest }).toEqual({ schema: 'poolctl.error/1', rest: {} });
  expect(Object.keys(error)).toEqual(['code', 'message', 'hint']);
  expect(error.message).toMatch(/^[^\n]+\.$/);
  expect(error.hint).toMatch(/^[^\n]{10,}$/);
  expect(error.message + error.hint).not.toMatch(/\bat .*\.[jt]s:\d|Error:|undefined|\[object/);
  return { exitCode, ...error, tookMs };
}

async function success(url: string, ...flags: readonly string[]) {
  const { stdout, exitCode } = await poolctl(['inspect', '--json', ...flags], { env: { DATABASE_URL: url } });
  expect([exitCode, JSON.parse(stdout).error]).toEqual([0, undefined]);
  return JSON.parse(stdout).result;
}

/** Fired, and not by the default of 5 s. */
function expectTimeout(tookMs: number, timeoutMs: number): void {
  expect(tookMs).toBeGreaterThan(timeoutMs * 0.9);
  expect(tookMs).toBeLessThan(4_500);
}

interface Scene {
  readonly protocol: Protocol;
  readonly server: Server;
  readonly watcher: Session | undefined;
  readonly proxy: FaultProxy;
  readonly timeoutMs: number;
}

/** What becomes of an inspection when that happens while the server has its session. */
async function failureInTheMiddle({ protocol, server, watcher, proxy, timeoutMs }: Scene, happens: () => void) {
  proxy.switchTo({ delayMs: 10 });
  const url = dsn(protocol, { ...ordinary(server), port: proxy.port }, '?sslmode=disable');
  const failing = failure(url, '--timeout', `${timeoutMs}ms`);
  if (watcher) await settled(protocol, watcher, 1, server.user);
  happens();
  return failing;
}

const password = 'Vert-de-Gris-3';

for (const engine of ['postgres', 'postgres13', 'mariadb', 'mysql', 'pgbouncer'] as const) {
  describeWith(engine, (server) => {
    const protocol = engine === 'pgbouncer' ? 'postgres' : protocolOf[engine];
    const isMysql = protocol === 'mysql';
    const app = ordinary(server);

    test.each([
      { what: 'a wrong password', login: { password: 'wrong' }, code: 'AUTH_FAILED' },
      { what: 'no password', login: { password: '' }, code: 'AUTH_FAILED' },
      { what: 'a wrong user', login: { user: 'nobody' }, code: 'AUTH_FAILED' },
      {
        what: 'an unknown database',
        login: { database: 'nowhere' },
        code: isMysql ? 'PRIVILEGE_MISSING' : 'DATABASE_UNKNOWN',
        says: '"nowhere"',
      },
      { what: 'an unknown host', login: { host: 'db.invalid' }, code: 'HOST_UNKNOWN', says: 'db.invalid' },
      { what: 'a host that is none', login: { host: 'a..b' }, code: 'HOST_UNKNOWN', says: 'a..b' },
    ])('$what is $code', async ({ login, code, says = '' }) => {
      const found = await failure(dsn(protocol, { ...app, ...login }));
      expect(found).toMatchObject({ exitCode: 3, code, message: expect.stringContaining(says) });
    });

    test.each(['127.0.0.1', 'localhost'])('a port of %s where nothing listens is CONNECT_REFUSED', async (host) => {
      const port = await freePort();
      const found = await failure(dsn(protocol, { ...app, host, port }));
      expect(found).toMatchObject({
        exitCode: 3,
        code: 'CONNECT_REFUSED',
        message: expect.stringContaining(`${port}`),
      });
    });

    test('a socket that is not there is CONNECT_REFUSED', async () => {
      const query = isMysql ? '?socket=/nowhere/mysqld.sock' : '?host=/nowhere';
      const found = await failure(`${protocol}://app@/app${query}`);
      expect(found).toMatchObject({
        exitCode: 3,
        code: 'CONNECT_REFUSED',
        message: expect.stringMatching(/\/nowhere/),
      });
    });

    // The first bytes are of the greeting, those after them of the login, or with TLS of its handshake.
    const stops = [0, 1, 3, 30, 130].map((bytes) => ({ bytes, mode: 'disable' }));
    const stopsInTls = [90, 300, 900, 1_400].map((bytes) => ({ bytes, mode: bytes % 200 ? 'prefer' : 'require' }));
    test('a login that stops after any number of bytes is SERVER_SILENT, after --timeout', async () => {
      const all = engine === 'pgbouncer' ? stops : [...stops, ...stopsInTls];
      const found = await Promise.all(
        all.map(async ({ bytes, mode }) => {
          const proxy = await FaultProxy.start(server.host, server.port);
          proxy.switchTo({ holeAfterBytes: bytes });
          const url = dsn(protocol, { ...app, port: proxy.port }, `?sslmode=${mode}`);
          return failure(url, '--timeout', '400ms').finally(() => proxy.close());
        }),
      );
      expect(found.map(({ exitCode, code }) => ({ exitCode, code }))).toEqual(
        all.map(() => ({ exitCode: 3, code: 'SERVER_SILENT' })),
      );
      for (const { message, tookMs } of found) {
        expect(message).toContain('400 ms');
        expectTimeout(tookMs, 400);
      }
    });

    describe('over a line that breaks', () => {
      let proxy: FaultProxy;
      let watcher: Session | undefined;
      beforeAll(async () => {
        if (engine !== 'pgbouncer') watcher = await open(protocol, admin(server));
      });
      afterAll(() => watcher?.end());
      beforeEach(async () => {
        proxy = await FaultProxy.start(server.host, server.port);
      });
      afterEach(async () => {
        // The server cannot know that somebody hung up behind a hole, until the line is cut.
        await proxy.close();
        if (watcher) await settled(protocol, watcher, 0, app.user);
      });

      test('a reset from the start is CONNECTION_LOST', async () => {
        proxy.switchTo('reset');
        const found = await failure(dsn(protocol, { ...app, port: proxy.port }));
        expect(found).toMatchObject({ exitCode: 3, code: 'CONNECTION_LOST' });
      });

      test.runIf(engine !== 'pgbouncer').each([
        { fault: 'hole', code: 'SERVER_SILENT' },
        { fault: 'reset', code: 'CONNECTION_LOST' },
      ] as const)('a $fault in the middle is $code', async ({ fault, code }) => {
        const { tookMs, ...found } = await failureInTheMiddle(
          { protocol, server, watcher, proxy, timeoutMs: 700 },
          () => proxy.switchTo(fault),
        );
        expect(found).toMatchObject({ exitCode: 3, code });
        if (fault === 'hole') expectTimeout(tookMs, 700);
      });
    });
  });
}

describeWith('mysql', (server) => {
  test('an administrator is told that a database is unknown', async () => {
    const found = await failure(dsn('mysql', { ...admin(server), database: 'nowhere' }));
    expect(found).toMatchObject({
      exitCode: 3,
      code: 'DATABASE_UNKNOWN',
      message: expect.stringContaining('"nowhere"'),
    });
  });
});

describeWith('postgres', (server) => {
  test('without --json it is two lines on stderr, and exit code 3 of the process', async () => {
    const { exitCode, stdout, stderr } = await bin([
      'inspect',
      dsn('postgres', { ...ordinary(server), user: 'nobody' }),
    ]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr).toMatch(/^error\[AUTH_FAILED\]: [^\n]+\n {2}hint: [^\n]+\n$/);
  });
});

describeOnce('what is wrong in the input is exit code 2', () => {
  const url = 'postgres://app@127.0.0.1:1/app';
  test.each([
    { line: ['inspect', 'nonsense'], code: 'DSN_INVALID' },
    { line: ['inspect', 'mongodb://app@127.0.0.1/app'], code: 'DSN_INVALID' },
    { line: ['inspect', 'postgres://app@127.0.0.1:99999/app'], code: 'DSN_INVALID' },
    { line: ['inspect', 'postgres://one/app?replication=database'], code: 'DSN_INVALID' },
    { line: ['inspect', `${url}?sslmode=maybe`], code: 'DSN_INVALID' },
    { line: ['inspect'], code: 'INPUT_MISSING' },
    { line: ['inspect', url, '--sslmode', 'maybe'], code: 'VALUE_INVALID' },
    { line: ['inspect', url, '--timeout', '0'], code: 'VALUE_INVALID' },
    { line: ['inspect', url, '--ca', '/nowhere/ca.pem'], code: 'INPUT_UNREADABLE' },
    { line: ['inspect', '--url-file', '/nowhere/dsn'], code: 'INPUT_UNREADABLE' },
    { line: ['inspect', url, url], code: 'USAGE' },
  ])('$code: poolctl $line', async ({ line, code }) => {
    const { stdout, stderr, exitCode } = await poolctl([...line, '--json'], { env: {} });
    expect([exitCode, stderr, JSON.parse(stdout).error?.code]).toEqual([2, '', code]);
  });
});

describeOnce('another kind of server', () => {
  const web = createWebServer((_request, response) => response.end('hello'));
  const sockets = new Set<Socket>();
  const servers: NetServer[] = [];
  /** A server that says this first. */
  async function saying(words: string | Buffer): Promise<number> {
    const server = createServer((socket) => {
      sockets.add(socket.on('error', () => {}));
      socket.write(words);
    });
    servers.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return (server.address() as AddressInfo).port;
  }
  beforeAll(() => once(web.listen(0, '127.0.0.1'), 'listening'));
  afterAll(() => {
    web.close();
    web.closeAllConnections();
    for (const socket of sockets) socket.destroy();
    for (const server of servers) server.close();
  });
  const url = (protocol: Protocol, port: number, mode: string) =>
    `${protocol}://app:secret@127.0.0.1:${port}/app?sslmode=${mode}`;

  describe.each(['prefer', 'disable', 'require'])('with sslmode=%s', (mode) => {
    test('a web server is a PROTOCOL_MISMATCH with PostgreSQL, and silent to a client of MySQL', async () => {
      const { port } = web.address() as AddressInfo;
      const mismatch = await failure(url('postgres', port, mode));
      expect(mismatch).toMatchObject({ exitCode: 3, code: 'PROTOCOL_MISMATCH' });
      expect(mismatch.message).toContain('web server');
      const silent = await failure(url('mysql', port, mode), '--timeout', '200ms');
      expect(silent).toMatchObject({ exitCode: 3, code: 'SERVER_SILENT' });
      expect(silent.hint).toContain('web server');
    });

    test('an SSH server is a PROTOCOL_MISMATCH', async () => {
      const port = await saying('SSH-2.0-OpenSSH_9.6\r\n');
      for (const protocol of ['postgres', 'mysql'] as const) {
        const found = await failure(url(protocol, port, mode), '--timeout', '200ms');
        expect(found).toMatchObject({ exitCode: 3, code: 'PROTOCOL_MISMATCH' });
        expect(found.message).toContain('SSH');
      }
    });

    // 78 and 83 are N and S, with which PostgreSQL answers to the wish for TLS.
    test.each([74, 78, 83])('a greeting of MySQL is one, also %d bytes long', async (length) => {
      const greeting = Buffer.alloc(4 + length);
      greeting[0] = length;
      greeting.write('\n8.0.36\0', 4, 'latin1');
      const found = await failure(url('postgres', await saying(greeting), mode), '--timeout', '200ms');
      expect(found).toMatchObject({
        exitCode: 3,
        code: 'PROTOCOL_MISMATCH',
        hint: expect.stringContaining('mysql://'),
      });
    });
  });
});

for (const engine of ['mariadb', 'mysql'] as const) {
  describeWith(engine, (server) => {
    test('postgres:// to it is a PROTOCOL_MISMATCH that names mysql://', async () => {
      const found = await failure(dsn('postgres', ordinary(server)));
      expect(found).toMatchObject({
        exitCode: 3,
        code: 'PROTOCOL_MISMATCH',
        hint: expect.stringContaining('mysql://'),
      });
    });
  });
}

for (const engine of ['postgres', 'pgbouncer'] as const) {
  describeWith(engine, (server) => {
    test('mysql:// to it is SERVER_SILENT, with a hint at postgres://', async () => {
      const found = await failure(dsn('mysql', ordinary(server)), '--timeout', '200ms');
      expect(found).toMatchObject({ exitCode: 3, code: 'SERVER_SILENT', hint: expect.stringContaining('postgres://') });
    });
  });
}

describeWith('pgbouncer', (server) => {
  test('the console of the admin is POOLER_CONSOLE', async () => {
    const found = await failure(dsn('postgres', { ...admin(server), database: 'pgbouncer' }));
    expect(found).toMatchObject({ exitCode: 3, code: 'POOLER_CONSOLE' });
  });

  test('a pooler that takes no more clients is SERVER_FULL', async () => {
    const { sessions } = await openUntilRefused('postgres', ordinary(server));
    const found = await failure(dsn('postgres', ordinary(server)));
    await endAll(sessions);
    expect(found).toMatchObject({ exitCode: 3, code: 'SERVER_FULL', hint: expect.stringContaining('max_client_conn') });
  });
});

describeOnce.runIf(process.platform === 'linux')('a port that does not even accept', () => {
  let child: ChildProcess;
  const fillers: Socket[] = [];
  let port = 0;
  beforeAll(async () => {
    // Linux drops who knocks when the queue of a server that does not accept is full.
    const script = `require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () {
      require('fs').writeSync(1, String(this.address().port));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30000);
    })`;
    child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [text] = await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
    port = Number(text);
    for (let count = 0; count < 4; count += 1) fillers.push(connect(port, '127.0.0.1').on('error', () => {}));
    await sleep(100);
  });
  afterAll(() => {
    for (const filler of fillers) filler.destroy();
    child.kill('SIGKILL');
  });

  test.each(['postgres', 'mysql'] as const)('is CONNECT_TIMEOUT for %s, after --timeout', async (protocol) => {
    const { tookMs, ...found } = await failure(`${protocol}://app:secret@127.0.0.1:${port}/app`, '--timeout', '300ms');
    expect(found).toMatchObject({ exitCode: 3, code: 'CONNECT_TIMEOUT', message: expect.stringContaining('300 ms') });
    expectTimeout(tookMs, 300);
  });
});

for (const engine of ['postgres', 'postgres13', 'mariadb', 'mysql'] as const) {
  describeWith(engine, (server) => {
    describe.runIf(server.startedHere)('its certificate', () => {
      const protocol = protocolOf[engine];
      const app = ordinary(server);
      const ca = ['--ca', server.caFile ?? ''];
      let elsewhere: FaultProxy | undefined;
      beforeAll(async () => {
        if (process.platform === 'linux') elsewhere = await FaultProxy.start(server.host, server.port, '127.0.0.2');
      });
      afterAll(() => elsewhere?.close());

      test('is not trusted without its authority, when it is to be verified', async () => {
        for (const mode of ['verify-full', 'verify-ca']) {
          const found = await failure(dsn(protocol, app, `?sslmode=${mode}`));
          expect(found).toMatchObject({ exitCode: 3, code: 'TLS_UNTRUSTED', hint: expect.stringContaining('--ca') });
        }
      });

      test('is trusted with its authority, whether that is asked for or not', async () => {
        expect((await success(dsn(protocol, app, '?sslmode=verify-ca'), ...ca)).encrypted).toBe(true);
        expect((await success(dsn(protocol, app), ...ca)).encrypted).toBe(true);
      });

      test.runIf(findProgram('openssl'))('is not trusted with another authority', async () => {
        const sandbox = new Sandbox('authority');
        try {
          const other = await makeCertificate(sandbox);
          for (const mode of ['verify-full', 'verify-ca', 'require', 'prefer']) {
            const found = await failure(dsn(protocol, app, `?sslmode=${mode}`), '--ca', other.caFile);
            expect(found).toMatchObject({ exitCode: 3, code: 'TLS_UNTRUSTED' });
          }
        } finally {
          await sandbox.remove();
        }
      });

      // MySQL makes a certificate without any host.
      test.runIf(engine !== 'mysql')('is for the names that it says', async () => {
        for (const host of ['127.0.0.1', 'localhost']) {
          expect((await success(dsn(protocol, { ...app, host }, '?sslmode=verify-full'), ...ca)).encrypted).toBe(true);
        }
      });

      test('is for no other name', async () => {
        if (!elsewhere) return;
        const there = { ...app, host: '127.0.0.2', port: elsewhere.port };
        const found = await failure(dsn(protocol, there, '?sslmode=verify-full'), ...ca);
        expect(found).toMatchObject({ exitCode: 3, code: 'TLS_UNTRUSTED', hint: expect.stringContaining('verify-ca') });
        expect((await success(dsn(protocol, there, '?sslmode=verify-ca'), ...ca)).encrypted).toBe(true);
      });
    });
  });
}

describeWith('postgres', () => {
  describe('a server without TLS', () => {
    let own: OwnServer;
    beforeAll(async () => {
      own = await startOwn('postgres', { ssl: 'off' }, { hba: ['host all shut all reject'] });
    });
    afterAll(() => own.stop());

    test('is TLS_UNSUPPORTED for those who require it, and served without for those who prefer it', async () => {
      for (const mode of ['require', 'verify-ca', 'verify-full']) {
        const found = await failure(dsn('postgres', ordinary(own), `?sslmode=${mode}`));
        expect(found).toMatchObject({ exitCode: 3, code: 'TLS_UNSUPPORTED' });
      }
      expect((await success(dsn('postgres', ordinary(own)))).encrypted).toBe(false);
    });

    test('does not ask for TLS when it refuses somebody', async () => {
      const found = await failure(dsn('postgres', { ...ordinary(own), user: 'shut' }));
      expect(found).toMatchObject({ exitCode: 3, code: 'AUTH_FAILED', hint: expect.stringContaining('pg_hba.conf') });
    });

    stopsInTheMiddle('postgres', () => own);
  });

  describe('a small server', () => {
    let own: OwnServer;
    let watcher: Session;
    beforeAll(async () => {
      own = await startOwn('postgres', { max_connections: 8, superuser_reserved_connections: 2 });
      watcher = await open('postgres', { ...admin(own), host: own.socketPath ?? '' });
    });
    afterAll(() => own.stop());

    test.each([
      ['every slot', 'is taken', async () => [...(await fill(ordinary(own))), ...(await fill(admin(own)))]],
      ['every slot that is not reserved', 'reserved', () => fill(ordinary(own))],
      ['what the role may have', 'The role "capped"', () => fill({ ...ordinary(own), user: 'capped', password })],
      ['what the database may have', 'The database "app"', () => fill(ordinary(own))],
    ])('whose sessions are %s is SERVER_FULL, and says so', async (what, says, take) => {
      await watcher.rows('DROP ROLE IF EXISTS capped');
      await watcher.rows(`CREATE ROLE capped LOGIN PASSWORD '${password}' CONNECTION LIMIT 2`);
      await watcher.rows(`ALTER DATABASE app CONNECTION LIMIT ${what.includes('database') ? 3 : -1}`);
      const sessions = await take();
      const user = what.includes('role') ? { user: 'capped', password } : {};
      const found = await failure(dsn('postgres', { ...ordinary(own), ...user }));
      await endAll(sessions);
      await settled('postgres', watcher, 0);
      expect(found).toMatchObject({ exitCode: 3, code: 'SERVER_FULL', message: expect.stringContaining(says) });
    });

    const fill = async (login: Login) => (await openUntilRefused('postgres', login)).sessions;

    test.each([
      {
        what: 'a role that may not log in',
        sql: `CREATE ROLE nologin PASSWORD '${password}'`,
        code: 'AUTH_FAILED',
        hint: 'ALTER ROLE',
      },
      {
        what: 'a database that is closed',
        sql: 'CREATE DATABASE closed ALLOW_CONNECTIONS false',
        code: 'SERVER_NOT_READY',
        hint: 'ALLOW_CONNECTIONS',
      },
      {
        what: 'a database that the user may not enter',
        sql: 'CREATE DATABASE private',
        code: 'PRIVILEGE_MISSING',
        hint: 'GRANT CONNECT',
      },
    ])('$what is $code', async ({ sql, code, hint }) => {
      await watcher.rows(sql);
      const name = sql.split(' ')[2] ?? '';
      if (name === 'private') await watcher.rows('REVOKE CONNECT ON DATABASE private FROM PUBLIC');
      const login = sql.includes('ROLE') ? { user: name, password } : { database: name };
      const found = await failure(dsn('postgres', { ...ordinary(own), ...login }));
      expect(found).toMatchObject({ exitCode: 3, code, hint: expect.stringContaining(hint) });
      expect(found.message).toContain(`"${name}"`);
    });

    test('that hides who is connected is PRIVILEGE_MISSING, with the GRANT', async () => {
      const app = { ...ordinary(own), database: 'app' };
      const listing = 'FUNCTION pg_stat_get_activity(int)';
      const admins = await open('postgres', { ...admin(own), database: 'app' });
      await admins.rows(`REVOKE EXECUTE ON ${listing} FROM PUBLIC`);
      const found = await failure(dsn('postgres', app));
      await admins.rows(`GRANT EXECUTE ON ${listing} TO PUBLIC`);
      await admins.end();
      await settled('postgres', watcher, 0);
      expect(found).toMatchObject({
        exitCode: 3,
        code: 'PRIVILEGE_MISSING',
        hint: expect.stringContaining('pg_monitor'),
      });
    });

    test('that keeps a table locked is SERVER_TIMEOUT, by a limit that the server itself keeps', async () => {
      await watcher.rows('BEGIN');
      await watcher.rows('LOCK TABLE pg_catalog.pg_namespace IN ACCESS EXCLUSIVE MODE');
      const found = await failure(dsn('postgres', ordinary(own)), '--timeout', '1500ms');
      await watcher.rows('ROLLBACK');
      expect(found).toMatchObject({ exitCode: 3, code: 'SERVER_TIMEOUT' });
      expectTimeout(found.tookMs, 900);
      await settled('postgres', watcher, 0);
    });

    test.each([
      ['hostssl all all all scram-sha-256', 'no line that fits'],
      ['hostnossl all all all reject', 'a line that rejects'],
    ])('that lets in with TLS only ("%s") is TLS_REQUIRED, over TCP', async (line) => {
      const [file] = await watcher.rows('SHOW hba_file');
      const lines = ['local all admin scram-sha-256', line, 'hostssl all all all scram-sha-256'];
      const values = lines.map((text) => `('${text}')`).join(', ');
      await watcher.rows(`COPY (VALUES ${values}) TO '${file?.['hba_file']}'`);
      await watcher.rows('SELECT pg_reload_conf()');
      const url = dsn('postgres', ordinary(own));
      await vi.waitFor(
        async () =>
          expect(await failure(`${url}?sslmode=disable`)).toMatchObject({ exitCode: 3, code: 'TLS_REQUIRED' }),
        { timeout: 10_000, interval: 50 },
      );
      expect((await success(url)).encrypted).toBe(true);
      const onSocket = await failure(`postgres://app:${own.password}@/app?host=${own.socketPath}&port=${own.port}`);
      expect(onSocket).toMatchObject({ exitCode: 3, code: 'AUTH_FAILED' });
    });

    test('that is shutting down is SERVER_NOT_READY', async () => {
      process.kill(own.pid, 'SIGTERM'); // It waits for the watcher.
      await vi.waitFor(
        async () =>
          expect(await failure(dsn('postgres', ordinary(own)))).toMatchObject({
            exitCode: 3,
            code: 'SERVER_NOT_READY',
          }),
        { timeout: 10_000, interval: 50 },
      );
      await watcher.end();
    });
  });
});

for (const engine of ['mariadb', 'mysql'] as const) {
  describeWith(engine, () => {
    describe('a server without TLS', () => {
      let own: OwnServer;
      beforeAll(async () => {
        own = await startOwn(engine, engine === 'mysql' ? { 'tls-version': '' } : { ssl: 0 });
      });
      afterAll(() => own.stop());

      test('is TLS_UNSUPPORTED for those who require it, and served without for those who prefer it', async () => {
        for (const mode of ['require', 'verify-ca', 'verify-full']) {
          const found = await failure(dsn('mysql', ordinary(own), `?sslmode=${mode}`));
          expect(found).toMatchObject({ exitCode: 3, code: 'TLS_UNSUPPORTED' });
        }
        expect((await success(dsn('mysql', ordinary(own)))).encrypted).toBe(false);
      });

      stopsInTheMiddle(engine, () => own);
    });

    describe('a small server', () => {
      let own: OwnServer;
      let watcher: Session;
      beforeAll(async () => {
        own = await startOwn(engine, { 'max-connections': 10, 'max-user-connections': 1_000 });
        watcher = await open('mysql', admin(own));
        await watcher.rows(`CREATE USER capped@'%' IDENTIFIED BY '${password}' WITH MAX_USER_CONNECTIONS 2`);
        await watcher.rows(`CREATE USER careful@'%' IDENTIFIED BY '${password}' REQUIRE SSL`);
      });
      afterAll(async () => {
        await watcher.end();
        await own.stop();
      });

      test.each([
        { what: 'every slot is taken', errno: '1040' },
        { what: 'the slot of the administrator is taken as well', errno: '1040', more: 1 },
        { what: 'the account has what it may have', errno: '1226', user: 'capped' },
        { what: 'every user has what one may have', errno: '1203', limit: 3 },
      ])('is SERVER_FULL when $what', async ({ errno, more = 0, user, limit = 1_000 }) => {
        await watcher.rows(`SET GLOBAL max_user_connections = ${limit}`);
        const app = { ...ordinary(own), database: undefined };
        const login = user === undefined ? app : { ...app, user, password };
        const { sessions } = await openUntilRefused('mysql', login);
        await settled('mysql', watcher, sessions.length);
        sessions.push(...(await openAll(more, 'mysql', admin(own))));
        const found = await failure(dsn('mysql', login));
        await endAll(sessions);
        await settled('mysql', watcher, 0);
        expect(found).toMatchObject({ exitCode: 3, code: 'SERVER_FULL', message: expect.stringContaining(errno) });
      });

      test('that lets in with TLS only is TLS_REQUIRED, or says that this may be the reason', async () => {
        const app = ordinary(own);
        const careful = { ...app, database: undefined, user: 'careful', password };
        const mayBe = { code: 'AUTH_FAILED', hint: expect.stringContaining('sslmode=require') };
        expect(await failure(dsn('mysql', careful, '?sslmode=disable'))).toMatchObject({ exitCode: 3, ...mayBe });
        expect((await success(dsn('mysql', careful))).encrypted).toBe(true);
        await watcher.rows('SET GLOBAL require_secure_transport = ON');
        const found = await failure(dsn('mysql', app, '?sslmode=disable'));
        expect(found).toMatchObject({ exitCode: 3, ...(engine === 'mysql' ? { code: 'TLS_REQUIRED' } : mayBe) });
        expect(found.hint).toContain('sslmode=require');
        await watcher.rows('SET GLOBAL require_secure_transport = OFF');
      });
    });
  });
}

/** The last tests of a server: it is frozen, and then killed. */
function stopsInTheMiddle(engine: 'postgres' | 'mariadb' | 'mysql', own: () => OwnServer): void {
  describe('that stops in the middle', () => {
    const protocol = protocolOf[engine];
    let proxy: FaultProxy;
    let watcher: Session;
    beforeAll(async () => {
      proxy = await FaultProxy.start(own().host, own().port);
      watcher = await open(protocol, admin(own()));
    });
    afterAll(async () => {
      await watcher.end();
      await proxy.close();
    });
    const scene = (timeoutMs: number) => ({ protocol, server: own(), watcher, proxy, timeoutMs });

    test('is SERVER_SILENT while it is frozen, and keeps no session when it thaws', async () => {
      const { tookMs, ...found } = await failureInTheMiddle(scene(700), () => own().signal('SIGSTOP'));
      own().signal('SIGCONT');
      expect(found).toMatchObject({ exitCode: 3, code: 'SERVER_SILENT' });
      expectTimeout(tookMs, 700);
      await settled(protocol, watcher, 0);
    });

    test('is CONNECTION_LOST when it is killed', async () => {
      const kill = engine === 'postgres' ? 'SIGQUIT' : 'SIGKILL';
      const found = await failureInTheMiddle(scene(5_000), () => own().signal(kill));
      expect(found).toMatchObject({ exitCode: 3, code: 'CONNECTION_LOST' });
    });
  });
}

describeOnce('an event loop that stands still while a server is asked', () => {
  const silent = createServer((socket) => void socket.on('error', () => {}));
  const children: ChildProcess[] = [];
  beforeAll(() => once(silent.listen(0, '127.0.0.1'), 'listening'));
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL');
    silent.close();
  });

  /** `fault`: run in the main thread, as a driver might from its socket. */
  function inspecting(timeout: string, fault = '') {
    const { port } = silent.address() as AddressInfo;
    const script = `import { subscribe } from 'node:diagnostics_channel';
      subscribe('poolctl.server.connected', () => setTimeout(() => { ${fault} }));`;
    const child = spawn(
      process.execPath,
      [`${root}bin/poolctl`, 'inspect', `postgres://app@127.0.0.1:${port}/app?sslmode=disable`, '--timeout', timeout],
      { env: { ...process.env, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` } },
    );
    children.push(child);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (said += bytes));
    const ended = once(child, 'close').then(([exitCode]) => ({ exitCode: exitCode as number, said }));
    return { child, ended };
  }

  test.concurrent('ends with 3 and one line, 5 s after --timeout', async () => {
    const { exitCode, said } = await inspecting('500ms', 'for (;;);').ended;
    expect({ exitCode, said }).toEqual({
      exitCode: 3,
      said: 'error[PROTOCOL_BROKEN]: poolctl stood still for 5.5 s over what a server sent, and was ended.\n',
    });
  });

  test.concurrent('is no reason when the process was stopped for longer than that', async () => {
    const { child, ended } = inspecting('2s');
    await sleep(800);
    child.kill('SIGSTOP');
    await sleep(8_500);
    child.kill('SIGCONT');
    const { exitCode, said } = await ended;
    expect(exitCode).toBe(3);
    expect(said).toMatch(/^error\[SERVER_SILENT\]: .*\n {2}hint: .*\n$/);
  });

  test.concurrent('an error that nobody catches is one line with its place, and exit code 4', async () => {
    const { exitCode, said } = await inspecting('30s', "Promise.reject(new RangeError('a fault\\nof the test'))").ended;
    expect(exitCode).toBe(4);
    expect(said).toMatch(/^bug: poolctl [^\n]*: RangeError: a fault\\nof the test\n {2}hint: [^\n]*\n$/);
    expect(said).not.toMatch(/^\s+at /m);
  });
});
