import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readPool } from '../../../src/convert/run.ts';
import { emitSnippets } from '../../../src/emit/run.ts';
import type { EmitFleet } from '../../../src/emit/target.ts';
import type { PoolSettings } from '../../../src/size/input.ts';

const usual: PoolSettings = { connectionLimit: 9, queueLimit: 0, acquireTimeoutMs: 3_000, connectTimeoutMs: 2_000 };
const fleetOf = (instances: number): EmitFleet => ({ instances, processesPerInstance: 1, connections: 9 * instances });

async function emit(name: string, settings: Partial<PoolSettings> = {}, fleet = fleetOf(1)) {
  const { snippets, warnings } = await emitSnippets({
    ...{ names: [name], why: ['why'], fleet, engine: 'postgres' },
    settings: { ...usual, ...settings },
  });
  return { text: snippets[0]?.text ?? '', warnings: warnings.map(({ code, message }) => `${code} ${message}`) };
}

describe('what is written for a pooler says the same when it is read', () => {
  it.each([
    ['pgcat', 'pgcat.toml', { connectTimeoutMs: 3_000 }],
    ['pgdog', 'pgdog.toml', {}],
    ['cloudnative-pg', 'pooler.yaml', {}],
  ])('%s', async (name, file, same) => {
    for (const more of [{}, { queryTimeoutMs: 1_500 }, { acquireTimeoutMs: 700, connectionLimit: 1 }]) {
      const settings = { ...usual, ...more };
      const fleet = { ...fleetOf(1), connections: settings.connectionLimit };
      const { text } = await emit(name, settings, fleet);
      const read = await readPool({ text, file });
      const { acquireTimeoutMs } = settings;
      const connect = 'connectTimeoutMs' in same ? { connectTimeoutMs: acquireTimeoutMs } : {};
      expect([read.name, read.settings]).toEqual([name, { ...settings, ...connect }]);
    }
  });
});

describe('pgcat', () => {
  it('has no login, which it asks for before it starts, and the whole fleet on the side of the server', async () => {
    const { text, warnings } = await emit('pgcat', {}, fleetOf(3));
    expect(text).toContain('pool_size = 27');
    expect(text).not.toMatch(/^\s*(?:admin_)?(?:username|password)\s*=/m);
    expect(warnings).toEqual([expect.stringMatching(/^DRIVER_SHARES_OPTION .*connect_timeout/)]);
  });

  it('is refused a wait without a limit, which it does not have', async () => {
    await expect(emit('pgcat', { acquireTimeoutMs: 0 })).rejects.toThrow('pgcat takes 1 ms to');
    await expect(emit('pgdog', { acquireTimeoutMs: 0 })).rejects.toThrow('PgDog takes 1 ms to');
  });
});

describe('CloudNativePG', () => {
  it('has parameters as text, which Kubernetes demands', async () => {
    const { spec } = parse((await emit('cloudnative-pg', { queueLimit: 4 })).text);
    expect(spec.pgbouncer.parameters).toEqual({
      default_pool_size: '9',
      max_db_connections: '9',
      max_client_conn: '13',
      query_wait_timeout: '3',
      server_connect_timeout: '2',
    });
  });
});

describe('RDS Proxy', () => {
  it('has a share of what the server has, whole seconds, and the limit of queries as SQL', async () => {
    const { text, warnings } = await emit('rds-proxy', { queryTimeoutMs: 1_500 });
    expect(text).toContain('max_connections_percent = max(1, min(100, floor(100 * 9 / var.server_max_connections)))');
    expect(text).toContain('connection_borrow_timeout = 3\n');
    expect(text).toContain('init_query = "SET statement_timeout = 1500"');
    expect(warnings.join('\n')).toMatch(/connect timeout[\s\S]*query timeout/);
  });

  it('is refused what the API refuses', async () => {
    await expect(emit('rds-proxy', { acquireTimeoutMs: 2_500 })).rejects.toThrow('whole seconds');
    await expect(emit('rds-proxy', { acquireTimeoutMs: 301_000 })).rejects.toThrow('takes 1 s to');
  });
});

describe('Hyperdrive', () => {
  it('is set by wrangler, within what a plan allows', async () => {
    expect((await emit('hyperdrive')).text).toContain('--origin-connection-limit=9\n');
    expect((await emit('hyperdrive', {}, fleetOf(3))).text).toContain('# More than 20 needs a paid plan.');
    await expect(emit('hyperdrive', { connectionLimit: 4 })).rejects.toThrow('takes 5 to 100 connections');
  });
});

describe('PgBouncer', () => {
  it('says that a wait of less than a second ends later', async () => {
    const later = 'looks every third of a second';
    expect((await emit('pgbouncer', { acquireTimeoutMs: 500 })).text).toContain(later);
    expect((await emit('pgbouncer')).text).not.toContain(later);
  });
});
