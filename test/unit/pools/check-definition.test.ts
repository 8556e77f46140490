import { expect, it } from 'vitest';
import { PoolManager } from '../../../src/pools/manager.ts';

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
  [{ engine: 'oracle' as 'mysql' }, 'engine is oracle; it must be postgres, mysql, mariadb.'],
])('refuses %o when it is registered, and when it is read', async (wrong, why) => {
  const definition = { ...good, ...wrong };
  expect(() => pools.register('orders', definition)).toThrow(`The definition of "orders": ${why}`);
  pools.register('read', async () => definition);
  await expect(pools.acquire('read')).rejects.toThrow(`The definition of "read": ${why}`);
  pools.unregister('read');
});

it('refuses options that no manager can have', () => {
  expect(() => new PoolManager({ acquireTimeoutMs: 0 })).toThrow('acquireTimeoutMs is 0; it must be from 1 to');
  expect(() => new PoolManager({ budget: { perServer: 0.5 } })).toThrow('budget.perServer is 0.5');
  expect(() => new PoolManager({ leakMs: 0, maxPools: 1 })).not.toThrow();
});
