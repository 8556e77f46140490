import { describe, expect, it } from 'vitest';
import { batchMeans, inBatches, overlap, quotient, ratioOfBatches, widened } from '../../../src/stats/estimate.ts';
import { RandomStream } from '../../../src/traffic/random.ts';

describe('the mean of batches', () => {
  // t of the printed tables (NIST/SEMATECH e-Handbook, 1.3.6.7.2): 12.706 at 1, 4.303 at 2 and 2.201 at 11 degrees.
  it.each([
    [[9, 11], 10, 12.706 * 1],
    [[10, 12, 14], 12, 4.303 * (2 / Math.sqrt(3))],
    [[1, 1, 1, 1, 1, 1, 3, 3, 3, 3, 3, 3].map((value) => value + 10), 12, 2.201 * Math.sqrt(12 / 11 / 12)],
  ])('of %j is %d, give or take t standard errors', (batches, mean, half) => {
    const estimate = batchMeans(batches);
    expect(estimate?.value).toBeCloseTo(mean, 10);
    expect(estimate?.high).toBeCloseTo(mean + half, 2);
    expect(estimate?.low).toBeCloseTo(Math.max(0, mean - half), 2);
  });

  it('could be anything when there is one, and is not there when there is none', () => {
    expect(batchMeans([7])).toEqual({ value: 7, low: 0, high: Number.POSITIVE_INFINITY });
    expect(batchMeans([])).toBeUndefined();
  });

  it('has the true mean in its interval in 95 of 100 cases', () => {
    const random = new RandomStream(1, 0);
    const trials = 4_000;
    let hits = 0;
    for (let trial = 0; trial < trials; trial += 1) {
      const estimate = batchMeans(Array.from({ length: 6 }, () => 50 + 5 * random.normal()));
      if (estimate && estimate.low <= 50 && estimate.high >= 50) hits += 1;
    }
    expect(Math.abs(hits / trials - 0.95)).toBeLessThan(0.012);
  });
});

describe('the ratio of two figures of the same batches', () => {
  it('is that of the sums, with the interval of what is left in each batch', () => {
    // 40 / 3; left over are -10/3 and 10/3, so the standard error is sqrt(200/9 / 2) / 1.5.
    const estimate = ratioOfBatches([10, 30], [1, 2]);
    expect(estimate?.value).toBeCloseTo(40 / 3, 10);
    expect(estimate?.high).toBeCloseTo(40 / 3 + (12.706 * Math.sqrt(100 / 9)) / 1.5, 1);
    expect(estimate?.low).toBe(0);
  });

  it('is sure where both rise and fall together, however much', () => {
    const under = [10, 200, 30, 4];
    const estimate = ratioOfBatches(
      under.map((value) => value * 7),
      under,
    );
    expect(estimate?.value).toBeCloseTo(7, 10);
    expect(estimate?.low).toBeCloseTo(7, 10);
    expect(estimate?.high).toBeCloseTo(7, 10);
  });

  it('is the mean of batches where all are of the same length', () => {
    const batches = [4, 9, 2, 7, 7];
    const [mean, ratio] = [batchMeans(batches), ratioOfBatches(batches, [1, 1, 1, 1, 1])];
    expect(ratio?.value).toBeCloseTo(mean?.value ?? 0, 10);
    expect(ratio?.high).toBeCloseTo(mean?.high ?? 0, 10);
  });

  it('is not there without anything to divide by', () => {
    expect(ratioOfBatches([], [])).toBeUndefined();
    expect(ratioOfBatches([1, 2], [0, 0])).toBeUndefined();
    expect(ratioOfBatches([1], [2])).toEqual({ value: 0.5, low: 0, high: Number.POSITIVE_INFINITY });
  });
});

describe('values in batches', () => {
  it('are means of stretches of the same length, in order, without what is left over', () => {
    expect(inBatches([1, 3, 5, 7, 9, 11, 100], 3)).toEqual([2, 6, 10]);
  });

  it('are themselves when there are fewer than batches', () => {
    expect(inBatches([1, 2], 3)).toEqual([1, 2]);
  });
});

describe('estimates', () => {
  it('divide to the widest interval that both leave', () => {
    expect(quotient({ value: 10, low: 8, high: 12 }, { value: 2, low: 1, high: 4 })).toEqual({
      value: 5,
      low: 2,
      high: 12,
    });
    expect(quotient({ value: 10, low: 8, high: 12 }, { value: 2, low: 0, high: 4 }).high).toBe(
      Number.POSITIVE_INFINITY,
    );
  });

  it('widen by a share of the value, never below 0', () => {
    expect(widened({ value: 10, low: 9, high: 11 }, 0.1)).toEqual({ value: 10, low: 8, high: 12 });
    expect(widened({ value: 10, low: 1, high: 11 }, 0.5).low).toBe(0);
  });

  it('overlap where they touch', () => {
    const one = { value: 2, low: 1, high: 3 };
    expect(overlap(one, { value: 4, low: 3, high: 5 })).toBe(true);
    expect(overlap({ value: 4, low: 3.1, high: 5 }, one)).toBe(false);
  });
});
