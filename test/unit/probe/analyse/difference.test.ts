import { describe, expect, it } from 'vitest';
import {
  compareEstimates,
  comparePairs,
  comparePairsOfTimes,
  compareTimes,
  openEnd,
} from '../../../../src/probe/analyse/difference.ts';
import { mean } from '../../../../src/stats/estimate.ts';
import { RandomStream } from '../../../../src/traffic/random.ts';

describe('two settings by pairs of rounds', () => {
  it('differ where the pairs do, however far the rounds drift apart', () => {
    // 12.5, 19.9 and 21.0 k TPS in three rounds (probe.md 0.7), and always about 5 % more. t = 4.303 at 2 degrees.
    const { difference, isReal } = comparePairs([12_500, 19_900, 21_000], [13_200, 20_800, 22_100]);
    expect(isReal).toBe(true);
    expect(difference.value).toBeCloseTo(900, 6);
    expect(difference.high - difference.value).toBeCloseTo(4.303 * (200 / Math.sqrt(3)), 0);
  });

  it('do not differ where that is noise, in 95 of 100 cases', () => {
    const random = new RandomStream(2, 0);
    const draw = () => Array.from({ length: 5 }, () => 100 + 10 * random.normal());
    const real = Array.from({ length: 1_000 }, () => comparePairs(draw(), draw()).isReal).filter(Boolean).length;
    expect(Math.abs(real / 1_000 - 0.05)).toBeLessThan(0.02);
  });

  it('cannot be told apart by one pair, and that survives JSON', () => {
    const { difference, isReal } = comparePairs([1], [900]);
    expect(isReal).toBe(false);
    expect(JSON.parse(JSON.stringify(difference))).toEqual(difference);
  });
});

describe('times by pairs of rounds', () => {
  it('that are a hundredth differ, though they spread threefold from round to round', () => {
    const { ratio, isReal, difference } = comparePairsOfTimes([100, 330, 560], [1, 3.3, 4.6]);
    expect(isReal).toBe(true);
    expect(ratio?.high).toBeLessThan(0.05);
    expect(difference.high).toBeLessThan(0);
  });

  it('have the interval of their ratio: t of the logarithms', () => {
    const { ratio } = comparePairsOfTimes([9.9, 99.9, 999.9], [19.9, 199.9, 1_999.9]);
    expect(ratio).toEqual({ value: expect.closeTo(2, 6), low: expect.closeTo(2, 6), high: expect.closeTo(2, 6) });
  });

  it('never leave a time below 0: neither is shorter than nothing', () => {
    const random = new RandomStream(3, 0);
    for (let round = 0; round < 500; round += 1) {
      const draw = () => Array.from({ length: 3 }, () => 10 * Math.exp(2 * random.normal()));
      const [first, second] = [draw(), draw()];
      const before = mean(first);
      const { difference, ratio } = comparePairsOfTimes(first, second);
      expect(before + difference.low).toBeGreaterThanOrEqual(-1e-9);
      expect(ratio?.low).toBeGreaterThan(0);
      expect(difference.low).toBeLessThanOrEqual(difference.value);
      expect(difference.high).toBeGreaterThanOrEqual(difference.value);
    }
  });

  it('that are below what asking takes do not differ, whatever their ratio', () => {
    expect(comparePairsOfTimes([0.001, 0.003, 0.002], [0.02, 0.001, 0.01]).isReal).toBe(false);
    expect(comparePairsOfTimes([0, 0, 0], [0, 0, 0])).toMatchObject({ isReal: false, difference: { value: 0 } });
  });
});

describe('two runs with intervals of their own', () => {
  const around = (value: number, half: number) => ({ value, low: value - half, high: value + half });

  it('differ by the root of both squares, as independent figures do', () => {
    // 3 and 4 make 5.
    expect(compareEstimates(around(100, 3), around(104, 4)).difference).toEqual(around(4, 5));
    expect(compareEstimates(around(100, 3), around(104, 4)).isReal).toBe(false);
    expect(compareEstimates(around(100, 3), around(106, 4)).isReal).toBe(true);
  });

  it('may differ though their intervals overlap, which is a harder test', () => {
    expect(compareEstimates(around(10, 3), around(15, 3)).isReal).toBe(true);
  });

  it('do not where one has no upper bound', () => {
    const open = { value: 5, low: 0, high: Number.POSITIVE_INFINITY };
    const found = compareTimes(open, around(1, 0.1));
    expect(found.isReal).toBe(false);
    expect(JSON.parse(JSON.stringify(compareEstimates(open, open).difference)).high).toBe(openEnd);
  });
});
