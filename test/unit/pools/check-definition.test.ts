import { expect, it } from 'vitest';
import type { PoolDefinition, PoolSecret } from '../../../src/pools/definition.ts';
import { followDefinitions } from '../../../src/pools/definitions/follow.ts';
import { logPools } from '../../../src/pools/log/log-pools.ts';
import { PoolManager } from '../../../src/pools/manager.ts';
import type { PoolManagerOptions } from '../../../src/pools/options.ts';
import { installSignals } from '../../../src/pools/process.ts';

const good = { engine: 'postgres', host: 'db', port: 5432, database: 'orders', user: 'app' } as const;
const pools = new PoolManager();

it.each([
  [{ max: 0 }, 'max is 0; it must be a whole number from 1 to'],
  [{ max: Number.NaN }, 'max is NaN'],
  [{ min: 11 }, 'min is 11; it must be from 0 to max, which is 10.'],
  [{ port: 70_000 }, 'port is 70000; it must be a whole number from 1 to 65535.'],
  [{ idleMs: -1 }, 'idleMs is -1'],
  [{ connectTimeoutMs: 0 }, 'connectTimeoutMs is 0'],
  [{ host: '' }, 'host is missing.'],
  [{ port: undefined as unknown as number }, 'port is missing.'],
  [{ secret: {} as PoolSecret }, 'secret has no current() and instead(). Give new LateSecret({ env: NAME })'],
  [{ engine: 'oracle' as 'mysql' }, 'engine is oracle; it must be postgres, mysql, mariadb.'],
])('refuses %o when it is registered, and when it is read', async (wrong, why) => {
  const definition = { ...good, ...wrong };
  expect(() => pools.register('orders', definition)).toThrow(`The definition of "orders": ${why}`);
  pools.register('read', async () => definition);
  await expect(pools.acquire('read')).rejects.toThrow(`The definition of "read": ${why}`);
  pools.unregister('read');
});

it.each([
  [{ ...good, max: '5' }, 'has a string as max; it must be a number.'],
  [{ ...good, isActive: 'N' }, 'has a string as isActive; it must be a boolean.'],
  [{ ...good, applicationName: 5 }, 'has a number as applicationName; it must be a string.'],
  [{ ...good, secret: 'canary' }, 'has a string as secret; it must be an object.'],
  [{ ...good, password: 'canary' }, 'has no "password"; it may have engine, host, port, database, user, secret, tls'],
  [null, 'is null; it must be an object.'],
  ['postgres://app:canary@db/orders', 'is a string; it must be an object.'],
])('refuses what is of another kind: %j', (wrong, why) => {
  const register = () => pools.register('orders', wrong as PoolDefinition);
  expect(register).toThrow(`The definition of "orders" ${why}`);
  expect(register).not.toThrow(/canary/);
});

it('refuses ids that are no text, when they are registered and asked for', async () => {
  pools.register('7', good);
  expect(() => pools.register(7 as unknown as string, good)).toThrow('The id 7 is no text. Give a text, such as "7"');
  await expect(pools.acquire(7 as unknown as string)).rejects.toThrow('The id 7 is no text.');
  expect(() => pools.register('', good)).toThrow('The id is empty.');
  pools.unregister('7');
});

it('refuses a time limit of a request that no timer has', async () => {
  for (const timeoutMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
    await expect(pools.acquire('orders', { timeoutMs })).rejects.toThrow(
      `timeoutMs is ${timeoutMs}; it must be from 1 to`,
    );
});

it.each([Number.NaN, Number.POSITIVE_INFINITY, -1, 2 ** 31])(
  'refuses %d ms where a timer would fire at once',
  async (ms) => {
    const why = `is ${ms}; it must be from`;
    expect(() => pools.close({ graceMs: ms })).toThrow(`graceMs ${why}`);
    expect(() => installSignals(pools, { graceMs: ms })).toThrow(`graceMs ${why}`);
    expect(() => logPools(pools, console, { summaryMs: ms })).toThrow(`summaryMs ${why}`);
    await expect(followDefinitions(pools, async () => new Map(), { everyMs: ms })).rejects.toThrow(`everyMs ${why}`);
    pools.register('open', good);
  },
);

it('refuses a listener that is no function', () => {
  expect(() => pools.on('leak', undefined as never)).toThrow('The listener of leak is no function.');
});

it('refuses options that no manager can have', () => {
  expect(() => new PoolManager({ acquireTimeoutMs: 0 })).toThrow('acquireTimeoutMs is 0; it must be from 1 to');
  expect(() => new PoolManager({ budget: { perServer: 0.5 } })).toThrow('budget.perServer is 0.5');
  const given = (options: unknown) => () => new PoolManager(options as PoolManagerOptions);
  expect(given({ acquireTimeoutMs: '5s' })).toThrow('has a string as acquireTimeoutMs; it must be a number.');
  expect(given({ maxpools: 3 })).toThrow(
    'What PoolManager was given has no "maxpools"; it may have budget, lookup, maxPools',
  );
  expect(given({ budget: { perserver: 3 } })).toThrow(
    'The budget of PoolManager has no "perserver"; it may have perServer',
  );
  expect(given(null)).toThrow('What PoolManager was given is null; it must be an object.');
  expect(() => new PoolManager({ leakMs: 0, maxPools: 1 })).not.toThrow();
});
