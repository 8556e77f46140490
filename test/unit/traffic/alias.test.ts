import fc from 'fast-check';
import { expect, it } from 'vitest';
import { weightedIndex } from '../../../src/traffic/alias.ts';

it('gives each index exactly its share of the numbers between 0 and 1', () => {
  const weight = fc.oneof(
    fc.constant(0),
    fc.integer({ min: 1, max: 50 }),
    fc.double({ min: 0.001, max: 1, noNaN: true }),
  );
  const weights = fc.array(weight, { minLength: 1, maxLength: 12 }).filter((each) => each.some((value) => value > 0));
  fc.assert(
    fc.property(weights, (all) => {
      const steps = 12_000;
      let step = 0;
      const draw = weightedIndex(all, { uniform: () => (step++ + 0.5) / steps });
      const counts = all.map(() => 0);
      for (let count = 0; count < steps; count += 1) {
        const index = draw();
        counts[index] = (counts[index] ?? 0) + 1;
      }
      const sum = all.reduce((total, value) => total + value, 0);
      // A column holds two stretches at most, and each end of one may be off by a step.
      for (const [index, value] of all.entries()) {
        expect(Math.abs((counts[index] ?? 0) / steps - value / sum)).toBeLessThan((2 * all.length + 2) / steps);
      }
    }),
  );
});
