import { expect, vi } from 'vitest';
import type { PoolDefinition } from '../../src/pools/definition.ts';
import type { PoolEventMap, PoolEventName } from '../../src/pools/events.ts';
import { PoolManager } from '../../src/pools/manager.ts';
import type { PoolManagerOptions } from '../../src/pools/options.ts';
import { type Engine, type Login, protocolOf } from './sessions.ts';

export const poolEngines = ['postgres', 'mariadb', 'mysql'] as const;

/** A password that never changes. */
export function fixed(password: string): NonNullable<PoolDefinition['secret']> {
  return { current: async () => password, instead: async () => password };
}

/** A pool to where the login leads. */
export function definitionOf(
  engine: Engine,
  { host, port, user, password, database = '' }: Login,
  wishes: Partial<PoolDefinition> = {},
): PoolDefinition {
  return {
    engine: engine === 'postgres13' ? 'postgres' : engine,
    ...{ host, port, user, database },
    secret: fixed(password),
    min: 0,
    ...wishes,
  };
}

/** SQL that takes so long. */
export function sleepSql(engine: Engine, seconds: number): string {
  return protocolOf[engine] === 'postgres' ? `SELECT pg_sleep(${seconds})` : `SELECT SLEEP(${seconds})`;
}

const dialects = {
  postgres: {
    session: 'SELECT pg_backend_pid() AS id',
    database: 'SELECT current_database() AS name',
    /** A second database that everybody may use. */
    otherDatabase: 'postgres',
    begin: 'BEGIN',
    kill: (id: number) => `SELECT pg_terminate_backend(${id})`,
    parameter: '$1::int',
  },
  mysql: {
    session: 'SELECT CONNECTION_ID() AS id',
    database: 'SELECT DATABASE() AS name',
    otherDatabase: 'information_schema',
    begin: 'START TRANSACTION',
    kill: (id: number) => `KILL ${id}`,
    parameter: 'CAST(? AS SIGNED)',
  },
} as const;

export function dialectOf(engine: Engine) {
  return dialects[protocolOf[engine]];
}

/** Waits until it is so. */
export async function until(isSo: () => boolean | Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  await vi.waitFor(async () => expect(await isSo()).toBe(true), { timeout: timeoutMs, interval: 5 });
}

/** Managers of a test, closed at its end. */
export class Managers {
  readonly #made: PoolManager[] = [];

  create(options: PoolManagerOptions = {}): PoolManager {
    const manager = new PoolManager(options);
    this.#made.push(manager);
    return manager;
  }

  async closeAll(): Promise<void> {
    await Promise.all(this.#made.splice(0).map((manager) => manager.close({ graceMs: 0 })));
  }
}

/** Keeps the events of one name. */
export function record<Name extends PoolEventName>(manager: PoolManager, name: Name): PoolEventMap[Name][] {
  const events: PoolEventMap[Name][] = [];
  manager.on(name, (event) => events.push(event));
  return events;
}

/** What an error of a promise is. */
export async function failureOf(work: Promise<unknown>): Promise<{ name: string; code?: string; message: string }> {
  try {
    await work;
  } catch (error) {
    return error as { name: string; code?: string; message: string };
  }
  throw new Error('It did not fail');
}
