import { describe, expect, it } from 'vitest';
import { convertAll, convertSettings } from '../../../src/convert/run.ts';
import type { DriverEffects } from '../../../src/size/driver-effects.ts';

async function effects(text: string, from?: string, file = 'pool.json'): Promise<DriverEffects | undefined> {
  return (await convertSettings({ text, file, from, names: ['env'] })).driver?.effects;
}

const spring = (own: Readonly<Record<string, string | number>>, url = 'jdbc:postgresql://db/app') =>
  [
    `spring.datasource.url=${url}`,
    ...Object.entries(own).map(([key, value]) => `spring.datasource.hikari.${key}=${value}`),
  ].join('\n');

describe('the driver of a pool that convert reads', () => {
  it('is told for the engine of the file, with the minimum that the file has', async () => {
    const read = await effects(
      spring({ 'maximum-pool-size': 20, 'minimum-idle': 5 }),
      undefined,
      'application.properties',
    );
    expect(read).toMatchObject({ name: 'hikaricp', engine: 'postgres', idleAfterBurst: 5, end: { held: 'closes' } });
    expect(read?.sessions).toMatchObject({ connections: 20 });
    expect(read?.opening?.openMs).toBeGreaterThan(19 * 30);
  });

  it('keeps all that are open where the file turns the idle timeout off', async () => {
    const idle = async (own: Record<string, number>) =>
      (await effects(JSON.stringify({ max: 8, ...own }), 'pg'))?.idleAfterBurst;
    expect(await idle({})).toBe(1);
    expect(await idle({ min: 3 })).toBe(3);
    expect(await idle({ idleTimeoutMillis: 0 })).toBe(8);
  });

  it('keeps no more idle than the file says, and all where it says as many as the limit', async () => {
    const idle = async (lines: string) =>
      (await effects(`maxTotal=20\n${lines}`, 'dbcp2', 'p.properties'))?.idleAfterBurst;
    expect(await idle('')).toBe(9);
    expect(await idle('maxIdle=3')).toBe(4);
    expect(await idle('maxIdle=20')).toBe(20);
    expect(await idle('maxIdle=-1')).toBe(20);
    expect(await idle('maxIdle=20\nminEvictableIdleTimeMillis=1000')).toBe(20);
    expect(await idle('maxIdle=20\nminEvictableIdleTimeMillis=1000\ntimeBetweenEvictionRunsMillis=500')).toBe(1);
  });

  it('names no way beyond the limit that the file prevents, and counts one that it brings about', async () => {
    const ways = async (own: object, from: string) =>
      (await effects(JSON.stringify(own), from))?.sessions.beyond.map(({ by }) => by);
    expect(await ways({ max: 5, query_timeout: 900 }, 'pg')).toContain('timed-out-query');
    expect(await ways({ max: 5, statement_timeout: 900 }, 'pg')).not.toContain('timed-out-query');
    const least = await effects('c3p0.maxPoolSize=2\nc3p0.minPoolSize=6', 'c3p0', 'c3p0.properties');
    expect(least?.sessions.connections).toBe(6);
    expect(
      (await effects('c3p0.maxPoolSize=8\nc3p0.minPoolSize=6', 'c3p0', 'c3p0.properties'))?.sessions.connections,
    ).toBe(8);
  });

  it('counts an overflow once where the number of connections has it', async () => {
    const code = 'from sqlalchemy import create_engine\nengine = create_engine(URL, pool_size=5, max_overflow=7)\n';
    const { settings, driver } = await convertSettings({ text: code, file: 'db.py', names: ['env'] });
    expect([settings.connectionLimit, driver?.effects.sessions.connections]).toEqual([12, 12]);
  });

  it('says nothing of opening where the engine is not known, and nothing at all of a system without a behaviour', async () => {
    expect(await effects('{"max": 5, "min": 0, "acquireTimeoutMillis": 5}', 'tarn')).not.toHaveProperty('opening');
    expect(await effects('DB_POOL_CONNECTION_LIMIT=5', undefined, '.env')).toBeUndefined();
  });

  it('is told of each pool of a file', async () => {
    const text = 'production:\n  adapter: postgresql\n  pool: 5\nreports:\n  adapter: postgresql\n  pool: 9\n';
    const all = await convertAll({ text, file: 'database.yml', names: ['env'] });
    expect(all.map(({ driver }) => driver?.effects.sessions.connections)).toEqual([5, 9]);
  });
});
