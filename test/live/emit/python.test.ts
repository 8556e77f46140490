/**
 * What is written for Python, run with Debian's packages against real servers: the newest of each that Debian unstable
 * has. MySQL is left out: PyMySQL and aiomysql log in to MySQL 9 only with a further package.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { emitSnippets } from '../../../src/emit/run.ts';
import type { PoolSettings } from '../../../src/size/input.ts';
import { describeWith } from '../../helpers/live.ts';
import { debianPython, type Python } from '../../helpers/servers/debian-python.ts';
import { Unavailable } from '../../helpers/servers/engine.ts';
import type { Server } from '../../helpers/servers/facts.ts';

const settings: PoolSettings = {
  connectionLimit: 3,
  queueLimit: 2,
  acquireTimeoutMs: 700,
  connectTimeoutMs: 5_000,
  queryTimeoutMs: 600,
};

interface PythonCase {
  readonly target: string;
  readonly engine: 'postgres' | 'mariadb';
  readonly program: 'threads' | 'tasks';
  /** The error of the request after queueLimit others; left out where any number may wait. */
  readonly refused?: string;
  readonly gaveUp: string;
  readonly slow: string;
}

const cases: readonly PythonCase[] = [
  {
    target: 'psycopg-pool',
    engine: 'postgres',
    program: 'threads',
    refused: 'TooManyRequests',
    gaveUp: 'PoolTimeout',
    slow: 'QueryCanceled',
  },
  {
    target: 'django',
    engine: 'postgres',
    program: 'threads',
    refused: 'TooManyRequests',
    gaveUp: 'PoolTimeout',
    slow: 'OperationalError',
  },
  {
    target: 'asyncpg',
    engine: 'postgres',
    program: 'tasks',
    refused: 'TooManyRequests',
    gaveUp: 'TimeoutError',
    slow: 'TimeoutError',
  },
  { target: 'sqlalchemy', engine: 'postgres', program: 'threads', gaveUp: 'TimeoutError', slow: 'OperationalError' },
  { target: 'sqlalchemy', engine: 'mariadb', program: 'threads', gaveUp: 'TimeoutError', slow: 'OperationalError' },
  { target: 'sqlalchemy-async', engine: 'postgres', program: 'tasks', gaveUp: 'TimeoutError', slow: 'TimeoutError' },
  { target: 'sqlalchemy-async', engine: 'mariadb', program: 'tasks', gaveUp: 'TimeoutError', slow: 'OperationalError' },
];

const sql = {
  postgres: ['SELECT pg_backend_pid()', 'SELECT pg_terminate_backend(%d)', 'SELECT pg_sleep(5)'],
  mariadb: ['SELECT CONNECTION_ID()', 'KILL %d', 'SELECT SLEEP(5) FROM information_schema.tables'],
} as const;

let python: Python | string = 'not looked for';
beforeAll(async () => {
  python = await debianPython().catch((error: unknown) => {
    if (error instanceof Unavailable) return error.message;
    throw error;
  });
}, 300_000);

for (const one of cases) {
  const { target, engine, refused, gaveUp, slow } = one;
  describeWith(engine, (server) => {
    describe(`the snippet for ${target}`, () => {
      it('keeps its limits, and serves on when the server has ended sessions', async ({ skip }) => {
        if (typeof python === 'string') return skip(`without Python: ${python}`);
        expect(await run(python, one, server, settings)).toEqual({
          served: [[null, null, null], 3],
          refused: refused ?? null,
          stillWaiting: refused ? 2 : 1,
          gaveUp: Array(refused ? 2 : 1).fill(gaveUp),
          again: [null, null, null],
          slow,
          afterTheEnd: null,
        });
      });

      // Django has the pool of psycopg_pool, and an engine is the same for each server.
      it.skipIf(target === 'django' || engine !== 'postgres')(
        'refuses at once where nobody may wait',
        async ({ skip }) => {
          if (typeof python === 'string') return skip(`without Python: ${python}`);
          const nobodyWaits = { ...settings, queueLimit: 0, nobodyWaits: true as const };
          expect(await run(python, one, server, nobodyWaits)).toMatchObject({
            served: [[null, null, null], 3],
            gaveUp: [target === 'asyncpg' ? refused : gaveUp],
            again: [null, null, null],
            afterTheEnd: null,
          });
        },
      );
    });
  });
}

async function run(
  { command: [command, ...args], env }: Python,
  { target, engine, program, refused }: PythonCase,
  server: Server,
  wanted: PoolSettings,
): Promise<unknown> {
  const fleet = { instances: 1, processesPerInstance: 1, connections: 3 };
  const { snippets } = await emitSnippets({ names: [target], settings: wanted, why: ['why'], fleet, engine });
  const file = new URL(`python/${program}.py`, import.meta.url).pathname;
  const queue = refused === undefined || wanted.nobodyWaits ? -1 : wanted.queueLimit;
  const started = promisify(execFile)(command, [...args, file, target, '3', String(queue), ...sql[engine]], {
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
  started.child.stdin?.end(snippets[0]?.text ?? '');
  return JSON.parse((await started).stdout);
}
