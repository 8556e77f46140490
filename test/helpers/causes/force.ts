import { setTimeout as sleep } from 'node:timers/promises';
import type { Cause } from '../../../src/diagnose/diagnosis.ts';
import { RandomStream } from '../../../src/traffic/random.ts';
import type { Protocol } from '../sessions.ts';
import { type Login, open } from '../sessions.ts';
import { arrivalTimes, startAt } from './load.ts';
import { type AppPool, appPool, slowDoor, warmUp } from './pools.ts';

/** Where and how long a cause is forced. */
export interface Scene {
  readonly protocol: Protocol;
  readonly login: Login;
  /** Of a user who may create and lock tables. */
  readonly admin: Login;
  readonly seed: number;
  readonly durationMs: number;
  /** Attaches what observes the pool, before the load. */
  readonly observe: (pool: object) => void;
  /** At the end of the load, before the pool ends. */
  readonly atEnd: () => Promise<void>;
}

interface Settings {
  readonly limit: number;
  /** Mean of the time that a connection is held. */
  readonly holdMs: number;
  readonly ratePerSecond: (atMs: number) => number;
  readonly acquireTimeoutMs?: number | undefined;
}

/** Makes an application with this fault on a real server, and runs it for a while. */
export async function forceCause(cause: Cause, scene: Scene): Promise<void> {
  const random = new RandomStream(scene.seed, 11);
  const between: Between = (least, most) => least + (most - least) * random.uniform();
  const plan = plans[cause](between, scene);
  const door = plan.connectMs && (await slowDoor(scene.login, plan.connectMs));
  const login = door ? { ...scene.login, host: '127.0.0.1', port: door.port } : scene.login;
  const pool = appPool(scene.protocol, login, plan);
  try {
    if (!door) await warmUp(pool, plan.limit);
    scene.observe(pool.pool);
    const times = arrivalTimes(random, scene.durationMs, plan.ratePerSecond);
    const holds = times.map(() => plan.holdMs * (0.3 + 0.7 * random.exponential()));
    const lots = times.map(() => random.uniform());
    const beside = plan.beside?.(scene);
    await startAt(times, scene.durationMs, (index, atMs) => {
      const request = { atMs, holdMs: holds[index] ?? 0, lot: lots[index] ?? 0, scene };
      (plan.request ?? plainRequest)(pool, request).catch(() => {});
    });
    await scene.atEnd();
    await beside;
  } finally {
    await pool.end();
    door?.close();
  }
}

type Between = (least: number, most: number) => number;
interface Request {
  readonly atMs: number;
  readonly holdMs: number;
  /** Between 0 and 1, drawn for each. */
  readonly lot: number;
  readonly scene: Scene;
}
interface Plan extends Settings {
  readonly request?: (pool: AppPool, request: Request) => Promise<void>;
  /** What goes on beside the load. */
  readonly beside?: (scene: Scene) => Promise<void>;
  /** How long the door holds up a new connection. */
  readonly connectMs?: () => number;
  readonly idleTimeoutMs?: number;
}

const work = ({ protocol }: Scene, ms: number) =>
  protocol === 'postgres' ? `select pg_sleep(${ms / 1_000})` : `select sleep(${ms / 1_000})`;

async function plainRequest(pool: AppPool, { holdMs, scene }: Request): Promise<void> {
  const taken = await pool.take();
  try {
    await taken.query(work(scene, holdMs));
  } finally {
    taken.release();
  }
}

/** A pool with room: a quarter to two thirds of it is busy. */
function quiet(between: Between): Settings & { readonly rate: number } {
  const limit = Math.round(between(3, 16));
  const holdMs = between(10, 80);
  const rate = (limit * between(0.2, 0.65) * 1_000) / holdMs;
  return { limit, holdMs, rate, ratePerSecond: () => rate };
}

const plans: Readonly<Record<Cause, (between: Between, scene: Scene) => Plan>> = {
  leak: (between, { durationMs }) => {
    const settings = quiet(between);
    const share = (between(1.1, 3) * settings.limit * 1_000) / settings.rate / durationMs;
    return {
      ...settings,
      request: async (pool, { lot, holdMs, scene }) => {
        const taken = await pool.take();
        await taken.query(work(scene, holdMs));
        if (lot < share) throw new Error('The order is not valid');
        taken.release();
      },
    };
  },
  'too-small': (between) => {
    const settings = quiet(between);
    const rate = (settings.limit * between(1.03, 1.7) * 1_000) / settings.holdMs;
    return { ...settings, ratePerSecond: () => rate };
  },
  'slow-database': (between, { durationMs }) => {
    const settings = quiet(between);
    const fromMs = between(0.3, 0.5) * durationMs;
    const factor = between(1.3, 3) / ((settings.rate * settings.holdMs) / 1_000 / settings.limit) + 0.5;
    const isLock = between(0, 1) < 0.5;
    const lockMs = between(400, 1_400);
    return {
      ...settings,
      request: async (pool, { holdMs, scene }) => {
        const taken = await pool.take();
        try {
          await taken.query(slowWork[scene.protocol](holdMs / 1_000));
        } finally {
          taken.release();
        }
      },
      beside: async ({ protocol, admin }) => {
        const session = await open(protocol, admin);
        await session.rows('update poolctl_speed set factor = 1');
        await sleep(fromMs);
        if (isLock) {
          for (const sql of lock[protocol]) await session.rows(sql);
          await sleep(lockMs);
          await session.rows(protocol === 'postgres' ? 'commit' : 'unlock tables');
        } else await session.rows(`update poolctl_speed set factor = ${factor}`);
        await session.end();
      },
    };
  },
  'nested-acquire': (between, { protocol }) => {
    const limit = Math.round(between(3, 10));
    const holdMs = between(10, 80);
    const share = between(0.6, 1);
    const everyMs = between(900, 1_600);
    const quietRate = (limit * between(0.1, 0.25) * 1_000) / holdMs;
    // So many at once, now and then, that all connections are held by requests that want a second one.
    const rush = (limit * between(1.5, 2.5)) / share / 20;
    return {
      ...{ limit, holdMs },
      ratePerSecond: (atMs) => (atMs % everyMs > everyMs - 20 ? rush * 1_000 : quietRate),
      acquireTimeoutMs: protocol === 'postgres' && between(0, 1) < 0.5 ? between(300, 900) : undefined,
      request: async (pool, { lot, holdMs: ms, scene }) => {
        const outer = await pool.take();
        try {
          await outer.query(work(scene, ms / 2));
          if (lot < share) {
            const inner = await pool.take();
            try {
              await inner.query(work(scene, ms / 4));
            } finally {
              inner.release();
            }
          }
          await outer.query(work(scene, ms / 4));
        } finally {
          outer.release();
        }
      },
    };
  },
  burst: (between, { durationMs }) => {
    const settings = quiet(between);
    const fromMs = between(0.3, 0.45) * durationMs;
    const lengthMs = between(120, 600);
    const load = (settings.rate * settings.holdMs) / 1_000 / settings.limit;
    // What comes beyond what is served takes one and a half holds of the whole pool: of less, nobody would wait.
    const factor = Math.max(between(4, 14), (1 + (1.5 * settings.holdMs) / lengthMs) / load);
    const isBurst = (atMs: number) => atMs >= fromMs && atMs < fromMs + lengthMs;
    return { ...settings, ratePerSecond: (atMs) => (isBurst(atMs) ? factor : 0.6) * settings.rate };
  },
  'event-loop': (between, { durationMs }) => {
    const settings = quiet(between);
    const share = between(0.3, 0.7);
    // Twice as many requests come within a stop as the pool has connections: of fewer, nobody would wait.
    const lengthMs = Math.max(share * between(400, 1_200), (2_000 * settings.limit) / settings.rate);
    const everyMs = lengthMs / share;
    return {
      ...settings,
      beside: async () => {
        await sleep(0.3 * durationMs);
        for (let left = 0.6 * durationMs; left > 0; left -= everyMs) {
          const untilMs = performance.now() + lengthMs;
          while (performance.now() < untilMs);
          await sleep(everyMs - lengthMs);
        }
      },
    };
  },
  'slow-connects': (between) => {
    const settings = quiet(between);
    const connectMs = between(5, 25) * settings.holdMs;
    return { ...settings, connectMs: () => connectMs };
  },
};

const slowWork: Readonly<Record<Protocol, (seconds: number) => string>> = {
  postgres: (seconds) => `select pg_sleep(factor * ${seconds}) from poolctl_speed`,
  mysql: (seconds) => `select sleep(factor * ${seconds}) from poolctl_speed`,
};

const lock: Readonly<Record<Protocol, readonly string[]>> = {
  postgres: ['begin', 'lock table poolctl_speed in access exclusive mode'],
  mysql: ['lock tables poolctl_speed write'],
};

/** What the slow database is made of; an administrator makes it once. */
export const speedTable: Readonly<Record<Protocol, readonly string[]>> = {
  postgres: [
    'create table if not exists poolctl_speed (factor double precision)',
    'delete from poolctl_speed',
    'insert into poolctl_speed values (1)',
    'grant select on poolctl_speed to public',
  ],
  mysql: [
    'create table if not exists poolctl_speed (factor double)',
    'delete from poolctl_speed',
    'insert into poolctl_speed values (1)',
  ],
};
