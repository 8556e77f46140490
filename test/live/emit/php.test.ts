/** What persistent connections of PHP keep from one request to the next, as their profile says, by PHP 8.2 of Debian. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { freePort } from '../../../src/embedded/port.ts';
import { describeWith } from '../../helpers/live.ts';
import { debianPhp } from '../../helpers/servers/debian-php.ts';
import { Unavailable } from '../../helpers/servers/engine.ts';

interface SeenRequest {
  readonly sessions: readonly number[];
  readonly setting: string;
  readonly temporary: number;
}

describeWith('postgres', (server) => {
  let php: readonly string[] | string;
  let port = 0;
  /** One process, which serves one request after the other. */
  let worker: ChildProcess | undefined;
  beforeAll(async () => {
    php = await debianPhp().catch((error: unknown) => {
      if (error instanceof Unavailable) return error.message;
      throw error;
    });
    if (typeof php === 'string') return;
    port = await freePort();
    const [command = '', ...args] = php;
    const script = fileURLToPath(new URL('php/persistent.php', import.meta.url));
    const env = {
      ...process.env,
      ...{ DB_HOST: server.host, DB_PORT: String(server.port), DB_DATABASE: server.database },
      ...{ DB_USERNAME: server.user, DB_PASSWORD: server.password },
    };
    worker = spawn(command, [...args, '-S', `127.0.0.1:${port}`, script], { env, stdio: 'ignore' });
    await vi.waitFor(() => ask('/'), { timeout: 30_000, interval: 50 });
  }, 300_000);
  afterAll(async () => {
    if (!worker || worker.exitCode !== null) return;
    worker.kill();
    await once(worker, 'exit');
  });
  const ask = async (path: string) => (await (await fetch(`http://127.0.0.1:${port}${path}`)).json()) as SeenRequest;

  it('two persistent PDO of a request are one session, which the next request gets as it was left', async ({
    skip,
  }) => {
    if (typeof php === 'string') return skip(php);
    const [first, second] = [await ask('/pdo'), await ask('/pdo')];
    expect(first.sessions).toHaveLength(1);
    expect(second).toEqual({ sessions: first.sessions, setting: '1234kB', temporary: 1 });
  });

  it('pg_pconnect resets settings and leaves temporary tables', async ({ skip }) => {
    if (typeof php === 'string') return skip(php);
    const [first, second] = [await ask('/pgsql'), await ask('/pgsql')];
    expect(second).toMatchObject({ sessions: first.sessions, temporary: 1 });
    expect(second.setting).not.toBe('1234kB');
  });
});
