import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type PoolLimits, parsePool, poolText } from '../../../src/base/pool-notation.ts';

it('reads a pool as connectionLimit/queueLimit/acquireTimeout, 0 as no limit', () => {
  expect(parsePool('90/50/30s', '--vs')).toEqual({ connectionLimit: 90, queueLimit: 50, acquireTimeoutMs: 30_000 });
  expect(parsePool('10/0/0', '--vs')).toEqual({ connectionLimit: 10 });
  expect(parsePool('10', '--vs')).toEqual({ connectionLimit: 10 });
  expect(parsePool('10/none', '--vs')).toEqual({ connectionLimit: 10, queueLimit: 0 });
});

it.each([
  [{ connectionLimit: 90, queueLimit: 50, acquireTimeoutMs: 30_000 }, '90/50/30 s'],
  [{ connectionLimit: 90, queueLimit: 50, acquireTimeoutMs: 500 }, '90/50/500 ms'],
  [{ connectionLimit: 90, acquireTimeoutMs: 120_000 }, '90/∞/2 min'],
  [{ connectionLimit: 12_000, queueLimit: 0 }, '12000/none/∞'],
])('writes %j as %s', (pool, text) => {
  expect(poolText(pool)).toBe(text);
});

it('reads back what it writes, to the millisecond', () => {
  const limits = fc.record(
    {
      connectionLimit: fc.integer({ min: 1, max: 1_000_000 }),
      queueLimit: fc.integer({ min: 0, max: 1_000_000 }),
      acquireTimeoutMs: fc.oneof(fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.constantFrom(0.5, 1.25, 60_500)),
    },
    { requiredKeys: ['connectionLimit'] },
  );
  fc.assert(
    fc.property(limits, (pool: PoolLimits) => {
      expect(parsePool(poolText(pool), '--vs')).toEqual(pool);
    }),
  );
});

it.each(['90/50/30s/1', 'many', '0/5', '1.5/5'])('refuses "%s", and says how to write it', (text) => {
  expect(() => parsePool(text, '--vs')).toThrow(expect.objectContaining({ code: 'VALUE_INVALID' }));
});
