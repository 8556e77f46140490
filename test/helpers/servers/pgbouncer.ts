import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../../../src/embedded/port.ts';
import { randomSecret, Sandbox } from '../../../src/embedded/sandbox.ts';
import { cached } from './cache.ts';
import type { Cleanup } from './cleanup.ts';
import { unpackDebian } from './debian.ts';
import { debianServer } from './debian-server.ts';
import { Unavailable } from './engine.ts';
import type { Facts, Server } from './facts.ts';
import { ownLoader } from './own-loader.ts';
import { unlessUnavailable } from './prepare.ts';
import { ServerProcess } from './server-process.ts';

/** A PgBouncer in front of that PostgreSQL, for the same ordinary user. Its admin's database is called pgbouncer. */
export async function preparePgbouncer(preparation: Promise<Facts>, cleanup: Cleanup): Promise<Facts> {
  return unlessUnavailable({ name: 'PgBouncer' }, async () => {
    const postgres = await preparation;
    if (!postgres.available) throw new Unavailable(`it has no PostgreSQL: ${postgres.reason}`);
    return startPgbouncer(postgres, cleanup);
  });
}

/** Where the program comes from: the release of this machine (Debian 12: 1.18), or Debian unstable (1.26). */
export type PgbouncerRelease = 'own' | 'sid';

interface PgbouncerWishes {
  readonly serverUser?: Pick<Server, 'user' | 'password'>;
  readonly release?: PgbouncerRelease;
  /** The text of a file of settings that is included, with sections of its own. */
  readonly include?: string;
  /** More users that may log in. */
  readonly users?: readonly Pick<Server, 'user' | 'password'>[];
}

/**
 * As preparePgbouncer; `settings` go over those that the shared one has. `serverUser`: logs in to the server as that role,
 * whoever its clients are. Throws `Unavailable` where this machine cannot have it.
 */
export async function startPgbouncer(
  postgres: Server,
  cleanup: Cleanup,
  settings: Readonly<Record<string, string | number>> = {},
  { serverUser, release = 'own', include, users = [] }: PgbouncerWishes = {},
): Promise<Server> {
  const [command, ...args] = await pgbouncerProgram(release);
  const sandbox = new Sandbox('pgbouncer');
  cleanup.atEnd(() => sandbox.remove());
  const here = { host: '127.0.0.1', port: await freePort(), socketPath: sandbox.folder };
  const admin = { user: 'console', password: randomSecret() };
  const write = (name: string, lines: readonly string[]) => writeFileSync(join(sandbox.folder, name), lines.join('\n'));
  write(
    'users',
    [postgres, admin, ...users].map(({ user, password }) => `"${user}" "${password.replaceAll('"', '""')}"`),
  );
  const all = {
    listen_addr: here.host,
    listen_port: here.port,
    unix_socket_dir: here.socketPath,
    auth_type: 'scram-sha-256',
    auth_file: 'users',
    admin_users: admin.user,
    pool_mode: 'transaction',
    max_client_conn: 50,
    default_pool_size: 5,
    // Its sessions must be gone when the next test counts PostgreSQL's.
    server_idle_timeout: 1,
    ...settings,
  };
  const login = serverUser ? ` user=${serverUser.user} password=${serverUser.password}` : '';
  write('pgbouncer.ini', [
    '[databases]',
    `${postgres.database} = host=${postgres.host} port=${postgres.port}${login}`,
    '[pgbouncer]',
    ...Object.entries(all).map(([name, value]) => `${name} = ${value}`),
    ...(include === undefined ? [] : ['%include included.ini']),
    '',
  ]);
  if (include !== undefined) write('included.ini', [include]);
  sandbox.handOver(sandbox.folder);
  // It has nothing to tidy up, and its versions differ in which signals wait for clients.
  const signals = { stop: 'SIGKILL', kill: 'SIGKILL' } as const;
  const server = new ServerProcess(sandbox, signals, command, [...args, 'pgbouncer.ini']);
  cleanup.atEnd(() => server.stop());
  let version = '';
  await server.ready(async () => {
    version = await versionOf({ ...here, ...admin });
  });
  const { database, user, password } = postgres;
  const logins = { database, user, password, adminUser: admin.user, adminPassword: admin.password };
  return { available: true, startedHere: true, ...here, ...logins, version };
}

/** The command of that release. Throws `Unavailable` where this machine cannot have it. */
export function pgbouncerProgram(release: PgbouncerRelease): Promise<[string, ...string[]]> {
  return release === 'own' ? debianServer('pgbouncer', 'pgbouncer') : pgbouncerOfSid();
}

async function pgbouncerOfSid(): Promise<[string, ...string[]]> {
  const folder = await cached(`pgbouncer-sid-${process.arch}`, (into) => {
    console.log('live: fetching PgBouncer from Debian unstable');
    return unpackDebian('pgbouncer', into, 'sid');
  });
  return ownLoader(folder, 'usr/sbin/pgbouncer');
}

async function versionOf(login: pg.ClientConfig): Promise<string> {
  const console = new pg.Client({ ...login, database: 'pgbouncer' });
  try {
    await console.connect();
    const { rows } = await console.query<{ version: string }>('SHOW VERSION');
    return String(rows[0]?.version);
  } finally {
    await console.end();
  }
}
