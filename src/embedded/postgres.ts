import { once } from 'node:events';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PoolctlError } from '../base/errors.ts';
import { freePort } from './port.ts';
import { postgresFolder } from './programs.ts';
import { dieWithUs, randomSecret, Sandbox } from './sandbox.ts';

const startPatienceMs = 30_000;
const stopPatienceMs = 5_000;

/** A throw-away PostgreSQL on 127.0.0.1, with a user and a folder of its own; it ends with this process. */
export interface EmbeddedPostgres {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  stop(): Promise<void>;
}

/** No protection against crashes: no data is to be kept. Shared memory does not outlive the server, even when it is killed. */
const settings = {
  max_connections: 100,
  shared_buffers: '32MB',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  dynamic_shared_memory_type: 'mmap',
} as const;

/** Makes a server and starts it; about two seconds. @throws PoolctlError EMBEDDED_MISSING, EMBEDDED_FAILED */
export async function startEmbeddedPostgres(signal: AbortSignal): Promise<EmbeddedPostgres> {
  const programs = postgresFolder();
  const sandbox = new Sandbox('embedded');
  try {
    const folder = await reachablePrograms(programs, sandbox);
    const login = { user: 'app', password: randomSecret(), database: 'postgres' };
    await initialisePostgres(folder, sandbox, login);
    const address = { host: '127.0.0.1', port: await freePort() };
    const all = {
      ...settings,
      listen_addresses: address.host,
      port: address.port,
      unix_socket_directories: sandbox.folder,
    };
    const args = ['-D', 'data', ...Object.entries(all).flatMap(([key, value]) => ['-c', `${key}=${value}`])];
    const child = sandbox.spawn(...dieWithUs('SIGQUIT', join(folder, 'bin', 'postgres'), args));
    const ended = once(child, 'exit');
    const end = async () => {
      child.kill('SIGINT');
      const impatience = setTimeout(() => child.kill('SIGKILL'), stopPatienceMs);
      await ended;
      clearTimeout(impatience);
    };
    if (await takesConnections(sandbox, () => child.exitCode === null && child.signalCode === null, signal)) {
      return { ...address, ...login, stop: () => end().then(() => sandbox.remove()) };
    }
    await end();
    throw new Error(sandbox.lastLogLines());
  } catch (cause) {
    await sandbox.remove();
    if (signal.aborted) throw new Error('interrupted', { cause });
    throw new PoolctlError('EMBEDDED_FAILED', 'The embedded PostgreSQL did not start.', {
      hint: `Give the DSN of a server instead. The end of its log: ${cause instanceof Error ? cause.message : cause}`,
      cause,
    });
  }
}

/** The user that runs the server cannot reach programs in root's home: these are copied. */
export async function reachablePrograms(folder: string, sandbox: Sandbox): Promise<string> {
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

export async function initialisePostgres(
  folder: string,
  sandbox: Sandbox,
  { user, password }: { readonly user: string; readonly password: string },
): Promise<void> {
  const passwordFile = join(sandbox.folder, 'password');
  writeFileSync(passwordFile, password);
  sandbox.handOver(passwordFile);
  const login = [`--username=${user}`, `--pwfile=${passwordFile}`];
  const options = ['--encoding=UTF8', '--locale=C', '--auth=scram-sha-256', '--no-sync'];
  await sandbox.run(join(folder, 'bin', 'initdb'), ['-D', 'data', ...login, ...options]);
}

/** By the line in the server's log. */
async function takesConnections(sandbox: Sandbox, isRunning: () => boolean, signal: AbortSignal): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < startPatienceMs && isRunning() && !signal.aborted; waitedMs += 25) {
    if (sandbox.lastLogLines().includes('ready to accept connections')) return true;
    await sleep(25);
  }
  return false;
}
