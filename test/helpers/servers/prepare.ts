import { randomSecret } from '../../../src/embedded/sandbox.ts';
import type { Cleanup } from './cleanup.ts';
import { type Engine, type Login, type Running, Unavailable, type Wishes } from './engine.ts';
import type { Facts, Server } from './facts.ts';

/** A server of that kind with an ordinary user and its database in it, or why there is none. */
export async function prepare(engine: Engine, cleanup: Cleanup): Promise<Facts> {
  const url = process.env[engine.urlVariable];
  if (url) return onOwnServer(engine, url, cleanup);
  return unlessUnavailable(engine, async () => (await startHere(engine, cleanup)).server);
}

/** The facts of what `start` starts, or that it is skipped. */
export async function unlessUnavailable(
  { name, optional }: Pick<Engine, 'name' | 'optional'>,
  start: () => Promise<Server>,
): Promise<Facts> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    if (isCi() && !optional)
      throw new Error(`CI is set, and CI skips no tests, but ${name} is missing: ${error.message}`);
    console.warn(`live: the tests with ${name} are skipped: ${error.message}`);
    return { available: false, reason: error.message };
  }
}

export async function startHere(
  engine: Engine,
  cleanup: Cleanup,
  wishes: Wishes = {},
): Promise<{ server: Server; running: Running }> {
  const running = await engine.start(cleanup, wishes);
  const { admin, caFile } = running;
  const server = await createUser(engine, admin, 'app');
  const socket = admin.socketPath === undefined ? {} : { socketPath: admin.socketPath };
  return { running, server: { ...server, startedHere: true, caFile, ...socket } };
}

/** The developer's server may hold anything, so the user's name is one that cannot be taken, and it is dropped again. */
async function onOwnServer(engine: Engine, url: string, cleanup: Cleanup): Promise<Server> {
  const admin = parseLogin(engine, url);
  const name = `poolctl_test_${randomSecret(4)}`;
  cleanup.atEnd(() => engine.dropUser(admin, name));
  try {
    return await createUser(engine, admin, name);
  } catch (cause) {
    throw new Error(`${engine.urlVariable} must name an admin of a running ${engine.name}: ${cause}`, { cause });
  }
}

async function createUser(engine: Engine, admin: Login, name: string): Promise<Server> {
  const password = randomSecret();
  const version = await engine.createUser(admin, name, password);
  return {
    available: true,
    startedHere: false,
    host: admin.host,
    port: admin.port,
    database: name,
    user: name,
    password,
    adminUser: admin.user,
    adminPassword: admin.password,
    version,
  };
}

function parseLogin(engine: Engine, text: string): Login {
  // The URL itself, which has a password in it, must not be shown.
  if (!URL.canParse(text)) throw new Error(`${engine.urlVariable} is not a URL`);
  const url = new URL(text);
  return {
    host: url.hostname,
    port: Number(url.port || engine.defaultPort),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
}

function isCi(): boolean {
  return !['', '0', 'false'].includes(process.env['CI'] ?? '');
}
