/** That pools beside Node do what the behaviour of their profiles says, run with Debian's packages on PostgreSQL. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import type { DriverBehaviour } from '../../../src/profiles/behaviour.ts';
import { driverProfile } from '../../../src/profiles/load.ts';
import { describeWith } from '../../helpers/live.ts';
import { debianPython, type Python } from '../../helpers/servers/debian-python.ts';
import { Unavailable } from '../../helpers/servers/engine.ts';
import type { Server } from '../../helpers/servers/facts.ts';

interface SeenPool {
  /** Which of three were lent one at a time after they were given back, in that order. */
  readonly lends: readonly number[];
  readonly atFirst?: number;
  readonly afterwards?: number;
  readonly atOnce?: number;
  readonly heldWorks?: boolean;
  readonly waiter?: string;
  readonly closedAtReturn?: boolean;
}

const lending: Readonly<Record<NonNullable<DriverBehaviour['lends']>['order'], readonly number[]>> = {
  'last-in-first-out': [2, 2, 2, 2],
  'first-in-first-out': [0, 1, 2, 0],
  'in-turn': [0, 1, 2, 0],
  'in-order': [0, 0, 0, 0],
};

describeWith('postgres', (server) => {
  let seen: Readonly<Record<string, SeenPool>> | string;
  beforeAll(async () => {
    try {
      seen = await pythonPools(await debianPython(), server);
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      seen = error.message;
    }
  }, 300_000);

  it.each(['psycopg-pool', 'sqlalchemy', 'asyncpg'])('%s lends as its profile says', async (id) => {
    const { behaviour } = await driverProfile(id);
    if (typeof seen !== 'string') expect(seen[id]?.lends).toEqual(lending[behaviour?.lends?.order ?? 'in-turn']);
  });

  it('SQLAlchemy opens nothing at first, and closes what is above pool_size when it is given back', ({ skip }) => {
    if (typeof seen === 'string') return skip(seen);
    expect(seen['sqlalchemy']).toMatchObject({ atFirst: 0, atOnce: 5, afterwards: 3 });
  });

  it('asyncpg opens min_size, and does not keep it', ({ skip }) => {
    if (typeof seen === 'string') return skip(seen);
    expect(seen['asyncpg']).toMatchObject({ atFirst: 2, afterwards: 0 });
  });

  it('asyncpg waits for those in use when it is closed, and refuses who waits', ({ skip }) => {
    if (typeof seen === 'string') return skip(seen);
    expect(seen['asyncpg']).toMatchObject({ heldWorks: true, waiter: 'InternalClientError' });
  });

  it('psycopg_pool leaves those in use to their holders when it is closed, and refuses who waits', ({ skip }) => {
    if (typeof seen === 'string') return skip(seen);
    expect(seen['psycopg-pool']).toMatchObject({ heldWorks: true, waiter: 'PoolClosed', closedAtReturn: true });
  });
});

async function pythonPools({ command: [command, ...args], env }: Python, server: Server) {
  const program = new URL('python/behaviour.py', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(command, [...args, program], {
    timeout: 60_000,
    env: {
      ...process.env,
      ...env,
      DB_HOST: server.host,
      DB_PORT: String(server.port),
      DB_USERNAME: server.user,
      DB_PASSWORD: server.password,
      DB_DATABASE: server.database,
    },
  });
  return JSON.parse(stdout) as Record<string, SeenPool>;
}
