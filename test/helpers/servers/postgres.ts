import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { Engine, Login } from './engine.ts';
import { freePort } from './port.ts';
import { postgresFolder } from './postgres-programs.ts';
import { Sandbox } from './sandbox.ts';
import { randomSecret } from './secret.ts';
import { ServerProcess } from './server-process.ts';
import { atEnd } from './teardown.ts';

/** Small and careless about crashes, for speed. */
const storage = {
  shared_buffers: '16MB',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
};

export const postgres: Engine = {
  name: 'PostgreSQL',
  urlVariable: 'POOLCTL_TEST_POSTGRES_URL',
  defaultPort: 5432,

  async start() {
    const admin = { host: '127.0.0.1', port: await freePort(), user: 'admin', password: randomSecret() };
    const sandbox = new Sandbox('postgres');
    atEnd(() => sandbox.remove());
    const folder = await reachable(postgresFolder(), sandbox);
    await initialise(folder, sandbox, admin);
    const settings = { port: admin.port, max_connections: 100, ...network, ...storage };
    const args = ['-D', 'data', ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])];
    // SIGKILL would leave its shared memory behind; SIGQUIT ends it as fast.
    const signals = { stop: 'SIGINT', kill: 'SIGQUIT' } as const;
    const server = new ServerProcess(sandbox, signals, join(folder, 'bin', 'postgres'), args);
    atEnd(() => server.stop());
    await server.ready(() => asAdmin(admin, async () => {}));
    return admin;
  },

  createUser(admin, name, password) {
    return asAdmin(admin, async (client) => {
      await client.query(`CREATE ROLE ${name} LOGIN PASSWORD '${password}'`);
      await client.query(`CREATE DATABASE ${name} OWNER ${name}`);
      const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
      return String(rows[0]?.server_version);
    });
  },

  dropUser(admin, name) {
    return asAdmin(admin, async (client) => {
      await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await client.query(`DROP ROLE IF EXISTS ${name}`);
    });
  },
};

const network = { listen_addresses: '127.0.0.1', unix_socket_directories: '' };

/** A repository in root's home is closed to the user who runs the server; then the programs are copied. */
async function reachable(folder: string, sandbox: Sandbox): Promise<string> {
  try {
    await sandbox.run(join(folder, 'bin', 'postgres'), ['--version']);
    return folder;
  } catch {
    const copy = join(sandbox.folder, 'programs');
    cpSync(folder, copy, { recursive: true, verbatimSymlinks: true });
    sandbox.handOver(copy);
    return copy;
  }
}

async function initialise(folder: string, sandbox: Sandbox, admin: Login): Promise<void> {
  const passwordFile = join(sandbox.folder, 'password');
  writeFileSync(passwordFile, admin.password);
  sandbox.handOver(passwordFile);
  const options = ['--encoding=UTF8', '--locale=C', '--auth=scram-sha-256', '--no-sync', '--no-instructions'];
  const login = [`--username=${admin.user}`, `--pwfile=${passwordFile}`];
  await sandbox.run(join(folder, 'bin', 'initdb'), ['-D', 'data', ...login, ...options]);
}

async function asAdmin<T>(admin: Login, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ ...admin, database: 'postgres' });
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}
