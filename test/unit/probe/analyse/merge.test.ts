import { describe, expect, it } from 'vitest';
import { comparePairs, compareRuns } from '../../../../src/probe/analyse/merge.ts';
import { RandomStream } from '../../../../src/traffic/random.ts';
import { runOf, simulatedRun } from './runs.ts';

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

describe('a comparison', () => {
  const rounds = (connections: number) =>
    [1, 2, 3].map((seed) =>
      simulatedRun({ connections, ratePerSecond: 400, hold: { kind: 'exponential', meanMs: 20 }, seconds: 20, seed }),
    );

  it('finds the larger pool to wait less, and the throughput to be the same', () => {
    const byName = new Map(compareRuns(rounds(10), rounds(14)).map((figure) => [figure.name, figure]));
    expect(byName.get('mean wait')?.difference.value).toBeLessThan(0);
    expect(byName.get('throughput')).toMatchObject({ unit: 'perSecond', isReal: false });
    expect(byName.get('failed')).toMatchObject({ first: 0, second: 0, isReal: false });
  });

  it('counts the failures of each', () => {
    const failing = [1, 2, 3].map(() => ({ ...runOf([10, 10]), requests: 40, failed: { 'queue-full': 20 } }));
    const [failed] = compareRuns(
      [1, 2, 3].map(() => runOf([10, 10])),
      failing,
    ).slice(-1);
    expect(failed).toMatchObject({ name: 'failed', first: 0, second: 0.5, isReal: true });
  });
});
