import { expect, it } from 'vitest';
import { PoolManager } from '../../../src/pools/manager.ts';

// What the types refuse is refused without them as well.

const untyped = (manager: PoolManager) =>
  manager as unknown as { on(name: string, listener: unknown): void; acquire(id: string, options: unknown): unknown };

it('an event that there is not is refused, with the one that was meant', async () => {
  const manager = new PoolManager();
  expect(() => untyped(manager).on('pool.openned', () => {})).toThrow(
    'Pools have no event "pool.openned". Did you mean "pool.opened"?',
  );
  expect(() => untyped(manager).on('leak', () => {})).not.toThrow();
  await manager.close();
});

it.each([
  [{ timeout: 500 }, 'What the request was given has no "timeout"; it may have timeoutMs, signal.'],
  [500, 'What the request was given is a number; it must be an object.'],
  [{ timeoutMs: '5' }, 'What the request was given has a string as timeoutMs; it must be a number.'],
  [{ timeoutMs: 0 }, 'timeoutMs is 0; it must be from 1 to 2147483647.'],
])('a request with the options %j is refused', async (options, message) => {
  const manager = new PoolManager();
  await expect(untyped(manager).acquire('a', options)).rejects.toMatchObject({ code: 'VALUE_INVALID', message });
  await manager.close();
});
