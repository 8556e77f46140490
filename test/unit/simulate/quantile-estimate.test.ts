import { describe, expect, it } from 'vitest';
import { estimateFigures } from '../../../src/simulate/figures.ts';
import { replicate } from '../../../src/simulate/replicate.ts';
import { simulate } from '../../../src/simulate/run.ts';
import { mmcq } from '../../bench/exact.mjs';
import { exponential, ofRequests, poisson, replications } from './runs.ts';

describe('a quantile over several runs', () => {
  it('is that of all their waits together, not the mean of their quantiles', () => {
    // One run in five has a queue: in the others nobody waits, and the mean of the p99 would be a fifth of its p99.
    const quiet = simulate(ofRequests(10_000, { connections: 60 }));
    const busy = simulate(ofRequests(10_000, { connections: 9 }));
    const { p99WaitMs } = estimateFigures([quiet, quiet, quiet, quiet, busy]);
    expect(busy.p99WaitMs).toBeGreaterThan(200);
    expect(p99WaitMs.mean).toBeGreaterThan(0.5 * busy.p99WaitMs);
    expect(p99WaitMs.mean).toBeLessThan(busy.p99WaitMs);
  });

  it('has a lopsided interval that never goes below 0', () => {
    const { p95WaitMs, p99WaitMs } = estimateFigures(replications(ofRequests(3_000), 5));
    for (const { mean, low, high } of [p95WaitMs, p99WaitMs]) {
      expect(low).toBeGreaterThanOrEqual(0);
      expect(low).toBeLessThan(mean);
      expect(high).toBeGreaterThan(mean);
    }
  });

  it('is 0 with an interval of 0 where nobody waits', () => {
    const { p99WaitMs } = estimateFigures(replications(ofRequests(3_000, { connections: 100 }), 5));
    expect(p99WaitMs).toMatchObject({ mean: 0, low: 0, high: 0 });
  });

  it('is surely 0 where far fewer than 1 % wait, and not where it might be 1 %', () => {
    const few = estimateFigures(replications(ofRequests(20_000, { connections: 20 }), 5)).p99WaitMs;
    expect(few).toMatchObject({ mean: 0, low: 0, high: 0 });
    // Erlang C of 17 for a load of 8 is 0.7 %.
    const nearly = estimateFigures(replications(ofRequests(5_000, { connections: 16 }), 5)).p99WaitMs;
    expect(nearly.high).toBeGreaterThan(0);
  });

  it('is wider where the runs hold few ups and downs of the queue, however alike they are by chance', () => {
    const runs = replications(ofRequests(20_000), 5);
    const width = (relaxationShare: number) => {
      const { low, high } = estimateFigures(runs, { relaxationShare }).p99WaitMs;
      return high - low;
    };
    expect(width(0.002)).toBeGreaterThan(width(0));
    expect(width(0.02)).toBe(Infinity);
  });

  it('has no upper bound where the runs were too short for the queue to forget that it began empty', async () => {
    const nearlyFull = { arrivals: poisson(99.9), hold: exponential(10), connections: 1 };
    const input = ofRequests(100_000, nearlyFull);
    const { figures } = await replicate({ ...input, warmupMs: input.durationMs / 4 });
    expect(figures.p99WaitMs.high).toBe(Infinity);
    expect(figures.meanWaitMs.high).toBe(Infinity);
    expect(figures.waitProbability.high).toBe(1);
    expect(figures.lostRatio.high).toBe(0);
    expect(figures.p99WaitMs.low).toBeGreaterThan(0);
    expect(figures.p99WaitMs.low).toBeLessThan(10_000 * Math.log(0.999 / 0.01));
  });
});

it('holds the exact p99 in about 95 of 100 intervals', async () => {
  // M/M/10 at 0.8: 5 runs of 139 relaxation times each. At least 88 of 100, by 3 standard deviations.
  const { p99WaitMs: exact = 0 } = mmcq(10, 8, 100);
  let held = 0;
  for (let set = 0; set < 100; set += 1) {
    const run = ofRequests(11_000, { seed: 1_000 * (set + 1) });
    const { figures } = await replicate({ ...run, warmupMs: run.durationMs / 11 }, { replications: 5 });
    if (figures.p99WaitMs.low <= exact && exact <= figures.p99WaitMs.high) held += 1;
  }
  expect(held).toBeGreaterThanOrEqual(88);
});
