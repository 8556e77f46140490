import { describe, expect, it } from 'vitest';
import { readPool } from '../../../src/convert/run.ts';

/** The settings of a file in short: connections, queue, wait, connect, query; times in ms. */
async function read(object: object, from?: string): Promise<readonly [string, ...unknown[]]> {
  const pool = await readPool({ text: JSON.stringify(object), file: 'pool.json', from });
  const { connectionLimit, queueLimit, acquireTimeoutMs, connectTimeoutMs, queryTimeoutMs } = pool.settings;
  return [pool.name, connectionLimit, queueLimit, acquireTimeoutMs, connectTimeoutMs, queryTimeoutMs];
}

describe('options of Node libraries as JSON', () => {
  it.each<[from: string, object: object, ...settings: unknown[]]>([
    // acquireTimeout of mysqljs bounds one handshake, and nobody's wait.
    ['mysql', { connectionLimit: 7, queueLimit: 3, acquireTimeout: 4_000 }, 7, 3, 0, 10_000, undefined],
    ['mariadb', { connectionLimit: 7, acquireTimeout: 2_000, connectTimeout: 900 }, 7, 0, 2_000, 900, undefined],
    ['postgres', { max: 7, connect_timeout: 5, idle_timeout: 20 }, 7, 0, 0, 5_000, undefined],
    ['postgres', { connection: { statement_timeout: 800 } }, 10, 0, 0, 30_000, 800],
    ['bun-sql', { max: 7, connectionTimeout: 0.4 }, 7, 0, 0, 400, undefined],
    ['slonik', { maximumPoolSize: 7, statementTimeout: 900 }, 7, 0, 0, 5_000, 900],
    ['slonik', { maxPoolSize: 7 }, 7, 0, 0, 5_000, 60_000],
    ['pg-promise', { max: 7, connectionTimeoutMillis: 900 }, 7, 0, 900, 900, undefined],
    ['neon', { max: 7, connectionTimeoutMillis: 900, query_timeout: 300 }, 7, 0, 900, 900, 300],
    ['generic-pool', { max: 7, maxWaitingClients: 3, acquireTimeoutMillis: 900 }, 7, 3, 900, 10_000, undefined],
    ['tarn', { max: 7, min: 0, acquireTimeoutMillis: 900 }, 7, 0, 900, 30_000, undefined],
  ])('%s: %j', async (from, object, ...settings) => {
    expect(await read(object, from)).toEqual([from, ...settings]);
  });
});

describe('whose options they are', () => {
  it.each([
    [{ max: 20, idleTimeoutMillis: 30_000 }, 'pg'],
    [{ max: 20, reapIntervalMillis: 500 }, 'tarn'],
    [{ max: 20, maxWaitingClients: 5 }, 'generic-pool'],
    [{ maximumPoolSize: 20, queryRetryLimit: 2 }, 'slonik'],
    [{ maximumPoolSize: 20, connectionTimeout: 3_000 }, 'hikaricp'],
    [{ connectionLimit: 20, minDelayValidation: 2 }, 'mariadb'],
  ])('%j are of %s', async (object, name) => {
    expect((await read(object))[0]).toBe(name);
  });

  it('asks where each of two systems has all of them', async () => {
    await expect(read({ connectionLimit: 3, acquireTimeout: 900 })).rejects.toMatchObject({
      code: 'INPUT_MISSING',
      hint: 'Give --from with one of mysql2, mysql, mariadb.',
    });
  });
});
