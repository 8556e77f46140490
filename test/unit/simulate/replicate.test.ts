import { describe, expect, it } from 'vitest';
import { estimateOf } from '../../../src/simulate/figures.ts';
import { replicate } from '../../../src/simulate/replicate.ts';
import { simulate } from '../../../src/simulate/run.ts';
import { runLength } from '../../../src/simulate/warmup.ts';
import { ofRequests } from './runs.ts';

it('runs with the seeds from the given one on', async () => {
  const { runs, isFinished } = await replicate(ofRequests(2_000, { seed: 5 }), { replications: 3 });
  expect(isFinished).toBe(true);
  expect(runs).toEqual([5, 6, 7].map((seed) => simulate(ofRequests(2_000, { seed }))));
});

it("takes the 95 % interval from Student's t", () => {
  const { mean, standardError, halfWidth, low, high } = estimateOf([1, 2, 3, 4, 5]);
  expect(mean).toBe(3);
  expect(standardError).toBeCloseTo(Math.sqrt(2.5 / 5), 12);
  // t(0.975, 4)
  expect(halfWidth / standardError).toBeCloseTo(2.7764451, 6);
  expect([Math.log(3 / low), Math.log(high / 3)]).toEqual([
    expect.closeTo(halfWidth / 3, 12),
    expect.closeTo(halfWidth / 3, 12),
  ]);
});

it('knows no interval of a single run', () => {
  expect(estimateOf([7])).toEqual({ mean: 7, halfWidth: Infinity, standardError: Infinity, low: 0, high: Infinity });
});

it('covers the true value in about 95 of 100 intervals', async () => {
  // M/M/10 at utilization 0.8: 20.459 ms. 100 intervals hold it 95 +- 6.5 times (3 standard deviations).
  let held = 0;
  for (let set = 0; set < 100; set += 1) {
    const run = ofRequests(11_000, { seed: 1_000 * (set + 1) });
    const { figures } = await replicate({ ...run, warmupMs: run.durationMs / 11 }, { replications: 5 });
    if (Math.abs(figures.meanWaitMs.mean - 20.459007539822277) <= figures.meanWaitMs.halfWidth) held += 1;
  }
  expect(held).toBeGreaterThanOrEqual(88);
});

describe('a caller', () => {
  it('is told the share that is done, rising to 1', async () => {
    const shares: number[] = [];
    await replicate(ofRequests(120_000), { replications: 2, onProgress: (share) => void shares.push(share) });
    expect(shares.length).toBeGreaterThanOrEqual(6);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  });

  it('can stop, and gets the runs that are done', async () => {
    const stop = new AbortController();
    const onProgress = (share: number) => {
      if (share > 0.5) stop.abort();
    };
    const { runs, isFinished } = await replicate(ofRequests(60_000), {
      replications: 10,
      signal: stop.signal,
      onProgress,
    });
    expect(isFinished).toBe(false);
    expect(runs).toHaveLength(5);
  });

  it('can stop within the first run, and gets it as far as it came', async () => {
    const stop = new AbortController();
    const { runs, isFinished } = await replicate(ofRequests(500_000), {
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    expect(isFinished).toBe(false);
    expect(runs.map((run) => run.requests)).toEqual([50_000]);
  });

  it('is waited for, so that a Ctrl-C can come through', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 0);
    const { isFinished } = await replicate(ofRequests(5_000_000), {
      signal: stop.signal,
      onProgress: () => new Promise((resolve) => setTimeout(resolve, 1)),
    });
    expect(isFinished).toBe(false);
  });
});

describe('the length of a run', () => {
  const load = { connections: 10, arrivalRatePerSecond: 90, meanHoldMs: 100, holdScv: 1 };

  it('is five relaxation times to warm up and a hundred to measure', () => {
    const { relaxationMs, warmupMs, durationMs } = runLength(load);
    expect(relaxationMs).toBeCloseTo(10 / (1 - Math.sqrt(0.9)) ** 2, 9);
    expect(warmupMs).toBeCloseTo(5 * relaxationMs, 9);
    expect(durationMs - warmupMs).toBeCloseTo(100 * relaxationMs, 6);
  });

  it('lets a large pool at low load fill first, which takes hold times and not queue times', () => {
    const { relaxationMs, warmupMs } = runLength({ ...load, connections: 500, arrivalRatePerSecond: 2_500 });
    expect(relaxationMs).toBeLessThan(3);
    expect(warmupMs).toBe(500);
  });

  it('lets the queue of an overloaded pool fill up first', () => {
    const overload = { ...load, arrivalRatePerSecond: 150 };
    const { warmupMs } = runLength(overload);
    // 50 a second more than the 100 that are served; the limit shortens the relaxation time by a few ms.
    expect((runLength({ ...overload, queueLimit: 300 }).warmupMs - warmupMs) / 6_000).toBeCloseTo(1, 2);
    expect((runLength({ ...overload, acquireTimeoutMs: 1_000 }).warmupMs - warmupMs) / 2_000).toBeCloseTo(1, 1);
  });

  it('measures a hundred requests beyond the quantile', () => {
    const { warmupMs, durationMs } = runLength({ ...load, arrivalRatePerSecond: 1 }, { quantile: 0.99 });
    expect(durationMs - warmupMs).toBeCloseTo(10_000_000, 3);
  });

  it('says when the requests allowed are too few', () => {
    expect(runLength(load, { mostRequests: 1e6 }).isLongEnough).toBe(true);
    const short = runLength({ ...load, arrivalRatePerSecond: 99 }, { mostRequests: 100_000 });
    expect(short.isLongEnough).toBe(false);
    expect((short.durationMs * 99) / 1_000).toBeCloseTo(100_000, 6);
  });

  it('follows the relaxation time up to full load: M/M/1 at 0.999 forgets in 11 hours', () => {
    const nearlyFull = { connections: 1, arrivalRatePerSecond: 99.9, meanHoldMs: 10, holdScv: 1 };
    expect(runLength(nearlyFull).relaxationMs).toBeCloseTo(10 / (1 - Math.sqrt(0.999)) ** 2, 3);
    expect(runLength(nearlyFull, { mostRequests: 1e6 }).isLongEnough).toBe(false);
  });

  it('is short at full load where the queue is: it forgets as soon as it has run from end to end', () => {
    const full = { ...load, arrivalRatePerSecond: 100, queueLimit: 50 };
    // Brownian motion of variance 0.2 a ms between 0 and 50: 2 x 50^2 / (pi^2 x 0.2).
    expect(runLength(full).relaxationMs).toBeCloseTo(5_000 / (0.2 * Math.PI ** 2), 3);
    for (const arrivalRatePerSecond of [99.9, 100, 100.1, 300]) {
      expect(runLength({ ...full, arrivalRatePerSecond }).durationMs).toBeLessThan(1e6);
    }
  });

  it('grows with the bursts of the arrivals as with those of the holds', () => {
    const relaxationMs = (changes: object) => runLength({ ...load, ...changes }).relaxationMs;
    expect(relaxationMs({ arrivalDispersion: 5 })).toBeCloseTo(relaxationMs({ holdScv: 5 }), 9);
  });
});
