/** That pools beside Node do what the behaviour of their profiles says, run with Debian's packages on PostgreSQL. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DriverBehaviour } from '../../../src/profiles/behaviour.ts';
import { driverProfile } from '../../../src/profiles/load.ts';
import { countTurns } from '../../helpers/count-turns.ts';
import { describeWith } from '../../helpers/live.ts';
import { debianJars } from '../../helpers/servers/debian-jvm.ts';
import { debianPython, type Python } from '../../helpers/servers/debian-python.ts';
import { debianRuby, type Ruby } from '../../helpers/servers/debian-ruby.ts';
import { Unavailable } from '../../helpers/servers/engine.ts';
import type { Server } from '../../helpers/servers/facts.ts';
import { findProgram } from '../../helpers/servers/find-program.ts';

interface SeenPool {
  /** Which of three were lent one at a time after they were given back, in that order. */
  readonly lends: readonly number[];
  readonly atFirst?: number;
  readonly afterwards?: number;
  readonly atOnce?: number;
  readonly heldWorks?: boolean;
  readonly waiter?: string;
  readonly closedAtReturn?: boolean;
  readonly leftOfThree?: number;
  readonly afterDeath?: string;
  readonly byPool?: number;
  readonly byName?: number;
}

const lending: Readonly<Record<NonNullable<DriverBehaviour['lends']>['order'], readonly number[]>> = {
  'last-in-first-out': [2, 2, 2, 2],
  'first-in-first-out': [0, 1, 2, 0],
  'in-turn': [0, 1, 2, 0],
  'in-order': [0, 0, 0, 0],
};

describeWith('postgres', (server) => {
  let seen: Readonly<Record<string, SeenPool>> | string;
  /** Round trips of each login, in the order of opening: three of psycopg_pool, five of SQLAlchemy, those of asyncpg. */
  let logins: readonly (number | undefined)[] = [];
  beforeAll(async () => {
    const relay = await countTurns(server.host, server.port);
    try {
      seen = await poolsIn(await debianPython(), 'python/behaviour.py', {
        ...server,
        host: '127.0.0.1',
        port: relay.port,
      });
      logins = relay.until('pg_backend_pid');
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      seen = error.message;
    } finally {
      relay.close();
    }
  }, 300_000);

  it.each([
    ['psycopg-pool', 0, 0],
    // BEGIN goes before the first statement; the first connection of an engine asks for more.
    ['sqlalchemy', 4, 1],
    ['asyncpg', 8, 0],
  ])('%s logs in by as many round trips as its profile says', async (id, connection, besides) => {
    const trips = (await driverProfile(id)).behaviour?.opens?.loginRoundTrips;
    if (typeof seen === 'string') return;
    expect((logins[connection] ?? 0) - besides).toBe(typeof trips === 'object' ? trips.postgres : trips);
  });

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
    // On a busy machine the connection comes back before the pool has looked, and who waits is served.
    expect(seen['asyncpg']).toMatchObject({
      heldWorks: true,
      waiter: expect.stringMatching(/^(?:InternalClientError|served)$/),
    });
  });

  it('psycopg_pool leaves those in use to their holders when it is closed, and refuses who waits', ({ skip }) => {
    if (typeof seen === 'string') return skip(seen);
    expect(seen['psycopg-pool']).toMatchObject({ heldWorks: true, waiter: 'PoolClosed', closedAtReturn: true });
  });
});

describeWith('postgres', (server) => {
  const java = findProgram('java');
  const isMissing = java === undefined || findProgram('javac') === undefined;
  describe.skipIf(isMissing)(isMissing ? 'pools of the JVM (skipped: there is no JDK)' : 'pools of the JVM', () => {
    let seen: ReadonlyMap<string, string>;
    let logins: readonly (number | undefined)[] = [];
    beforeAll(async () => {
      const relay = await countTurns(server.host, server.port);
      seen = await jvmPools(java ?? '', { ...server, host: '127.0.0.1', port: relay.port });
      logins = relay.until('pg_backend_pid');
      relay.close();
    }, 300_000);

    it.each(['hikaricp', 'dbcp2', 'tomcat-jdbc'])(
      '%s logs in by as many round trips as its profile says',
      async (id) => {
        const trips = (await driverProfile(id)).behaviour?.opens?.loginRoundTrips;
        // The pools run side by side. DBCP2 and c3p0 ask once more before they lend, HikariCP of its first connection.
        const least = Math.min(...logins.flatMap((some) => some ?? []));
        expect(least).toBe(typeof trips === 'object' ? trips.postgres : trips);
      },
    );

    it.each(['hikaricp', 'dbcp2', 'tomcat-jdbc', 'c3p0'])('%s lends and ends as its profile says', async (id) => {
      const { behaviour: { lends, ends } = {} } = await driverProfile(id);
      const told = (what: string) => seen.get(`${id}.${what}`);
      expect({ id, order: told('lends'), held: told('held'), waiting: told('waiting') }).toEqual({
        ...{ id, held: ends?.held, waiting: ends?.waiting },
        // One and the same: of HikariCP the one that was opened first, of the others the one that came back last.
        order: expect.stringMatching(lends?.order === 'last-in-first-out' ? /^(\d)\1{3}$/ : /^0120$/),
      });
    });
  });
});

describeWith('postgres', (server) => {
  let seen: Readonly<Record<string, SeenPool>> | string;
  beforeAll(async () => {
    try {
      seen = await poolsIn(await debianRuby(), 'ruby/behaviour.rb', server);
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      seen = error.message;
    }
  }, 300_000);

  it.each(['activerecord', 'connection-pool', 'sequel'])('%s lends as its profile says', async (id) => {
    const { behaviour } = await driverProfile(id);
    if (typeof seen !== 'string') expect(seen[id]?.lends).toEqual(lending[behaviour?.lends?.order ?? 'in-turn']);
  });

  it('connection_pool loses the place of a thread that died with it', ({ skip }) => {
    if (typeof seen === 'string') return skip(seen);
    expect(seen['connection-pool']).toMatchObject({ leftOfThree: 2 });
    expect(seen['connection-pool']?.afterDeath).toMatch(/Timeout/);
  });

  it('Sequel reads max_connections of a URL, and nothing of pool', ({ skip }) => {
    if (typeof seen === 'string') return skip(seen);
    expect(seen['sequel']).toMatchObject({ byPool: 4, byName: 9 });
  });
});

async function poolsIn({ command: [command, ...args], env }: Python | Ruby, file: string, server: Server) {
  const program = new URL(file, import.meta.url).pathname;
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
      PGSSLMODE: 'disable',
    },
  });
  return JSON.parse(stdout) as Record<string, SeenPool>;
}

const jars = [
  ...['tomcat10-jdbc', 'tomcat10-juli', 'c3p0', 'HikariCP', 'commons-dbcp2', 'commons-pool2', 'commons-logging'],
  ...['slf4j-api', 'postgresql'],
];

/** Lines of `pool.what=value`. */
async function jvmPools(java: string, server: Server): Promise<ReadonlyMap<string, string>> {
  const classPath = await debianJars(jars);
  const program = fileURLToPath(new URL('jvm/Behaviour.java', import.meta.url));
  const env = {
    ...process.env,
    ...{ DB_USERNAME: server.user, DB_PASSWORD: server.password },
    OBSERVER_URL: `jdbc:postgresql://${server.host}:${server.port}/${server.database}?sslmode=disable`,
  };
  const args = ['-XX:TieredStopAtLevel=1', '-cp', classPath, program];
  const { stdout } = await promisify(execFile)(java, args, { env, timeout: 60_000 });
  return new Map([...stdout.matchAll(/^([\w-]+\.\w+)=(.*)$/gm)].map(([, key = '', value = '']) => [key, value]));
}
