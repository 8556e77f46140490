import { describe, expect, it } from 'vitest';
import { correlatedMean, correlatedRatio, differenceOf, effectiveSize } from '../../../src/stats/correlated.ts';
import { RandomStream } from '../../../src/traffic/random.ts';

/** A first-order autoregression of mean 0, whose values are worth n (1 - phi) / (1 + phi) independent ones. */
function autoregression(phi: number, count: number, seed: number): number[] {
  const random = new RandomStream(seed, 1);
  let value = random.normal() / Math.sqrt(1 - phi * phi);
  return Array.from({ length: count }, () => {
    value = phi * value + random.normal();
    return value;
  });
}

describe('effectiveSize', () => {
  it.each([0, 0.5, 0.8])('is n (1 - phi) / (1 + phi) for an autoregression of %d', (phi) => {
    const expected = (20_000 * (1 - phi)) / (1 + phi);
    expect(effectiveSize(autoregression(phi, 20_000, 1)) / expected).toBeGreaterThan(0.8);
    expect(effectiveSize(autoregression(phi, 20_000, 1)) / expected).toBeLessThan(1.25);
  });

  it('is at most n, and n where nothing varies', () => {
    expect(effectiveSize([1, -1, 1, -1, 1, -1])).toBe(6);
    expect(effectiveSize([3, 3, 3])).toBe(3);
  });
});

describe('correlatedMean', () => {
  it('covers the true mean about as often as it says, where neighbours are alike', () => {
    const covered = Array.from({ length: 300 }, (_, seed) => {
      const mean = correlatedMean({ values: autoregression(0.7, 168, seed) });
      return mean !== undefined && mean.low <= 0 && mean.high >= 0;
    }).filter(Boolean).length;
    expect(covered / 300).toBeGreaterThan(0.88);
  });

  it('counts no cycle as chance', () => {
    const phases = Array.from({ length: 168 }, (_, hour) => hour % 24);
    const random = new RandomStream(1, 1);
    const values = phases.map((phase) => 10 + 5 * Math.sin(phase / 4) + 0.1 * random.normal());
    const [withCycle, without] = [correlatedMean({ values, phases }), correlatedMean({ values })];
    const width = (estimate: typeof without) => (estimate ? estimate.high - estimate.low : 0);
    expect(width(withCycle)).toBeLessThan(0.1);
    expect(width(without)).toBeGreaterThan(10 * width(withCycle));
  });

  it('knows no interval of one value, and no mean of none', () => {
    expect(correlatedMean({ values: [4] })).toEqual({ value: 4, low: -Infinity, high: Infinity });
    expect(correlatedMean({ values: [] })).toBeUndefined();
  });
});

it('a ratio of sums has the interval of what strays from it', () => {
  expect(correlatedRatio([1, 2, 3, 4], [10, 20, 30, 40])).toMatchObject({ value: 0.1 });
  expect(correlatedRatio([1], [0])).toBeUndefined();
});

it('the interval of a difference comes from both sides', () => {
  const difference = differenceOf({ value: 10, low: 7, high: 13 }, { value: 5, low: 1, high: 9 });
  expect(difference).toEqual({ value: 5, low: 0, high: 10 });
});
