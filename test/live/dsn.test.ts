import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { optionReader } from '../../src/cli/options.ts';
import { readTarget } from '../../src/cli/target.ts';
import { openDriver } from '../../src/drivers/open.ts';
import { openServer } from '../../src/engines/open.ts';
import type { Row } from '../../src/engines/rows.ts';
import { describeWith } from '../helpers/live.ts';
import { acquire, never, safety, settings } from '../helpers/load-driver.ts';
import { poolctl } from '../helpers/run.ts';
import { admin, dsn, ordinary, protocolOf, run } from '../helpers/sessions.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'poolctl-dsn-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file that only its owner may read. */
function file(name: string, text: string, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

/** A port where nothing listens: one that was free a moment ago. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

interface Asked {
  readonly url?: string;
  readonly env?: Record<string, string>;
}

/** The server as every command finds it. */
function named({ url, env = {} }: Asked) {
  const argument = url === undefined ? undefined : { value: url, source: 'the DSN' };
  const io = { env, cwd: folder, stdin: [], interrupted: never } as unknown as Parameters<typeof readTarget>[2];
  return readTarget(argument, optionReader(new Command(), io), io);
}

async function ask(asked: Asked, sql: string): Promise<Row | undefined> {
  const { target } = await named(asked);
  const { session } = await openServer(target, { timeoutMs: 5_000, signal: never });
  try {
    return (await session.rows(sql))[0];
  } finally {
    await session.close();
  }
}

describeWith('postgres', (server) => {
  const { host, port, user, password, database } = server;
  const login = { host, port, user, password, database };
  const to = (query: string) => dsn('postgres', login, query);
  const path = `SELECT current_setting('search_path') AS path`;

  describe('a setting of the session holds', () => {
    test.each([
      ['options', { url: to('?options=-csearch_path%3Dpoolctl_a%20-cgeqo%3Doff') }, 'poolctl_a'],
      ['PGOPTIONS', { url: to(''), env: { PGOPTIONS: '-c search_path=poolctl_b' } }, 'poolctl_b'],
      ["Prisma's schema", { url: to('?schema=Odd%20"name"') }, '"Odd ""name"""'],
      ["Java's currentSchema", { url: `jdbc:${to('?currentSchema=one,two')}` }, 'one,two'],
      ["Rails' schema_search_path", { url: to('?schema_search_path=one,public') }, 'one,public'],
      ['schema, which wins over options', { url: to('?options=-csearch_path%3Da&schema=b') }, '"b"'],
    ])('of %s', async (_, asked, wanted) => {
      expect(await ask(asked, path)).toEqual({ path: wanted });
    });

    test('of options, for the sessions of a load as well', async () => {
      const { target } = await named({ url: to('?schema=of%20Prisma&options=-cgeqo%3Doff') });
      const driver = await openDriver(target);
      const pool = driver.createPool({ target, safety }, settings);
      try {
        const { connection } = await acquire(pool);
        const check = `SELECT 1 / (current_setting('search_path') = '"of Prisma"' AND current_setting('geqo') = 'off')::int`;
        const error = await new Promise((done) => connection.run({ text: check, prepared: false }, [], done));
        connection.release();
        expect(error).toBeUndefined();
      } finally {
        await pool.end(1_000);
      }
    });
  });

  test.each(['-c no_such_setting=1', '--bad'])(
    'options that the server does not take are named: %s',
    async (options) => {
      const asked = ask({ url: to(`?options=${encodeURIComponent(options)}`) }, 'SELECT 1');
      await expect(asked).rejects.toMatchObject({ code: 'DSN_INVALID', message: expect.stringContaining('options') });
    },
  );

  describe('of several hosts', () => {
    let nobody = 0;
    beforeAll(async () => {
      nobody = await closedPort();
    });
    const several = (query: string, first = nobody) =>
      `postgres://${user}:${encodeURIComponent(password)}@${host}:${first},${host}:${port}/${database}${query}`;

    test.each(['', '?target_session_attrs=primary', '?target_session_attrs=read-write', '?load_balance_hosts=random'])(
      'the one that answers is asked: %s',
      async (query) => {
        const { target } = await named({ url: several(query) });
        expect(target.address).toBe(`${host}:${port}`);
      },
    );

    test('each has its port in PGHOST and PGPORT too', async () => {
      const env = { PGHOST: `${host},${host}`, PGPORT: `${nobody},${port}`, PGUSER: user, PGDATABASE: database };
      const { target, source } = await named({ env: { ...env, PGPASSWORD: password } });
      expect([target.address, source]).toEqual([`${host}:${port}`, 'PGHOST …']);
    });

    test('none is asked that is not of the wanted kind, and all are named', async () => {
      await expect(named({ url: several('?target_session_attrs=standby') })).rejects.toMatchObject({
        code: 'SERVER_NOT_READY',
        message: `No server of the DSN will do: ${host}:${nobody} does not answer (CONNECT_REFUSED); ${host}:${port} is not standby.`,
      });
      const { target } = await named({ url: several('?target_session_attrs=prefer-standby') });
      expect(target.address).toBe(`${host}:${port}`);
    });

    test.runIf(server.startedHere)('read-only is one whose sessions are read-only by default', async () => {
      const set = (what: string) => run('postgres', admin(server), `ALTER ROLE ${user} ${what}`);
      await set('SET default_transaction_read_only = on');
      try {
        expect((await named({ url: several('?target_session_attrs=read-only') })).target.port).toBe(port);
        await expect(named({ url: several('?target_session_attrs=read-write') })).rejects.toMatchObject({
          message: expect.stringContaining(`${host}:${port} is not read-write`),
        });
      } finally {
        await set('RESET default_transaction_read_only');
      }
    });

    test('a wrong password ends the search, as in libpq', async () => {
      const url = `postgres://${user}:wrong@${host}:${port},${host}:${nobody}/${database}`;
      await expect(named({ url })).rejects.toMatchObject({ code: 'AUTH_FAILED' });
    });
  });

  describe('hostaddr', () => {
    const away = (query = '') => dsn('postgres', { ...login, host: 'db.invalid' }, query);

    test.each([
      ['in the DSN', { url: away(`?hostaddr=${host}`) }],
      ['in the environment', { url: away(), env: { PGHOSTADDR: host } }],
    ])('%s is where the connection goes, and the name is not looked up', async (_, asked) => {
      expect(await ask(asked, 'SELECT 1 AS one')).toEqual({ one: 1 });
      expect((await named(asked)).target.address).toBe(`db.invalid:${port} (${host})`);
    });

    test.runIf(server.caFile)('leaves the name to the certificate', async () => {
      const check = `sslmode=verify-full&sslrootcert=${server.caFile}`;
      await expect(ask({ url: away(`?hostaddr=${host}&${check}`) }, 'SELECT 1')).rejects.toMatchObject({
        code: 'TLS_UNTRUSTED',
      });
      expect(await ask({ url: to(`?${check}`) }, 'SELECT 1 AS one')).toEqual({ one: 1 });
    });
  });

  describe('a service', () => {
    const lines = () =>
      `# ours\n[other]\nhost=other.invalid\n\n[ours]\nhost=${host}\nport=${port}\ndbname=${database}\n`;
    const asks = { PGUSER: user, PGPASSWORD: password };

    test('is followed: of the DSN, of PGSERVICE, of ~/.pg_service.conf, of PGSYSCONFDIR', async () => {
      const PGSERVICEFILE = file('services', lines());
      file('.pg_service.conf', lines());
      file('pg_service.conf', lines());
      for (const asked of [
        { url: 'postgres:///?service=ours', env: { ...asks, PGSERVICEFILE } },
        { env: { ...asks, PGSERVICE: 'ours', PGSERVICEFILE } },
        { env: { ...asks, PGSERVICE: 'ours', HOME: folder } },
        { env: { ...asks, PGSERVICE: 'ours', PGSYSCONFDIR: folder } },
      ]) {
        expect(await ask(asked, 'SELECT current_database() AS name')).toEqual({ name: database });
      }
    });

    test('goes before the environment and after the DSN', async () => {
      const PGSERVICEFILE = file('services', `[ours]\nhost=${host}\nport=1\ndbname=${database}\noptions=-cgeqo=off\n`);
      const asked = { url: `postgres://:${port}/?service=ours`, env: { ...asks, PGSERVICEFILE, PGHOST: 'a.invalid' } };
      expect(await ask(asked, `SELECT current_setting('geqo') AS geqo`)).toEqual({ geqo: 'off' });
    });

    test('that is not there is an error, not another server', async () => {
      const PGSERVICEFILE = file('services', lines());
      const asked = { url: 'postgres:///?service=theirs', env: { ...asks, PGSERVICEFILE, PGHOST: host } };
      await expect(named(asked)).rejects.toMatchObject({
        code: 'DSN_INVALID',
        message: expect.stringMatching(/"theirs"/),
      });
    });
  });

  describe('.pgpass', () => {
    const escaped = password.replace(/[:\\]/g, '\\$&');
    const bare = `postgres://${user}@${host}:${port}/${database}`;

    test('has the password: of HOME, of PGPASSFILE, of passfile', async () => {
      const text = `# ours\n*:*:other:*:wrong\n${host}:${port}:${database}:${user}:${escaped}\n*:*:*:*:wrong\n`;
      const PGPASSFILE = file('passwords', text);
      file('.pgpass', text);
      for (const asked of [
        { url: bare, env: { HOME: folder } },
        { url: bare, env: { PGPASSFILE } },
        { url: `${bare}?passfile=${PGPASSFILE}` },
      ]) {
        expect(await ask(asked, 'SELECT 1 AS one')).toEqual({ one: 1 });
      }
    });

    test('that others may read is not read, and this is said', async () => {
      const PGPASSFILE = file('open', `*:*:*:*:${escaped}\n`, 0o640);
      const { target, warnings } = await named({ url: bare, env: { PGPASSFILE } });
      expect(target.password).toBeUndefined();
      expect(warnings).toEqual([expect.objectContaining({ code: 'PASSWORD_FILE_IGNORED' })]);
    });

    test('comes after the password of DSN and environment', async () => {
      const PGPASSFILE = file('wrong', '*:*:*:*:wrong\n');
      const asked = { url: bare, env: { PGPASSFILE, PGPASSWORD: password } };
      expect(await ask(asked, 'SELECT 1 AS one')).toEqual({ one: 1 });
    });
  });

  test.runIf(server.caFile)('the authority of ~/.postgresql/root.crt is that of verify-full, as in libpq', async () => {
    const url = to('?sslmode=verify-full');
    await expect(ask({ url }, 'SELECT 1')).rejects.toMatchObject({ code: 'TLS_UNTRUSTED' });
    mkdirSync(join(folder, '.postgresql'));
    copyFileSync(server.caFile ?? '', join(folder, '.postgresql', 'root.crt'));
    expect(await ask({ url, env: { HOME: folder } }, 'SELECT 1 AS one')).toEqual({ one: 1 });
  });

  describe('what the login must be like', () => {
    test.runIf(server.startedHere)('channel_binding=require binds it to TLS, and refuses without', async () => {
      expect(await ask({ url: to('?sslmode=require&channel_binding=require') }, 'SELECT 1 AS one')).toEqual({ one: 1 });
      await expect(ask({ url: to('?sslmode=disable&channel_binding=require') }, 'SELECT 1')).rejects.toMatchObject({
        code: 'AUTH_FAILED',
        message: expect.stringContaining('channel_binding'),
      });
    });

    test.runIf(server.startedHere)('require_auth lets no other method have the password', async () => {
      for (const allowed of ['scram-sha-256', '!password,!md5,!none', 'md5,scram-sha-256']) {
        expect(await ask({ url: to(`?require_auth=${allowed}`) }, 'SELECT 1 AS one')).toEqual({ one: 1 });
      }
      for (const refused of ['md5', '!scram-sha-256', 'none']) {
        await expect(ask({ url: to(`?require_auth=${refused}`) }, 'SELECT 1')).rejects.toMatchObject({
          code: 'AUTH_FAILED',
          message: expect.stringContaining('require_auth'),
        });
      }
    });

    test.runIf(server.startedHere)('sslnegotiation=direct and the versions of TLS are followed', async () => {
      const version = 'SELECT version AS tls FROM pg_stat_ssl WHERE pid = pg_backend_pid()';
      const asked = { url: to('?sslmode=require&sslnegotiation=direct&ssl_max_protocol_version=TLSv1.2') };
      expect(await ask(asked, version)).toEqual({ tls: 'TLSv1.2' });
    });

    test.runIf(server.startedHere)('sslrootcert=system trusts no authority of its own', async () => {
      await expect(ask({ url: to('?sslrootcert=system') }, 'SELECT 1')).rejects.toMatchObject({
        code: 'TLS_UNTRUSTED',
      });
    });
  });

  test('connect_timeout ends the wait for a server that says nothing, and --timeout wins over it', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port: deaf } = silent.address() as { port: number };
    const url = `postgres://u:p@127.0.0.1:${deaf}/x?sslmode=disable&connect_timeout=0.2`;
    try {
      const said = async (args: string[]) => (await poolctl(['inspect', url, ...args])).stderr;
      expect(await said([])).toMatch(/SERVER_SILENT.*within 200 ms/);
      expect(await said(['--timeout', '300ms'])).toMatch(/SERVER_SILENT.*within 300 ms/);
    } finally {
      silent.close();
    }
  });

  test('what is of no use is named in one warning, and in no error', async () => {
    const url = to('?schema=public&connection_limit=5&pgbouncer=true&application_name=app&colour=red');
    const { warnings } = JSON.parse((await poolctl(['inspect', url, '--json'])).stdout);
    expect(warnings.filter(({ code }: { code: string }) => code === 'DSN_SETTINGS_UNUSED')).toEqual([
      expect.objectContaining({
        message: expect.stringContaining('connection_limit, pgbouncer, application_name, colour.'),
      }),
    ]);
  });
});

describeWith('pgbouncer', (server) => {
  const to = (query: string) => dsn('postgres', ordinary(server), query);

  test('a schema goes through a pooler, which shares its sessions', async () => {
    const path = `SELECT current_setting('search_path') AS path`;
    expect(await ask({ url: to('?schema=of%20Prisma&pgbouncer=true') }, path)).toEqual({ path: '"of Prisma"' });
    expect(await ask({ url: to('') }, path)).not.toEqual({ path: '"of Prisma"' });
  });

  test('options that a pooler does not take are named', async () => {
    await expect(ask({ url: to('?options=-cgeqo%3Doff') }, 'SELECT 1')).rejects.toMatchObject({
      code: 'DSN_INVALID',
      message: expect.stringContaining('options'),
    });
  });
});

for (const engine of ['mariadb', 'mysql'] as const) {
  describeWith(engine, (server) => {
    const login = ordinary(server);
    const to = (query: string) => dsn('mysql', login, query);

    test.each(['mysql+pymysql', 'mysql2', 'mariadb+mariadbconnector', 'trilogy'])(
      'is reached by %s://',
      async (scheme) => {
        const url = to('?charset=utf8mb4&pool=5').replace(/^mysql/, scheme);
        expect(await ask({ url }, 'SELECT DATABASE() AS name')).toEqual({ name: server.database });
        expect((await named({ url })).warnings.at(-1)?.message).toContain('charset, pool');
      },
    );

    test('the next host is asked where nothing listens on the first', async () => {
      const nobody = await closedPort();
      const url = to('').replace(`@${server.host}:`, `@${server.host}:${nobody},${server.host}:`);
      expect(await ask({ url: `jdbc:${url}` }, 'SELECT 1 AS one')).toEqual({ one: 1 });
    });

    test.runIf(server.startedHere && protocolOf[engine] === 'mysql')('the versions of TLS are followed', async () => {
      const asked = { url: to('?ssl-mode=REQUIRED&tls-versions=TLSv1.2') };
      expect(await ask(asked, `SHOW STATUS LIKE 'Ssl_version'`)).toMatchObject({ Value: 'TLSv1.2' });
    });

    test.each(['init_command=SET%20@a%3D1', 'read_default_file=/etc/my.cnf', 'ssl-crl=x.pem', 'dnsSrv=true'])(
      '%s is refused before anything is asked',
      async (setting) => {
        await expect(named({ url: to(`?${setting}`) })).rejects.toMatchObject({ code: 'DSN_INVALID' });
      },
    );
  });
}
