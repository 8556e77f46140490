import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../../../src/embedded/port.ts';
import { Sandbox } from '../../../src/embedded/sandbox.ts';
import type { Cleanup } from './cleanup.ts';
import { debianServer } from './debian-server.ts';
import type { Server } from './facts.ts';
import { ServerProcess } from './server-process.ts';

/** A pgpool-II in front of that PostgreSQL, for the same ordinary user. */
export async function startPgpool(
  postgres: Server,
  cleanup: Cleanup,
  settings: Readonly<Record<string, string | number>> = {},
): Promise<Server> {
  const [command, ...args] = await debianServer('pgpool', 'pgpool2');
  const sandbox = new Sandbox('pgpool');
  cleanup.atEnd(() => sandbox.remove());
  const port = await freePort();
  const { folder } = sandbox;
  const { host, user, password, database } = postgres;
  writeFileSync(join(folder, 'pool_passwd'), `${user}:TEXT${password}\n`);
  const all = {
    backend_clustering_mode: 'raw',
    listen_addresses: host,
    port,
    socket_dir: folder,
    pcp_socket_dir: folder,
    pcp_port: await freePort(),
    pid_file_name: join(folder, 'pgpool.pid'),
    logdir: folder,
    backend_hostname0: host,
    backend_port0: postgres.port,
    pool_passwd: join(folder, 'pool_passwd'),
    enable_pool_hba: 'off',
    allow_clear_text_frontend_auth: 'on',
    num_init_children: 6,
    max_pool: 1,
    reserved_connections: 1,
    sr_check_period: 0,
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name} = '${value}'`);
  writeFileSync(join(folder, 'pgpool.conf'), [...lines, ''].join('\n'));
  writeFileSync(join(folder, 'pcp.conf'), '');
  sandbox.handOver(folder);
  const files = ['-n', '-f', 'pgpool.conf', '-F', 'pcp.conf'];
  const server = new ServerProcess(sandbox, { stop: 'SIGINT', kill: 'SIGQUIT' }, command, [...args, ...files]);
  cleanup.atEnd(() => server.stop());
  await server.ready(async () => {
    const client = new pg.Client({ host, port, user, password, database });
    await client.connect();
    await client.end();
  });
  return { ...postgres, port };
}
