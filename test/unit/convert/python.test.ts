import { describe, expect, it } from 'vitest';
import type { EngineId } from '../../../src/base/engine.ts';
import { readPool } from '../../../src/convert/run.ts';
import { emitSnippets } from '../../../src/emit/run.ts';
import type { PoolSettings } from '../../../src/size/input.ts';

const settings: PoolSettings = {
  connectionLimit: 12,
  queueLimit: 3,
  acquireTimeoutMs: 700,
  connectTimeoutMs: 5_000,
  queryTimeoutMs: 1_500,
};

describe('what is written for Python says the same when it is read', () => {
  it.each([
    ['psycopg-pool', 'postgres', {}],
    ['django', 'postgres', {}],
    ['sqlalchemy', 'postgres', { queueLimit: 0 }],
    ['sqlalchemy', 'mysql', { queueLimit: 0 }],
    ['sqlalchemy', 'mariadb', { queueLimit: 0 }],
    ['sqlalchemy-async', 'postgres', { queueLimit: 0 }],
    ['sqlalchemy-async', 'mariadb', { queueLimit: 0, acquireTimeoutMs: 0 }],
    ['asyncpg', 'postgres', { queueLimit: 0, acquireTimeoutMs: 0 }],
  ] as const)('%s for %s', async (name, engine: EngineId, less) => {
    const wanted = { ...settings, ...less };
    const fleet = { instances: 1, processesPerInstance: 1, connections: 12 };
    const { snippets } = await emitSnippets({ names: [name], settings: wanted, why: ['why'], fleet, engine });
    const read = await readPool({ text: snippets[0]?.text ?? '', file: 'db.py' });
    expect(read.settings).toEqual(wanted);
    expect(read.engine).toBe(engine);
  });
});

describe('an engine of SQLAlchemy', () => {
  const engine = (options: string) =>
    readPool({
      text: `from sqlalchemy import create_engine\ne = create_engine("postgresql://db/app", ${options})\n`,
      file: 'db.py',
    });

  it.each([
    ['', 15],
    ['pool_size=20', 30],
    ['pool_size=20, max_overflow=0', 20],
    ['max_overflow=2', 7],
  ])('has its overflow on top of its size: %j', async (options, connectionLimit) => {
    expect((await engine(options)).settings.connectionLimit).toBe(connectionLimit);
  });

  it('is refused where the overflow has no limit, or cannot be seen', async () => {
    await expect(engine('pool_size=5, max_overflow=-1')).rejects.toThrow('max_overflow sets no limit');
    await expect(engine('pool_size=5, **options()')).rejects.toThrow('does not show max_overflow');
    await expect(engine('pool_size=5, max_overflow=pick()')).rejects.toThrow('max_overflow is not known');
  });

  it('lets nobody wait by a pool_timeout of 0', async () => {
    expect((await engine('pool_timeout=0')).settings).toMatchObject({ nobodyWaits: true, queueLimit: 0 });
  });
});

it('Django without a pool is said to have none', async () => {
  const text = 'DATABASES = {"default": {"ENGINE": "django.db.backends.mysql", "CONN_MAX_AGE": 60}}\n';
  await expect(readPool({ text, file: 'settings.py' })).rejects.toThrow('each thread opens a connection of its own');
});
