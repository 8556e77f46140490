/**
 * What is written for systems beside Node, and how far each is made sure of:
 *
 * - PgBouncer, of this machine and of Debian unstable (1.26): started with the ini, asked for its settings, and driven
 *   into its limits.
 * - .env: loaded by Node.
 * - SQLAlchemy, Django: parsed by Python; run where python3 can import them and their driver, up to the pool.
 * - Kubernetes: taken apart by kubectl where it is installed; no cluster sees it.
 * - HikariCP, DBCP, Go, ProxySQL, Compose: only parsed and compared, in test/unit/emit/beside-node.test.ts (Go by gofmt
 *   where it is installed). Tests cannot count on Java, Go or Docker, and ProxySQL is no package of Debian.
 */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineId } from '../../../src/base/engine.ts';
import { readPool } from '../../../src/convert/run.ts';
import { freePort } from '../../../src/embedded/port.ts';
import { randomSecret, Sandbox } from '../../../src/embedded/sandbox.ts';
import { emitSnippets } from '../../../src/emit/run.ts';
import type { EmitInput } from '../../../src/emit/target.ts';
import type { PoolSettings } from '../../../src/size/input.ts';
import { describeWith } from '../../helpers/live.ts';
import { Cleanup } from '../../helpers/servers/cleanup.ts';
import type { Server } from '../../helpers/servers/facts.ts';
import { findProgram } from '../../helpers/servers/find-program.ts';
import { type PgbouncerRelease, pgbouncerProgram } from '../../helpers/servers/pgbouncer.ts';
import { ServerProcess } from '../../helpers/servers/server-process.ts';

const run = promisify(execFile);

const settings: PoolSettings = {
  connectionLimit: 2,
  queueLimit: 3,
  acquireTimeoutMs: 700,
  connectTimeoutMs: 2_500,
  queryTimeoutMs: 1_500,
};
const edge: PoolSettings = { connectionLimit: 1, queueLimit: 0, acquireTimeoutMs: 0, connectTimeoutMs: 2_000 };

async function textOf(
  name: string,
  wishes: { settings: PoolSettings; engine?: EngineId; driverVersion?: EmitInput['driverVersion'] },
): Promise<string> {
  const fleet = { instances: 1, processesPerInstance: 1, connections: wishes.settings.connectionLimit };
  const { snippets } = await emitSnippets({ names: [name], why: [], fleet, ...wishes });
  return snippets[0]?.text ?? '';
}

const releases = [
  ['this machine', 'own'],
  ['Debian unstable', 'sid'],
] as const;

describeWith('postgres', (server) => {
  describeWith('pgbouncer', () => {
    describe.each(releases)('started with what is written for PgBouncer, of %s', (_title, release) => {
      const cleanup = new Cleanup();
      let bouncer: Bouncer;
      beforeAll(async () => {
        bouncer = await start(await textOf('pgbouncer', { settings }), server, cleanup, release);
      });
      afterAll(() => cleanup.run());

      it('says the same numbers as SHOW CONFIG', async () => {
        const config = await bouncer.config();
        expect(config).toMatchObject({
          default_pool_size: '2',
          max_db_connections: '2',
          max_client_conn: '5',
          pool_mode: 'transaction',
        });
        expect(Number(config['query_wait_timeout'])).toBe(0.7);
        expect(Number(config['server_connect_timeout'])).toBe(2.5);
        expect(Number(config['query_timeout'])).toBe(1.5);
      });

      it('has them for the database too, by SHOW DATABASES', async () => {
        const [database] = (await bouncer.console('SHOW DATABASES')).filter(({ name }) => name === server.database);
        expect(database).toMatchObject({ port: server.port });
        expect([Number(database?.['pool_size']), Number(database?.['max_connections'])]).toEqual([2, 2]);
      });

      it('is read by convert as what it was written from', async () => {
        expect((await readPool({ text: bouncer.ini, file: 'pgbouncer.ini' })).settings).toEqual(settings);
      });

      it('lends connectionLimit connections, lets queueLimit clients wait, and refuses the next', async () => {
        const clients = await Promise.all([...Array(2 + 3)].map(() => bouncer.connect()));
        await expect(bouncer.connect()).rejects.toThrow('max_client_conn');
        const [first, second, ...others] = clients;
        for (const client of [first, second]) await client?.query('begin');
        const started = performance.now();
        const waiting = others.map((client) => client.query('select 1').then(String, (error: Error) => error.message));
        expect(await Promise.all(waiting)).toEqual(Array(3).fill('query_wait_timeout'));
        const tookMs = performance.now() - started;
        expect(tookMs).toBeGreaterThan(600);
        expect(tookMs).toBeLessThan(2_500);
        await Promise.all(clients.map((client) => client.end().catch(() => {})));
      });

      it('ends a query after the query timeout', async () => {
        const client = await bouncer.connect();
        const started = performance.now();
        await expect(client.query('select pg_sleep(5)')).rejects.toThrow();
        expect(performance.now() - started).toBeLessThan(6_000);
        await client.end().catch(() => {});
      });
    });

    it.each(releases)(
      'is started by PgBouncer of %s with one connection, any number of clients, and no end of waiting',
      async (_title, release) => {
        const cleanup = new Cleanup();
        try {
          const bouncer = await start(await textOf('pgbouncer', { settings: edge }), server, cleanup, release);
          expect(await bouncer.config()).toMatchObject({
            default_pool_size: '1',
            max_client_conn: '1000000',
            query_wait_timeout: '0',
            server_connect_timeout: '2',
          });
          const client = await bouncer.connect();
          expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
          await client.end();
        } finally {
          await cleanup.run();
        }
      },
    );
  });
});

interface Bouncer {
  /** As it was started with. */
  readonly ini: string;
  connect(): Promise<pg.Client>;
  console(command: string): Promise<Record<string, unknown>[]>;
  config(): Promise<Record<string, string>>;
}

/** Starts it with the ini, in which only what the snippet leaves to its user is changed: server, port, logins. */
async function start(written: string, server: Server, cleanup: Cleanup, release: PgbouncerRelease): Promise<Bouncer> {
  const [command, ...args] = await pgbouncerProgram(release);
  const sandbox = new Sandbox('pgbouncer-emitted');
  cleanup.atEnd(() => sandbox.remove());
  const [port, admin] = [await freePort(), { user: 'console', password: randomSecret() }];
  const users = [server, admin].map(({ user, password }) => `"${user}" "${password}"`).join('\n');
  const file = (name: string) => join(sandbox.folder, name);
  const edits: readonly (readonly [RegExp, string])[] = [
    [/^app = .*$/m, `${server.database} = host=${server.host} port=${server.port}`],
    [/^listen_port = .*$/m, `listen_port = ${port}`],
    [/^auth_file = .*$/m, `auth_file = ${file('users')}\nadmin_users = ${admin.user}\nunix_socket_dir =`],
  ];
  const ini = edits.reduce((text, [line, by]) => {
    expect(text).toMatch(line);
    return text.replace(line, by);
  }, written);
  writeFileSync(file('users'), `${users}\n`);
  writeFileSync(file('pgbouncer.ini'), ini);
  sandbox.handOver(sandbox.folder);
  const process = new ServerProcess(sandbox, { stop: 'SIGKILL', kill: 'SIGKILL' }, command, [...args, 'pgbouncer.ini']);
  cleanup.atEnd(() => process.stop());

  const connect = async (login: pg.ClientConfig) => {
    const client = new pg.Client({ host: '127.0.0.1', port, ...login });
    client.on('error', () => {}); // It closes those who waited in vain.
    await client.connect();
    return client;
  };
  const console = async (sql: string) => {
    const client = await connect({ ...admin, database: 'pgbouncer' });
    const { rows } = await client.query<Record<string, unknown>>(sql);
    await client.end();
    return rows;
  };
  await process.ready(async () => void (await console('SHOW VERSION')));
  return {
    ini,
    console,
    connect: () => connect({ user: server.user, password: server.password, database: server.database }),
    config: async () =>
      Object.fromEntries((await console('SHOW CONFIG')).map(({ key, value }) => [String(key), String(value)])),
  };
}

describe('what is written for .env', () => {
  it('is what Node loads', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'poolctl-env-'));
    try {
      writeFileSync(join(folder, '.env'), await textOf('env', { settings }));
      const print = 'JSON.stringify(Object.entries(process.env).filter(([name]) => name.startsWith("DB_POOL_")))';
      const { stdout } = await run(process.execPath, [`--env-file=${join(folder, '.env')}`, '-p', print]);
      expect(Object.fromEntries(JSON.parse(stdout))).toEqual({
        DB_POOL_CONNECTION_LIMIT: '2',
        DB_POOL_QUEUE_LIMIT: '3',
        DB_POOL_ACQUIRE_TIMEOUT_MS: '700',
        DB_POOL_CONNECT_TIMEOUT_MS: '2500',
        DB_POOL_QUERY_TIMEOUT_MS: '1500',
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** Runs the module and prints what the test looks at, or the name of a module that is not installed. */
const sqlalchemyProbe = `
import json, os, sys
try:
    import sqlalchemy
    scope = {}
    exec(sys.stdin.read(), scope)
    pool = scope["engine"].pool
    print(json.dumps({"size": pool.size(), "overflow": pool._max_overflow, "timeout": pool._timeout}))
except ModuleNotFoundError as error:
    print(json.dumps({"missing": error.name}))
except sqlalchemy.exc.NoSuchModuleError:
    print(json.dumps({"missing": "SQLAlchemy 2"}))
`;

const djangoProbe = `
import json, os, sys
try:
    import django
    from django.conf import settings
    scope = {}
    exec(sys.stdin.read(), scope)
    settings.configure(DATABASES=scope["DATABASES"])
    django.setup()
    from django.db import connection
    if django.VERSION < (5, 1):
        print(json.dumps({"missing": "django 5.1"}))
    else:
        pool = connection.pool
        print(json.dumps({"most": pool.max_size, "timeout": pool.timeout, "waiting": pool.max_waiting}))
except ModuleNotFoundError as error:
    print(json.dumps({"missing": error.name}))
except Exception as error:
    if type(error).__name__ != "ImproperlyConfigured" or "psycopg" not in str(error): raise
    print(json.dumps({"missing": "psycopg"}))
`;

const environment = { DB_HOST: 'localhost', DB_USERNAME: 'app', DB_PASSWORD: 'app', DB_DATABASE: 'app' };
const wholeSeconds = { ...settings, connectTimeoutMs: 3_000 };

/** What Python prints, or why it cannot. */
function inPython(probe: string, module: string): { missing?: string; [key: string]: unknown } {
  if (findProgram('python3') === undefined) return { missing: 'python3' };
  const env = { ...process.env, ...environment };
  return JSON.parse(execFileSync('python3', ['-c', probe], { input: module, encoding: 'utf8', env }));
}

describe('what is written for Python', () => {
  it.for(['postgres', 'mysql', 'mariadb'] as const)('makes a pool of SQLAlchemy for %s', async (engine, { skip }) => {
    const read = inPython(sqlalchemyProbe, await textOf('sqlalchemy', { settings: wholeSeconds, engine }));
    if (read.missing !== undefined) return skip(without('SQLAlchemy', read.missing));
    expect(read).toEqual({ size: 2, overflow: 0, timeout: 0.7 });
  });

  it('makes a pool of Django', async ({ skip }) => {
    const read = inPython(djangoProbe, await textOf('django', { settings: wholeSeconds, engine: 'postgres' }));
    if (read.missing !== undefined) return skip(without('Django', read.missing));
    expect(read).toEqual({ most: 2, timeout: 0.7, waiting: 3 });
  });
});

describe('what is written for Kubernetes', () => {
  it('is a ConfigMap and a Deployment to kubectl', async ({ skip }) => {
    const kubectl = findProgram('kubectl');
    if (kubectl === undefined) return skip(without('Kubernetes', 'kubectl'));
    const folder = mkdtempSync(join(tmpdir(), 'poolctl-kubernetes-'));
    try {
      writeFileSync(join(folder, 'app.yaml'), await textOf('kubernetes', { settings }));
      writeFileSync(join(folder, 'kustomization.yaml'), 'resources: [app.yaml]\n');
      const { stdout } = await run(kubectl, ['kustomize', folder]);
      expect(stdout.match(/^kind: .*$/gm)).toEqual(['kind: ConfigMap', 'kind: Deployment']);
      expect(stdout).toContain('DB_POOL_CONNECTION_LIMIT: "2"');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** Why something is not run, printed because Vitest keeps the reasons of skipped tests to itself. */
function without(what: string, missing: string): string {
  const reason = `${what} is not run: ${missing} is not installed`;
  console.warn(`live: ${reason}`);
  return reason;
}
