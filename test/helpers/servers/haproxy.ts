import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../../src/embedded/port.ts';
import { Sandbox } from '../../../src/embedded/sandbox.ts';
import type { Cleanup } from './cleanup.ts';
import { debianServer } from './debian-server.ts';
import type { Server } from './facts.ts';
import { ServerProcess } from './server-process.ts';

/** An HAProxy in front of that server, which hands on so many connections at once. */
export async function startHaproxy(
  behind: Server,
  cleanup: Cleanup,
  maxConnections: number,
  { silence = '30s' }: { silence?: string } = {},
): Promise<Server> {
  const [command, ...args] = await debianServer('haproxy', 'haproxy');
  const sandbox = new Sandbox('haproxy');
  cleanup.atEnd(() => sandbox.remove());
  const port = await freePort();
  const config = `global
  maxconn 200
defaults
  mode tcp
  timeout connect 2s
  timeout client ${silence}
  timeout server ${silence}
  timeout queue 20s
frontend clients
  bind 127.0.0.1:${port}
  default_backend servers
backend servers
  server one ${behind.host}:${behind.port} maxconn ${maxConnections}
`;
  writeFileSync(join(sandbox.folder, 'haproxy.cfg'), config);
  sandbox.handOver(sandbox.folder);
  const signals = { stop: 'SIGTERM', kill: 'SIGKILL' } as const;
  const server = new ServerProcess(sandbox, signals, command, [...args, '-db', '-f', 'haproxy.cfg']);
  cleanup.atEnd(() => server.stop());
  await server.ready(() => reached(port));
  return { ...behind, host: '127.0.0.1', port };
}

function reached(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
