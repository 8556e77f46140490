import { describe, expect, it } from 'vitest';
import { predictPool } from '../../../src/queueing/predict.ts';
import { predictSplit, type SplitBy, smallestSplit } from '../../../src/queueing/split.ts';
import { erlangGapsWait } from './gi-m-c.ts';
import { exponential, gamma, lognormal } from './reference-laws.ts';

const targets = { maxWaitP99Ms: 50, maxLossRatio: 0.001 };

describe('one fleet in n pools', () => {
  // Holds of 100 ms, exponential; p99 wait of 50 ms; random balancing.
  it.each([
    [20, [26, 30, 40, 48, 80]],
    [60, [67, 74, 84, 104, 128]],
    [150, [158, 164, 176, 200, 240]],
  ])('with a load of %d needs in 1, 2, 4, 8, 16 pools %j connections in all', (load, totals) => {
    const total = (pools: number) =>
      smallestSplit({ pools, splitBy: 'random', arrivalRatePerSecond: load * 10, hold: exponential(100) }, targets)
        ?.totalConnections;
    expect([1, 2, 4, 8, 16].map(total)).toEqual(totals);
  });

  it('waits least in one pool, then by least busy, in turn, and most at random', () => {
    for (const hold of [exponential(100), gamma(100, 3), lognormal(100, 4)]) {
      const p99 = (splitBy: SplitBy) =>
        predictSplit({ pools: 4, splitBy, connections: 5, arrivalRatePerSecond: 160, hold }).p99WaitMs ?? Number.NaN;
      const shared = predictPool({ connections: 20, arrivalRatePerSecond: 160, hold }).p99WaitMs ?? Number.NaN;
      const waits = [shared, p99('least-busy'), p99('round-robin'), p99('random')];
      expect(waits).toEqual([...waits].sort((a, b) => a - b));
    }
  });

  // 20 connections, rho 0.8, simulated: shared 77, least busy 96, round robin 258, random 415 ms. The formulas give 81, 110, 247, 401.
  it.each([
    ['random', 415, 0.05],
    ['round-robin', 258, 0.05],
    ['least-busy', 96, 0.16],
  ] as const)('%s: a p99 near the simulated %d ms', (splitBy, simulated, tolerance) => {
    const { p99WaitMs = 0 } = predictSplit({
      pools: 4,
      splitBy,
      connections: 5,
      arrivalRatePerSecond: 160,
      hold: exponential(100),
    });
    expect(Math.abs(p99WaitMs / simulated - 1)).toBeLessThan(tolerance);
  });

  it('dealt in turn waits as exact GI/M/c, within 2 % at p99 from 5 connections a pool, and not less below', () => {
    for (const [connections, rho] of [
      [5, 0.8],
      [10, 0.9],
      [30, 0.8],
      [50, 0.9],
    ] as const) {
      for (const pools of [2, 4, 16]) {
        const exact = erlangGapsWait(connections, connections * rho, 100, pools);
        const p99 = exact.meanConditionalWaitMs * Math.log(exact.waitProbability / 0.01);
        const { p99WaitMs = 0 } = predictSplit({
          pools,
          splitBy: 'round-robin',
          connections,
          arrivalRatePerSecond: 10 * connections * rho * pools,
          hold: exponential(100),
        });
        expect(Math.abs(p99WaitMs / p99 - 1)).toBeLessThan(0.02);
      }
    }
    const exact = erlangGapsWait(1, 0.8, 100, 4);
    const p99 = exact.meanConditionalWaitMs * Math.log(exact.waitProbability / 0.01);
    const split = predictSplit({
      pools: 4,
      splitBy: 'round-robin',
      connections: 1,
      arrivalRatePerSecond: 32,
      hold: exponential(100),
    });
    expect(split.p99WaitMs).toBeGreaterThan(p99);
    expect(split.p99WaitMs).toBeLessThan(1.14 * p99);
  });

  it('is one pool where there is one', () => {
    const pool = { connections: 7, arrivalRatePerSecond: 50, hold: exponential(100) };
    for (const splitBy of ['random', 'round-robin', 'least-busy'] as const) {
      expect(predictSplit({ ...pool, pools: 1, splitBy })).toEqual(predictPool(pool));
    }
  });
});
