import fc from 'fast-check';
import { expect, it } from 'vitest';
import { greatest } from '../../../src/budget/what-fits.ts';
import '../../helpers/fuzz-seed.ts';

const count = fc.integer({ min: 0, max: 5_000 });

it('finds the greatest number that fits from any guess, and tries few where the guess is near', () => {
  fc.assert(
    fc.property(count, count, fc.double({ min: 0, max: 1e6, noNaN: true }), (most, last, guess) => {
      let tried = 0;
      const fits = (value: number) => {
        tried++;
        return value <= last;
      };
      expect(greatest(most, fits, guess)).toBe(Math.min(most, last));
      expect(tried).toBeLessThanOrEqual(26);
    }),
  );
  let tried = 0;
  const upTo = (value: number) => {
    tried++;
    return value <= 1_234;
  };
  expect(greatest(100_000, upTo, 1_233)).toBe(1_234);
  expect(tried).toBeLessThanOrEqual(4);
});
