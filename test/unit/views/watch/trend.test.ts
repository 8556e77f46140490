import fc from 'fast-check';
import { expect, it } from 'vitest';
import { trendOf } from '../../../../src/views/watch/screen/trend.ts';

const looks = (count: number, { from = 0, everyMs = 2_000 } = {}) =>
  Array.from({ length: count }, (_, index) => ({ atMs: (from + index) * everyMs, taken: from + index, usable: 400 }));

it('has a cell for each look while there are cells', () => {
  expect(trendOf(looks(4), 10)).toEqual({ shares: [0, 1 / 400, 2 / 400, 3 / 400], seconds: 6 });
});

it('puts looks together where there are more than cells, and shows the highest', () => {
  const { shares, seconds } = trendOf(looks(8), 4);
  expect(shares).toEqual([1, 3, 5, 7].map((taken) => taken / 400));
  expect(seconds).toBe(14);
});

it('moves on with the next look, and does not shimmer', () => {
  const before = trendOf(looks(300), 50).shares;
  const after = trendOf(looks(300, { from: 1 }), 50).shares;
  expect(after.slice(1, -1)).toEqual(before.slice(1).slice(0, after.length - 2));
});

it('has a gap where no look was answered, and none where one came late', () => {
  const [a, b] = [looks(3), looks(3, { from: 10 })];
  const { shares } = trendOf([...a, ...b], 40);
  expect(shares).toHaveLength(13);
  expect(shares.filter((share) => share === undefined)).toHaveLength(5);
  const late = looks(20).map((look, index) => ({ ...look, atMs: look.atMs + (index % 3) * 700 }));
  expect(trendOf(late, 40).shares).not.toContain(undefined);
});

it('is never wider than its cells, whatever the clock does', () => {
  const point = fc.record({ atMs: fc.integer({ min: 0, max: 2e12 }), taken: fc.nat(100), usable: fc.nat(100) });
  fc.assert(
    fc.property(fc.array(point, { maxLength: 40 }), fc.integer({ min: 1, max: 60 }), (history, cells) => {
      const { shares, seconds } = trendOf(history, cells);
      expect(shares.length).toBeLessThanOrEqual(cells);
      expect(seconds).toBeGreaterThanOrEqual(0);
    }),
  );
});
