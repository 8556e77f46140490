import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { instrument } from '../../../src/monitor/instrument.ts';
import { describeWith } from '../../helpers/live.ts';
import {
  mariadbLibraries,
  mysqlLibraries,
  type OpenPool,
  postgresLibraries,
  type TestConnection,
  type TestPool,
} from '../../helpers/observed-pools.ts';
import type { Server } from '../../helpers/servers/facts.ts';

describeWith('postgres', (server) => behaviour(server, postgresLibraries));
describeWith('mariadb', (server) => behaviour(server, mariadbLibraries));
describeWith('mysql', (server) => behaviour(server, mysqlLibraries));

/** What is done to a pool before the application uses it. Each must be as nothing. */
const observed: Readonly<Record<string, (target: object) => void>> = {
  observed: (target) => void instrument(target, { leak: { stacks: 'always' } }),
  'observed twice': (target) => {
    expect(instrument(target)).toBe(instrument(target));
  },
  'observed, and no more': (target) => instrument(target).uninstrument(),
};

function behaviour(server: Server, libraries: Readonly<Record<string, OpenPool>>) {
  describe.each(Object.entries(libraries))('%s', (_library, open) => {
    test.each(Object.entries(observed))('%s: the same results, errors, stacks and order', async (_way, observe) => {
      const stories: string[][] = [];
      for (const prepare of [() => {}, observe]) stories.push(await story(server, open, prepare));
      expect(stories[0]?.length).toBeGreaterThanOrEqual(12);
      expect(stories[1]).toEqual(stories[0]);
    });

    test('observing no more leaves no property and no listener behind', () => {
      const { target, end } = open(server, { limit: 2 });
      const traces = () =>
        [core(target), target].map((object) => [Object.getOwnPropertyDescriptors(object), listeners(object)]);
      const before = traces();
      const monitor = instrument(target);
      expect(traces()).not.toEqual(before);
      monitor.uninstrument();
      expect(traces()).toEqual(before);
      return end();
    });
  });
}

/** What an application sees of a pool, as lines: everything but what differs from run to run. */
async function story(server: Server, open: OpenPool, observe: (target: object) => void): Promise<string[]> {
  const log: string[] = [];
  const note = (what: string) => (error: unknown) => log.push(`${what}: ${told(error)}`);
  await crowded(open(server, { limit: 2, timeoutMs: 5_000 }), observe, log, note);
  await starved(open(server, { limit: 1, timeoutMs: 150 }), observe, note);
  const unreachable = open({ ...server, host: '127.0.0.1', port: 1 }, { limit: 1, timeoutMs: 150 });
  observe(unreachable.target);
  await unreachable.acquire().catch(note('unreachable acquire'));
  await unreachable.query('SELECT 1').catch(note('unreachable query'));
  await unreachable.end();
  return log;
}

type Note = (what: string) => (error: unknown) => void;

async function crowded(pool: TestPool, observe: (target: object) => void, log: string[], note: Note) {
  observe(pool.target);
  const [first, second] = [await pool.acquire(), await pool.acquire()];
  const used: Promise<void>[] = ['A', 'B', 'C', 'D'].map(async (name) => {
    const connection = await pool.acquire();
    log.push(`${name} got one`);
    await connection.release();
  });
  await first.release(); // all are served by one connection, so that their order is certain
  await Promise.all(used);
  await second.release();
  await pool.query('SELEC 1').catch(note('wrong SQL of the pool'));
  const own = await pool.acquire();
  await own.query('SELEC 1').catch(note('wrong SQL of a connection'));
  own.destroy();
  log.push(`answer: ${inspect(await pool.query('SELECT 1 AS one')).slice(0, 60)}`);
  await twice(await pool.acquire()).catch(note('released twice'));
  await pool.end();
  await pool.acquire().catch(note('after the end'));
  await pool.query('SELECT 1').catch(note('query after the end'));
}

/** Only libraries with a limit of their own give up; of the others the request is served in the end. */
async function starved(pool: TestPool, observe: (target: object) => void, note: Note) {
  observe(pool.target);
  const held = await pool.acquire();
  const waiting = pool.acquire().then(({ release }) => release(), note('gave up'));
  const settled = await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 250, 'still waits'))]);
  if (settled === 'still waits') note('waits')(new Error('without a limit'));
  await held.release();
  await waiting;
  await pool.end();
}

async function twice(connection: TestConnection): Promise<void> {
  await connection.release();
  await connection.release();
}

/** An error as its class, code, message and keys, and where on its stack the application called the pool. */
function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const frames = (error.stack ?? '')
    .split('\n')
    .filter((line) => line.includes('behaviour.test') || line.includes('observed-pools'));
  const places = frames.slice(0, 2).map((line) => line.trim().replace(/\(?file:.*\/|\?.*(?=:\d+:\d+)/g, ''));
  const code = 'code' in error ? error.code : '';
  const message = error.message.replace(/after \d+ms|conn:\d+|no: -?\d+|\d+ms/g, '…');
  return [error.constructor.name, code, message, Object.keys(error).join(), places.join(' < ')].join(' | ');
}

/** The promise form of mysql2 wraps the pool that is observed. */
function core(target: object): object {
  return 'pool' in target && typeof target.pool === 'object' && target.pool !== null ? target.pool : target;
}

function listeners(target: object): string[] {
  const emitter = target as NodeJS.EventEmitter;
  return emitter.eventNames().map((name) => `${String(name)} ${emitter.listenerCount(name)}`);
}
