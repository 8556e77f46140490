import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PoolDefinition } from '../../../src/pools/definition.ts';
import { PoolManager } from '../../../src/pools/manager.ts';
import { failureOf } from '../../helpers/pools.ts';

const definition: PoolDefinition = { engine: 'postgres', host: '127.0.0.1', port: 1, database: 'd', user: 'u' };
const never = new Promise<never>(() => {});

describe('what an application gave and hangs', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each([
    ['a lookup', { lookup: () => never }, undefined],
    ['a secret', {}, { ...definition, secret: { current: () => never, instead: () => never } }],
  ])('%s holds up no close', async (_, options, source) => {
    const pools = new PoolManager(options);
    if (source) pools.register('a', source);
    const asked = failureOf(pools.acquire('a'));
    await vi.advanceTimersByTimeAsync(10);
    const closed = pools.close();
    await vi.advanceTimersByTimeAsync(0);
    await closed;
    expect((await asked).name).toBe('PoolClosedError');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('a lookup is given up after 15 s, and tried again', async () => {
    let asked = 0;
    const pools = new PoolManager({ lookup: () => (++asked === 1 ? never : Promise.resolve(undefined)) });
    const first = failureOf(pools.acquire('a', { timeoutMs: 60_000 }));
    await vi.advanceTimersByTimeAsync(15_000);
    expect((await first).message).toBe('The definition of "a" was not read within 15000 ms.');
    expect((await failureOf(pools.acquire('a'))).name).toBe('UnknownPoolError');
    await pools.close();
  });
});

it('a secret that gives no text is unavailable, and no login is tried', async () => {
  const secret = { current: async () => 5 as unknown as string, instead: async () => '' };
  const pools = new PoolManager();
  pools.register('a', { ...definition, secret });
  await expect(pools.acquire('a')).rejects.toMatchObject({
    kind: 'secret',
    cause: { code: 'SECRET_UNAVAILABLE', message: 'The secret of the definition gave no text.' },
  });
  await pools.close();
});

it('many connections that are being opened are no memory leak to Node.js', async () => {
  const warned: unknown[] = [];
  const note = (warning: Error) => void warned.push(warning.message);
  process.on('warning', note);
  const pools = new PoolManager();
  pools.register('a', { ...definition, max: 20, secret: { current: () => never, instead: () => never } });
  const asked = Array.from({ length: 20 }, () => failureOf(pools.acquire('a')));
  await vi.waitFor(() => expect(pools.inspectEntries()[0]?.connecting).toBe(20));
  await pools.close();
  await Promise.all(asked);
  await new Promise((resolve) => setImmediate(resolve)); // Warnings come in the next tick.
  process.off('warning', note);
  expect(warned).toEqual([]);
});
