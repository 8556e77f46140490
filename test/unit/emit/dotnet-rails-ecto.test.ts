import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readPool } from '../../../src/convert/run.ts';
import { emitSnippet } from '../../../src/emit/run.ts';
import type { PoolSettings } from '../../../src/size/input.ts';

const usual: PoolSettings = { connectionLimit: 90, queueLimit: 50, acquireTimeoutMs: 3_000, connectTimeoutMs: 10_000 };
const edge: PoolSettings = { connectionLimit: 1, queueLimit: 0, acquireTimeoutMs: 0, connectTimeoutMs: 2_000 };

describe('ActiveRecord', () => {
  it.each(['postgres', 'mysql', 'mariadb'] as const)('is read as it is written, for %s', async (engine) => {
    for (const settings of [
      { ...usual, queueLimit: 0, acquireTimeoutMs: 700, queryTimeoutMs: 1_500 },
      { ...usual, queueLimit: 0 },
    ]) {
      const { text } = await emitSnippet('activerecord', settings, { engine });
      expect((await readPool({ text, file: 'config/database.yml' })).settings).toEqual(settings);
    }
  });

  it('is YAML once Ruby has filled it in, with texts that YAML cannot take for anything else', async () => {
    const { text } = await emitSnippet('activerecord', usual, { engine: 'mysql', why: ['a reason: of it'] });
    const filled = text.replace(/<%= ENV\.fetch\("\w+"\)\.to_json %>/g, '"p: #\\"x"').replace(/<%= .*? %>/g, '3306');
    expect(parse(filled).production).toMatchObject({ adapter: 'mysql2', port: 3306, password: 'p: #"x', pool: 90 });
  });

  it('has the name that each version knows, and waits or fails at once as it is told', async () => {
    const textOf = async (...given: Parameters<typeof emitSnippet> extends [string, ...infer Rest] ? Rest : never) =>
      (await emitSnippet('activerecord', ...given)).text;
    expect(await textOf(usual, { driverVersion: [8, 0] })).toContain('  pool: 90 #');
    expect(await textOf(usual, { driverVersion: [8, 1] })).toContain('  max_connections: 90 #');
    expect(await textOf(edge)).toContain('checkout_timeout: 2147483 # seconds: 24.8 days');
    const { text, warnings } = await emitSnippet(
      'activerecord',
      { ...edge, nobodyWaits: true },
      { engine: 'postgres' },
    );
    expect(text).toContain('checkout_timeout: 0 #');
    expect(warnings.map(({ code }) => code)).not.toContain('NOBODY_WAITS');
  });
});

describe('.NET', () => {
  it('has the properties of Npgsql, with whole seconds and what it lacks', async () => {
    const settings = { ...usual, acquireTimeoutMs: 640, queryTimeoutMs: 2_000 };
    const { text, warnings } = await emitSnippet('npgsql', settings);
    for (const line of [
      'MaxPoolSize = 90,',
      'Timeout = 1, // seconds: the wait for a connection, and the opening of one; 640 ms rounded up',
      'CommandTimeout = 2, // seconds',
      '// ConcurrencyLimiter with PermitLimit = 90 and QueueLimit = 50.',
    ])
      expect(text).toContain(line);
    expect(warnings.map(({ code }) => code)).toEqual(['DRIVER_LACKS_OPTION', 'DRIVER_SHARES_OPTION']);
  });

  it('has those of MySqlConnector, and 0 for no limit', async () => {
    const { text } = await emitSnippet('mysqlconnector', edge, { engine: 'mariadb' });
    expect(text).toContain('MaximumPoolSize = 1,');
    expect(text).toContain(
      'ConnectionTimeout = 0, // the wait for a connection, and the opening of one: without a limit',
    );
  });

  it('refuses a query timeout that is no whole number of seconds', async () => {
    await expect(emitSnippet('npgsql', { ...usual, queryTimeoutMs: 1_500 })).rejects.toThrow('whole seconds');
  });
});

describe('Ecto', () => {
  it('says how its queue comes to the longest wait', async () => {
    const { text } = await emitSnippet('ecto', usual, { engine: 'postgres' });
    expect(text).toContain('2 x queue_interval + 2 x queue_target = 3000 ms');
    expect(text).toMatch(/queue_target: 1350,\n\s+queue_interval: 150,/);
    expect(text).toContain('connect_timeout: 10_000\n');
  });

  it('lets nobody be dropped, nor cut off, where any wait is allowed', async () => {
    const { text } = await emitSnippet('ecto', edge, { engine: 'mysql' });
    expect(text).toContain('queue_target: 1_073_741_823,');
    expect(text).toContain('timeout: :infinity,');
  });
});
