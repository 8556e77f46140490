import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { escape as quoteMysql } from 'mysql2';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeOnce, describeWith } from '../helpers/live.ts';
import { poolctl, type Surroundings } from '../helpers/run.ts';
import { type OwnServer, startOwn } from '../helpers/servers/own-server.ts';
import { admin, dsn, type Login, open, ordinary, type Protocol, protocolOf, run } from '../helpers/sessions.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'poolctl-targets-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(text: string): string {
  const path = join(folder, `dsn-${Math.random()}`);
  writeFileSync(path, text);
  return path;
}

/** What the answer is made from: the result, or the error. */
async function inspect(args: readonly string[], surroundings: Surroundings) {
  const { stdout, stderr } = await poolctl(['inspect', '--json', ...args], surroundings);
  expect(stderr).toBe('');
  const { result, error, warnings = [] } = JSON.parse(stdout);
  return { ...result, ...error, warnings };
}

const odd = `@:/?#%&=+ '"$!;,ü漢\\`;

/** Who may log in, with characters that mean something in a URL. */
const logins = [
  { user: 'plain', password: odd },
  { user: 'ends', password: `${odd}@` },
  { user: 'begins', password: `/${[...odd].reverse().join('')}` },
  { user: 'encoded', password: '%41%40x+%' },
  { user: `o${odd}`, password: `${odd}${odd}` },
];

const create: Readonly<Record<Protocol, (login: { user: string; password: string }, database: string) => string[]>> = {
  postgres: ({ user, password }) => [
    `CREATE ROLE ${pg.escapeIdentifier(user)} LOGIN PASSWORD ${pg.escapeLiteral(password)}`,
  ],
  mysql: ({ user, password }, database) => [
    `CREATE USER ${quoteMysql(user)}@'%' IDENTIFIED BY ${quoteMysql(password)}`,
    `GRANT ALL ON ${database}.* TO ${quoteMysql(user)}@'%'`,
  ],
};

for (const engine of ['postgres', 'postgres13', 'mariadb', 'mysql'] as const) {
  describeWith(engine, (server) => {
    const protocol = protocolOf[engine];
    const { host, port, database } = server;

    describe.runIf(server.startedHere && engine !== 'postgres13')('a login full of odd characters', () => {
      beforeAll(() => run(protocol, admin(server), ...logins.flatMap((login) => create[protocol](login, database))));
      afterAll(() => {
        const names = logins.map(({ user }) =>
          protocol === 'postgres' ? pg.escapeIdentifier(user) : `${quoteMysql(user)}@'%'`,
        );
        return run(protocol, admin(server), `DROP ${protocol === 'postgres' ? 'ROLE' : 'USER'} ${names.join(', ')}`);
      });

      test.each(logins)('gets in percent-encoded: $user', async (login) => {
        const DATABASE_URL = dsn(protocol, { ...login, host, port, database });
        expect(await inspect([], { env: { DATABASE_URL } })).toMatchObject({ user: login.user, database });
      });

      test.each(logins.slice(0, 3))('gets in as it is: $user, $password', async ({ user, password }) => {
        const url = `${protocol}://${user}:${password}@${host}:${port}/${database}`;
        for (const query of ['', '?sslmode=disable']) {
          const found = await inspect([], { env: { DATABASE_URL: url + query } });
          expect(found).toMatchObject({ user, database, encrypted: query === '' });
        }
      });

      test.each<{ way: string; args: (url: string) => string[]; stdin?: (url: string) => string }>([
        { way: 'as an argument', args: (url) => [url] },
        { way: 'by standard input', args: () => ['-'], stdin: (url) => `${url}\n` },
        { way: 'in a file', args: (url) => ['--url-file', file(`# ours\n\n${url}\r\n`)] },
        { way: 'in an .env file', args: (url) => ['--url-file', file(`DATABASE_URL="${url}"\nOTHER=1\n`)] },
        { way: 'in a file of a shell', args: (url) => ['--url-file', file(`export DB='${url}'\n`)] },
      ])('gets in as it is $way', async ({ args, stdin = () => '' }) => {
        const url = `${protocol}://plain:${odd}@${host}:${port}/${database}`;
        expect(await inspect(args(url), { stdin: stdin(url) })).toMatchObject({ user: 'plain', database });
      });

      test('may have the password in a variable of its own, in which nothing is encoded', async () => {
        for (const { user, password } of logins) {
          const variables =
            protocol === 'postgres'
              ? { PGHOST: host, PGPORT: `${port}`, PGUSER: user, PGPASSWORD: password, PGDATABASE: database }
              : {
                  MYSQL_HOST: host,
                  MYSQL_PORT: `${port}`,
                  MYSQL_USER: user,
                  MYSQL_PWD: password,
                  MYSQL_DATABASE: database,
                };
          expect(await inspect([], { env: variables })).toMatchObject({ user, database });
        }
      });
    });

    describe.runIf(server.startedHere)('over its Unix socket', () => {
      const { socketPath = '', user, password } = server;
      const login = `${user}:${password}`;
      const urls = {
        postgres: [
          `postgres://${login}@/${database}?host=${socketPath}&port=${port}`,
          `postgres://${login}@${encodeURIComponent(socketPath)}:${port}/${database}`,
          `postgresql:///${database}?host=${encodeURIComponent(socketPath)}&port=${port}&user=${user}&password=${password}`,
        ],
        mysql: [
          `mysql://${login}@localhost/${database}?socket=${socketPath}`,
          `mysql://${login}@localhost:1/${database}?socketPath=${encodeURIComponent(socketPath)}`,
          `mariadb:///${database}?unix_socket=${socketPath}&user=${user}&password=${password}`,
        ],
      } as const;

      test.each(urls[protocol])('%s', async (url) => {
        const address = protocol === 'postgres' ? `${socketPath}/.s.PGSQL.${port}` : socketPath;
        const found = await inspect([], { env: { DATABASE_URL: url } });
        expect(found).toMatchObject({ address, user, database, encrypted: false });
      });

      test('by variables', async () => {
        const variables =
          protocol === 'postgres'
            ? { PGHOST: socketPath, PGPORT: `${port}`, PGUSER: user, PGPASSWORD: password, PGDATABASE: database }
            : { MYSQL_UNIX_PORT: socketPath, MYSQL_USER: user, MYSQL_PASSWORD: password, MYSQL_DATABASE: database };
        const address = protocol === 'postgres' ? `${socketPath}/.s.PGSQL.${port}` : socketPath;
        expect(await inspect([], { env: variables })).toMatchObject({ address, user, database });
      });
    });
  });
}

const hasIpv6 = Object.values(networkInterfaces()).some((ways) => ways?.some(({ address }) => address === '::1'));

for (const engine of ['postgres', 'mariadb'] as const) {
  describeWith(engine, () => {
    describe.runIf(hasIpv6)(`over IPv6${hasIpv6 ? '' : ' (skipped: this machine has none)'}`, () => {
      const protocol = protocolOf[engine];
      let own: OwnServer;
      beforeAll(async () => {
        const setting = protocol === 'postgres' ? 'listen_addresses' : 'bind-address';
        own = await startOwn(engine, { [setting]: '127.0.0.1,::1' });
      });
      afterAll(() => own.stop());

      test('[::1] is an address, of the server and of those who are connected', async () => {
        const there: Login = { ...ordinary(own), host: '::1' };
        const grant = protocol === 'postgres' ? 'GRANT pg_monitor TO app' : "GRANT PROCESS ON *.* TO app@'%'";
        await run(protocol, admin(own), grant);
        const session = await open(protocol, there);
        const found = await inspect([], { env: { DATABASE_URL: dsn(protocol, there) } });
        await session.end();
        expect(found).toMatchObject({ address: `[::1]:${own.port}`, user: own.user });
        const clients = found.sessions.groups.filter(({ user }: { user: string }) => user === own.user);
        expect(clients.map(({ client }: { client: string }) => client)).toEqual(['::1']);
      });
    });
  });
}

describeWith('postgres', (server) => {
  const { host, port, user, password, database, caFile = '' } = server;
  const good = dsn('postgres', ordinary(server));
  const bad = 'postgres://nobody@127.0.0.1:1/nowhere';
  const variables = { PGHOST: host, PGPORT: `${port}`, PGUSER: user, PGPASSWORD: password, PGDATABASE: database };
  const badVariables = { PGHOST: '127.0.0.1', PGPORT: '1', PGUSER: 'nobody', PGDATABASE: 'nowhere' };

  describe('the DSN comes', () => {
    test.each([
      { from: 'the argument before all others', args: () => [good, '--url-file', file(bad)] },
      { from: 'standard input, for a -', args: () => ['-', '--url-file', file(bad)], stdin: good },
      { from: '--url-file before the environment', args: () => ['--url-file', file(good)] },
      { from: '--url-file, for the word env', args: () => ['env', '--url-file', file(good)] },
      { from: 'POOLCTL_URL_FILE like the flag', args: () => [], env: () => ({ POOLCTL_URL_FILE: file(good) }) },
      { from: 'DATABASE_URL before the variables', args: () => [], env: () => ({ DATABASE_URL: good }) },
      { from: 'DATABASE_URL, for the word env', args: () => ['env'], env: () => ({ DATABASE_URL: good }) },
    ])('from $from', async ({ args, env = () => ({}), stdin = '' }) => {
      const found = await inspect(args(), { env: { ...badVariables, DATABASE_URL: bad, ...env() }, stdin });
      expect(found).toMatchObject({ user, database, address: `${host}:${port}` });
    });

    test('from the variables when there is nothing else', async () => {
      expect(await inspect([], { env: variables })).toMatchObject({ user, database, address: `${host}:${port}` });
      expect(await inspect([], { env: { ...variables, DATABASE_URL: '' } })).toMatchObject({ user, database });
    });

    test('and what it leaves out from the variables', async () => {
      const DATABASE_URL = `postgres://${host}:${port}/${database}`;
      const found = await inspect([], {
        env: { DATABASE_URL, PGUSER: user, PGPASSWORD: password, PGHOST: 'a.invalid' },
      });
      expect(found).toMatchObject({ user, database });
    });
  });

  test('sslmode is that of the flag, then of the DSN, then of PGSSLMODE', async () => {
    const encrypted = async (url: string, args: string[], env: Record<string, string>) =>
      (await inspect(args, { env: { DATABASE_URL: url, ...env } })).encrypted;
    expect(await encrypted(good, [], {})).toBe(true);
    expect(await encrypted(good, [], { PGSSLMODE: 'disable' })).toBe(false);
    expect(await encrypted(`${good}?ssl=true`, [], { PGSSLMODE: 'disable' })).toBe(true);
    expect(await encrypted(`${good}?sslmode=require`, [], { PGSSLMODE: 'disable' })).toBe(true);
    expect(await encrypted(`${good}?sslmode=require`, ['--sslmode', 'disable'], {})).toBe(false);
    expect(await encrypted(`${good}?sslmode=disable`, ['--sslmode', 'REQUIRED'], {})).toBe(true);
  });

  test.runIf(caFile)(
    'the authority is that of the flag, of the DSN or of PGSSLROOTCERT, and is then used',
    async () => {
      for (const [query, args, env] of [
        ['', ['--ca', caFile], {}],
        [`?sslrootcert=${caFile}`, [], {}],
        ['', [], { PGSSLROOTCERT: caFile }],
      ] as const) {
        const found = await inspect([...args, '--sslmode', 'verify-full'], {
          env: { DATABASE_URL: good + query, ...env },
        });
        expect(found).toMatchObject({ encrypted: true });
      }
    },
  );

  test('only a password on the command line is warned of', async () => {
    const codes = async (args: string[], surroundings: Surroundings) =>
      (await inspect(args, surroundings)).warnings.map(({ code }: { code: string }) => code);
    expect(await codes([good], {})).toContain('PASSWORD_ON_COMMAND_LINE');
    const bare = `postgres://${user}@${host}:${port}/${database}`;
    expect(await codes([bare], { env: { PGPASSWORD: password } })).not.toContain('PASSWORD_ON_COMMAND_LINE');
    expect(await codes([], { env: { DATABASE_URL: good } })).not.toContain('PASSWORD_ON_COMMAND_LINE');
    expect(await codes(['-'], { stdin: good })).not.toContain('PASSWORD_ON_COMMAND_LINE');
  });
});

describeOnce('a server that cannot be told', () => {
  test.each([
    {
      what: 'two kinds of variables',
      env: { PGHOST: 'a.invalid', MYSQL_HOST: 'b.invalid' },
      code: 'INPUT_CONTRADICTION',
    },
    { what: 'no variable', env: {}, code: 'INPUT_MISSING' },
    { what: 'empty variables', env: { DATABASE_URL: '', PGHOST: '', MYSQL_USER: '' }, code: 'INPUT_MISSING' },
    { what: 'a port that is none', env: { PGHOST: 'a.invalid', PGPORT: '0x' }, code: 'VALUE_INVALID' },
    { what: 'a mode of TLS that is none', env: { PGHOST: 'a.invalid', PGSSLMODE: 'maybe' }, code: 'VALUE_INVALID' },
    { what: 'a DSN that is none', env: { DATABASE_URL: 'localhost' }, code: 'DSN_INVALID' },
  ])('by $what is $code', async ({ env, code }) => {
    const { stdout, exitCode } = await poolctl('inspect --json', { env });
    expect([exitCode, JSON.parse(stdout).error.code]).toEqual([2, code]);
  });

  test.each([
    { env: { PGHOST: 'a.invalid', MYSQL_HOST: '' }, host: 'a.invalid' },
    { env: { PGHOST: '', PGUSER: 'app', PGPORT: '1', PGDATABASE: '' }, host: 'localhost:1' },
    { env: { PGHOST: '127.0.0.1', PGPORT: '', MYSQL_TCP_PORT: '1' }, host: '127.0.0.1:5432' },
    { env: { MYSQL_HOST: '127.0.0.1', MYSQL_TCP_PORT: '1' }, host: '127.0.0.1:1' },
    { env: { DATABASE_URL: 'mysql://c.invalid', PGHOST: 'a.invalid', MYSQL_HOST: 'b.invalid' }, host: 'c.invalid' },
  ])('is none: $env means $host', async ({ env, host }) => {
    const { message, address = '' } = await inspect(['--timeout', '1s'], { env });
    expect(`${message} ${address}`).toContain(host);
  });
});
