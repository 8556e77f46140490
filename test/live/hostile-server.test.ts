import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { describeOnce, describeWith } from '../helpers/live.ts';
import { dataRow, greetingBody, int32, mysqlMessage, okBody, pgMessage, rowDescription } from '../helpers/messages.ts';
import { poolctl, type Ran } from '../helpers/run.ts';
import { admin, dsn, type Login, open } from '../helpers/sessions.ts';

/** What a terminal acts on. */
const acted = /(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/u;

const closing: (() => void)[] = [];
afterAll(() => {
  for (const close of closing) close();
});

/** A server of one's own on this machine: what it says first, and what it does at each thing that is said to it. */
async function serving(greeting: Buffer, answers: readonly ((socket: Socket) => void)[]): Promise<Login> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const left = [...answers];
    sockets.add(socket.on('error', () => {}));
    if (greeting.length > 0) socket.write(greeting);
    socket.on('data', () => left.shift()?.(socket));
  });
  closing.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    user: 'app',
    password: 'secret',
    database: 'app',
  };
}

const says =
  (...messages: readonly Buffer[]) =>
  (socket: Socket) =>
    void socket.write(Buffer.concat(messages));

/** Says it again and again, as fast as it is read. */
function saysForEver(bytes: Buffer) {
  return (socket: Socket) => {
    const more = () => {
      while (!socket.destroyed && socket.write(bytes));
    };
    socket.on('drain', more);
    more();
  };
}

const ready = pgMessage('Z', 'I');
const letIn = (version = 'server_version\x0018.4\0') =>
  says(
    pgMessage('R', int32(0)),
    ...(version === '' ? [] : [pgMessage('S', version)]),
    pgMessage('K', Buffer.alloc(8)),
    ready,
  );
const done = pgMessage('C', 'BEGIN\0');

function inspect(protocol: 'postgres' | 'mysql', login: Login, ...flags: readonly string[]): Promise<Ran> {
  const env = { DATABASE_URL: dsn(protocol, login, '?sslmode=disable') };
  return poolctl(['inspect', '--timeout', '2s', ...flags], { env });
}

function errorOf({ exitCode, stdout }: Ran): { exitCode: number; code: string; message: string } {
  return { exitCode, ...JSON.parse(stdout).error };
}

describeOnce('a server that does not keep to its protocol', () => {
  const nothing = Buffer.alloc(0);

  test.each([
    {
      what: 'rows without end',
      sends: saysForEver(Buffer.concat([...Array(500)].map(() => dataRow('x'.repeat(1_000))))),
      before: [done, done, done, rowDescription('a')],
      message: 'it sent more than 16 MB in one answer.',
    },
    {
      what: 'empty rows without end',
      sends: saysForEver(Buffer.concat([...Array(5_000)].map(() => dataRow(null)))),
      before: [done, done, done, rowDescription('a')],
      message: 'it sent more than 100,000 rows in one answer.',
    },
    {
      what: 'notices without end',
      sends: saysForEver(pgMessage('N', `SNOTICE\0M${'x'.repeat(9_000)}\0\0`)),
      before: [],
      message: 'it sent more than 16 MB in one answer.',
    },
    {
      what: 'an error of 50 MB',
      sends: saysForEver(Buffer.alloc(65_536, 'x')),
      before: [pgMessage('E', 'SERROR\0M', 50 * 2 ** 20)],
      message: 'it sent an ErrorResponse that announces 50 MB.',
    },
    {
      what: 'noise',
      sends: says(Buffer.from('hello, hello, hello')),
      before: [],
      message: 'it sent a message of no known type.',
    },
  ])('$what is PROTOCOL_BROKEN', async ({ sends, before, message }) => {
    const login = await serving(nothing, [
      letIn(),
      (socket) => {
        socket.write(Buffer.concat(before));
        sends(socket);
      },
    ]);
    const found = errorOf(await inspect('postgres', login, '--json'));
    expect(found).toMatchObject({ exitCode: 3, code: 'PROTOCOL_BROKEN' });
    expect(found.message).toBe(`127.0.0.1:${login.port} does not keep to the protocol of PostgreSQL: ${message}`);
  });

  test('a wish of MySQL for a file of this machine is PROTOCOL_BROKEN', async () => {
    const login = await serving(mysqlMessage(0, greetingBody()), [
      says(mysqlMessage(2, okBody)),
      says(mysqlMessage(1, Buffer.from('\xfbnotes.txt', 'latin1'))),
    ]);
    const found = errorOf(await inspect('mysql', login, '--json'));
    expect(found).toMatchObject({
      exitCode: 3,
      code: 'PROTOCOL_BROKEN',
      message: expect.stringContaining('a file of this machine'),
    });
  });

  test('a plugin of the login that the driver does not have is named, as MariaDB asks for ed25519', async () => {
    const switching = Buffer.concat([Buffer.from('\xfeclient_ed25519\0', 'latin1'), Buffer.alloc(32, 1)]);
    const login = await serving(mysqlMessage(0, greetingBody('10.11.19-MariaDB')), [says(mysqlMessage(2, switching))]);
    expect(errorOf(await inspect('mysql', login, '--json'))).toMatchObject({
      ...{ exitCode: 3, code: 'AUTH_FAILED' },
      message: `127.0.0.1:${login.port} lets "app" in by the plugin client_ed25519 alone, which the driver mysql2 does not have.`,
    });
  });

  test('a server without a version is told as one that is no PostgreSQL', async () => {
    const found = errorOf(await inspect('postgres', await serving(nothing, [letIn('')]), '--json'));
    expect(found).toMatchObject({
      exitCode: 3,
      code: 'PROTOCOL_MISMATCH',
      message: expect.stringMatching(/is it PostgreSQL\?$/),
    });
  });
});

describeOnce('what a server says in an error', () => {
  const said = `\u001b[2J\u001b]0;title\u0007red\u202e${'x'.repeat(3_000_000)}`;
  const login = () =>
    serving(Buffer.alloc(0), [letIn(), says(pgMessage('E', `SERROR\0CXX000\0M${said}\0\0`), ready), says(done, ready)]);

  describe.each(['--format=table', '--format=markdown', '--json'])('with %s', (format) => {
    test('is shown, and not acted on, and shortened', async () => {
      const { exitCode, stdout, stderr } = await inspect('postgres', await login(), format);
      const all = stdout + stderr;
      expect(exitCode).toBe(3);
      expect(all).toContain('QUERY_FAILED');
      expect(all).toContain('x1b[2J');
      expect(all).toContain('…');
      expect(all).not.toMatch(acted);
      expect(all.length).toBeLessThan(3_000);
    });
  });
});

// MariaDB keeps no names of programs, unless performance_schema is on.
describeWith('mysql', (server) => {
  test('a program that names itself by codes of a terminal colours nothing', async () => {
    const session = await open('mysql', { ...admin(server), application: '\u001b[31mred\u202e' });
    const outputs = await Promise.all(
      ['--format=table', '--format=markdown', '--json'].map((format) => inspect('mysql', admin(server), format)),
    );
    await session.end();
    for (const { exitCode, stdout } of outputs) {
      expect(exitCode).toBe(0);
      expect(stdout).not.toMatch(acted);
    }
    const [table, , json] = outputs;
    expect(table?.stdout).toContain('\\x1b[31mred');
    const { groups } = JSON.parse(json?.stdout ?? '').result.sessions;
    expect(groups.map(({ application }: { application?: string }) => application)).toContain('\u001b[31mred\u202e');
  });
});
