import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect as show } from 'node:util';
import { escape as quoteMysql } from 'mysql2';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServer } from '../../src/engines/open.ts';
import { ConnectionTarget, type TlsMode } from '../../src/engines/target.ts';
import { describeOnce, describeWith } from '../helpers/live.ts';
import { poolctl, type Ran, root, type Surroundings } from '../helpers/run.ts';
import {
  admin,
  dsn,
  keepBusy,
  type Login,
  open,
  ordinary,
  protocolOf,
  run,
  type Session,
  settled,
} from '../helpers/sessions.ts';

/** Odd characters stand between the marks, so that no part of it gets out unseen. */
const canary = `Zq1@Zq2:Zq3/Zq4?Zq5#Zq6%Zq7&Zq8+Zq9 Zq10'Zq11"Zq12$Zq13;Zq14,Zq15üZq16漢Zq17\\Zq18`;
const plainCanary = 'Zq20Zq21';
const mark = 'Zq';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'poolctl-secrets-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(text: string): string {
  const path = join(folder, `dsn-${Math.random()}`);
  writeFileSync(path, text);
  return path;
}

/** poolctl in this process, having shown that the mark is in nothing that it wrote. */
async function quietly(args: readonly string[], surroundings: Surroundings = {}): Promise<Ran> {
  const ran = await poolctl(args, { cwd: folder, ...surroundings });
  expect(ran.stdout + ran.stderr).not.toBe('');
  expect(ran.stdout + ran.stderr).not.toContain(mark);
  return ran;
}

const formats = ['table', 'json', 'markdown'] as const;
const wanted = ['--tps', '200', '--p95', '300', '--instances', '1'];

/** Every command that asks a server, by every way that a DSN can come in. */
function lines(url: string) {
  const ways: { dsn: string[]; surroundings: Surroundings }[] = [
    { dsn: [url], surroundings: {} },
    { dsn: ['env'], surroundings: { env: { DATABASE_URL: url } } },
    { dsn: ['env', '--url-file', file(url)], surroundings: {} },
    { dsn: ['-'], surroundings: { stdin: url } },
  ];
  return ways.flatMap(({ dsn: [first = '', ...flags], surroundings }, way) =>
    [
      { args: ['inspect', first, ...flags], isSlow: false },
      { args: ['measure', first, '--window', '2s', ...flags], isSlow: true },
      { args: ['size', ...wanted, '--server', first, ...flags], isSlow: false },
      ...(first === '-' ? [] : [{ args: ['size', '--from', first, '--window', '2s', ...flags], isSlow: true }]),
    ].map((line) => ({ ...line, surroundings, way })),
  );
}

for (const engine of ['postgres', 'mariadb', 'mysql'] as const) {
  describeWith(engine, (server) => {
    describe.runIf(server.startedHere)('as it is started here', () => {
      const protocol = protocolOf[engine];
      const { host, port, database } = server;
      const login: Login = { host, port, database, user: 'secretive', password: canary };
      const name = protocol === 'postgres' ? 'secretive' : `secretive@'%'`;
      let watcher: Session;
      beforeAll(async () => {
        watcher = await open(protocol, admin(server));
        const statements =
          protocol === 'postgres'
            ? [`CREATE ROLE ${name} LOGIN PASSWORD ${pg.escapeLiteral(canary)}`, `GRANT pg_monitor TO ${name}`]
            : [`CREATE USER ${name} IDENTIFIED BY ${quoteMysql(canary)}`, `GRANT PROCESS ON *.* TO ${name}`];
        if (protocol === 'mysql') {
          statements.push(`GRANT ALL ON ${database}.* TO ${name}`, `GRANT SELECT ON performance_schema.* TO ${name}`);
        }
        await run(protocol, admin(server), ...statements);
      });
      afterAll(async () => {
        await watcher.rows(`DROP ${protocol === 'postgres' ? 'ROLE' : 'USER'} ${name}`);
        await watcher.end();
      });

      describe('a password is in no answer', () => {
        let load: { stop(): Promise<void> };
        beforeAll(async () => {
          load = await keepBusy(protocol, ordinary(server));
        });
        afterAll(() => load.stop());

        test('of any command, in any format, by any way that the DSN comes in', async () => {
          const raw = `${protocol}://${login.user}:${canary}@${host}:${port}/${database}`;
          const all = formats.flatMap((format, index) =>
            lines(dsn(protocol, login))
              // Measurements take long, so each format is seen with another way alone.
              .filter(({ isSlow, way }) => !isSlow || way === index)
              .map((line) => ({ ...line, args: [...line.args, '--format', format] })),
          );
          all.push(...lines(raw).filter(({ args }) => args[0] === 'inspect'));
          const ran: (Ran & { args: string[] })[] = [];
          for (const which of [true, false]) {
            const some = all.filter(({ isSlow }) => isSlow === which);
            const runOne = async ({ args, surroundings }: (typeof some)[number]) => ({
              args,
              ...(await quietly(args, surroundings)),
            });
            // On MariaDB each reader of INNODB_TRX blinds the others, and all measurements then say so.
            if (which && engine === 'mariadb') for (const line of some) ran.push(await runOne(line));
            else ran.push(...(await Promise.all(some.map(runOne))));
          }
          // On a busy machine two seconds may be too few for one measurement or another, but not for all of them.
          const answered = ran.filter(({ exitCode }) => exitCode <= 1);
          const others = ran.filter((one) => !answered.includes(one));
          expect(others.filter(({ stdout, stderr }) => !(stdout + stderr).includes('NOT_MEASURED'))).toEqual([]);
          const asked = answered.map(({ args: [command, option] }) => (option === '--from' ? option : command));
          expect(asked).toEqual(expect.arrayContaining(['inspect', 'measure', 'size', '--from']));
        });
      });

      test.each<{ what: string; code: string; login?: Partial<Login>; query?: string; isFull?: boolean }>([
        { what: 'is wrong', code: 'AUTH_FAILED', login: { password: `${canary}x` } },
        { what: 'is of nobody', code: 'AUTH_FAILED', login: { user: 'nobody' } },
        { what: 'is for an unknown host', code: 'HOST_UNKNOWN', login: { host: 'db.invalid' } },
        { what: 'is for a port where nothing listens', code: 'CONNECT_REFUSED', login: { port: 1 } },
        { what: 'is for a socket that is not there', code: 'CONNECT_REFUSED', query: '?socket=/nowhere' },
        { what: 'is for a server that is full', code: 'SERVER_FULL', isFull: true },
        { what: 'is for a server that cannot be trusted', code: 'TLS_UNTRUSTED', query: '?sslmode=verify-full' },
        { what: 'comes with settings that are wrong', code: 'DSN_INVALID', query: '?sslmode=maybe' },
        { what: 'comes with a port that is wrong', code: 'DSN_INVALID', login: { port: 99_999 } },
        { what: 'comes with a file that is not there', code: 'INPUT_UNREADABLE', query: '?sslrootcert=/nowhere' },
      ])('a password that $what is in no error', async ({ code, login: change, query, isFull = false }) => {
        const url = dsn(protocol, { ...login, ...change }, query);
        await settled(protocol, watcher, 0, login.user);
        const alter = {
          postgres: 'ALTER ROLE secretive CONNECTION LIMIT',
          mysql: `ALTER USER ${name} WITH MAX_USER_CONNECTIONS`,
        };
        if (isFull) await watcher.rows(`${alter[protocol]} 1`);
        const held = isFull ? [await open(protocol, login)] : [];
        try {
          for (const { args, surroundings } of lines(url)) {
            const ran = await quietly([...args, '--json'], surroundings);
            expect([args[0], JSON.parse(ran.stdout).error?.code]).toEqual([args[0], code]);
          }
          const plain = await quietly(['inspect', url]);
          expect(plain.stderr).toMatch(new RegExp(`^error\\[${code}\\]: .*\n {2}hint: .*\n$`));
        } finally {
          for (const session of held) await session.end();
          if (isFull) await watcher.rows(`${alter[protocol]} ${protocol === 'postgres' ? -1 : 0}`);
        }
      });

      test('is in no error as it is printed, with its stack and what caused it', async () => {
        for (const [change, mode] of [
          [{ password: `${canary}x` }, 'prefer'],
          [{ host: 'db.invalid' }, 'prefer'],
          [{ port: 1 }, 'prefer'],
          [{}, 'verify-full'],
          [{ database: 'nowhere' }, 'prefer'],
        ] as const satisfies readonly (readonly [Partial<Login>, TlsMode])[]) {
          const target = new ConnectionTarget({ protocol, ...login, database, ...change, tls: { mode } });
          const options = { timeoutMs: 5_000, signal: new AbortController().signal };
          const error = await openServer(target, options).then(
            ({ session }) => session.close(),
            (failure: Error) => failure,
          );
          // An ordinary user of MySQL is told only later.
          if (!(error instanceof Error)) continue;
          expect(error.cause ?? error).toBeInstanceOf(Error);
          const printed = [
            show(error, { depth: 9, showHidden: true, getters: true }),
            error.stack,
            JSON.stringify(error),
          ];
          for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
            printed.push(String(cause.stack));
          expect(printed.join('\n')).not.toContain(mark);
        }
      });
    });
  });
}

describeOnce('a target', () => {
  test('shows neither password nor key, however it is printed', () => {
    const tls = { mode: 'verify-full', key: `key ${canary}`, passphrase: canary, cert: 'cert' } as const;
    const target = new ConnectionTarget({
      protocol: 'postgres',
      host: 'db',
      port: 5432,
      user: 'app',
      password: canary,
      tls,
    });
    expect(target.password).toBe(canary);
    const printed = [
      show(target, { showHidden: true, depth: 9 }),
      show(target, { showHidden: true, depth: 9, getters: true }),
      show({ deep: [target] }, { depth: 9 }),
      JSON.stringify(target),
      JSON.stringify({ ...target }),
      String(target),
      Object.entries(target).join(),
    ];
    for (const text of printed) expect(text).not.toContain(mark);
    expect(printed[0]).toContain('db:5432');
  });
});

describeWith('postgres', (server) => {
  const { user, password, host, port, database } = server;
  const url = dsn('postgres', { user, password, host, port, database });
  const secret = `postgres://secretive:${plainCanary}@db.invalid:5432/x`;

  test('nor is a DSN or password of the environment printed that is not asked for', async () => {
    const env = {
      DATABASE_URL: secret,
      PGPASSWORD: plainCanary,
      MYSQL_PWD: plainCanary,
      POOLCTL_URL_FILE: file(secret),
      OTHER_URL: secret,
    };
    for (const format of formats) {
      const { exitCode } = await quietly(['inspect', url, '--format', format], { env });
      expect(exitCode).toBe(0);
    }
    const sized = await quietly(['size', ...wanted, '--server', url, '--explain'], { env });
    expect(sized.exitCode).toBe(0);
    const failed = await quietly(['size', ...wanted], { env: { ...env, POOLCTL_SERVER: secret } });
    expect(failed.stderr).toContain('HOST_UNKNOWN');
  });

  test('nor are passwords of .pgpass and service files, nor one of a key', async () => {
    const passwords = file(`${host}:${port}:*:secretive:${plainCanary}\n*:*:*:*:${plainCanary}`);
    chmodSync(passwords, 0o600);
    const services = file(`[ours]\nhost=${host}\nport=${port}\nuser=secretive\npassword=${plainCanary}\n`);
    const broken = file(`[ours]\nhost=${host}\n${plainCanary}\n`);
    const key = file(`-----BEGIN ENCRYPTED PRIVATE KEY-----\n${plainCanary}\n-----END ENCRYPTED PRIVATE KEY-----\n`);
    const bare = `postgres://secretive@${host}:${port}/${database}`;
    const asked: { args: string[]; env?: Record<string, string>; code: string }[] = [
      { args: [bare], env: { PGPASSFILE: passwords }, code: 'AUTH_FAILED' },
      { args: [`${bare}?passfile=${passwords}`], code: 'AUTH_FAILED' },
      { args: ['postgres:///?service=ours'], env: { PGSERVICEFILE: services }, code: 'AUTH_FAILED' },
      { args: ['postgres:///?service=ours'], env: { PGSERVICEFILE: broken }, code: 'DSN_INVALID' },
      { args: [`${url}?sslpassword=${plainCanary}&oauth_client_secret=${plainCanary}`], code: 'DSN_INVALID' },
      {
        args: [`${url}?sslmode=require&sslcert=${key}&sslkey=${key}&sslpassword=${plainCanary}`],
        code: 'INPUT_UNREADABLE',
      },
      { args: [`${url}?password=${plainCanary}&${plainCanary}=1&${plainCanary}`], code: 'AUTH_FAILED' },
      { args: ['env', '--url-file', file(`A=${secret}\nB=${secret.replace('/x', '/y')}`)], code: 'DSN_INVALID' },
      { args: ['env', '--url-file', file(`A=${plainCanary}\nB="${plainCanary}`)], code: 'DSN_INVALID' },
    ];
    for (const { args, env = {}, code } of asked) {
      for (const format of formats) {
        const { stdout, stderr } = await quietly(['inspect', ...args, '--format', format], { env });
        expect([args[0], stdout + stderr]).toEqual([args[0], expect.stringContaining(code)]);
      }
    }
  });

  test.each([
    { code: 'DSN_INVALID', args: ['inspect', `secretive:${plainCanary}@db.invalid/x`] },
    { code: 'DSN_INVALID', args: ['inspect', `postgres:/secretive:${plainCanary}@db.invalid/x`] },
    { code: 'DSN_INVALID', args: ['measure', `secretive:${plainCanary}@db.invalid/x`] },
    { code: 'DSN_INVALID', args: ['size', ...wanted, '--server', `secretive:${plainCanary}@db.invalid/x`] },
    { code: 'DSN_INVALID', args: ['size', ...wanted, '--server', `mysql:/secretive:${plainCanary}@db.invalid/x`] },
    { code: 'DSN_INVALID', args: ['inspect', `mongodb://secretive:${plainCanary}@db.invalid/x`] },
    { code: 'DSN_INVALID', args: ['inspect', `${plainCanary}://db.invalid/x`] },
    { code: 'DSN_INVALID', args: ['inspect', `postgres://secretive:${plainCanary}`] },
    { code: 'USAGE', args: ['inspect', url, `postgres://secretive:${plainCanary}@db.invalid/x`] },
    { code: 'USAGE', args: ['inspect', `--sslmod=postgres://secretive:${plainCanary}@db.invalid/x`] },
  ])('nor what was meant to be a DSN: $code for $args', async ({ code, args }) => {
    const { exitCode, stderr } = await quietly(args);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(new RegExp(`^error\\[${code}\\]`));
  });

  test.runIf(process.platform === 'linux' && server.startedHere)('nor is it in the list of processes', async () => {
    const watcher = await open('postgres', admin(server));
    await watcher.rows(`CREATE ROLE listed LOGIN PASSWORD '${plainCanary}'`);
    const listed = dsn('postgres', { host, port, database, user: 'listed', password: plainCanary });
    const child = spawn(process.execPath, [`${root}bin/poolctl`, 'measure', listed, '--window', '3s'], {
      stdio: 'ignore',
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    try {
      await settled('postgres', watcher, 1, 'listed');
      const commandLine = readFileSync(`/proc/${child.pid}/cmdline`, 'utf8');
      expect(commandLine).toContain('poolctl');
      expect(commandLine).not.toContain(mark);
    } finally {
      child.kill('SIGTERM');
      await ended;
      await settled('postgres', watcher, 0, 'listed');
      await watcher.rows('DROP ROLE listed');
      await watcher.end();
    }
  });
});
