import { describe, expect, it } from 'vitest';
import { indexOfDispersion, tracePeakedness } from '../../../src/queueing/arrival-trace.ts';
import { burstPhases, roundRobinPeakedness } from '../../../src/queueing/burst.ts';

/** A seeded generator of numbers in 0..1 (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function poissonTimes(count: number, perMs: number, batch = 1): number[] {
  const next = random(7);
  const times: number[] = [];
  let now = 0;
  while (times.length < count) {
    now -= Math.log(1 - next()) / (perMs / batch);
    for (let i = 0; i < batch; i += 1) times.push(now);
  }
  return times;
}

describe('peakedness', () => {
  it('of bursts is of rates that make the mean: 100/s for 900 ms and 300/s for 100 ms are 120/s', () => {
    const phases = burstPhases(120, { factor: 3, burstMs: 100, quietMs: 900 });
    expect(phases.ratePerSecond).toBeCloseTo(100, 9);
    expect(phases.burstRatePerSecond).toBeCloseTo(300, 9);
  });

  it('of Poisson arrivals dealt in turn is 1 for one pool and nears (1 + 1/n) / 2 as loads grow', () => {
    expect(roundRobinPeakedness(1, 8)).toBeCloseTo(1, 9);
    expect(roundRobinPeakedness(4, 1e4)).toBeCloseTo(0.625, 3);
    expect(roundRobinPeakedness(4, 2e6)).toBe(0.625);
  });

  it('of a trace is 1 for Poisson arrivals and (m + 1) / 2 for batches of m', () => {
    expect(tracePeakedness(poissonTimes(200_000, 0.5), 40)).toBeCloseTo(1, 1);
    expect(tracePeakedness(poissonTimes(200_000, 0.5, 5), 40) / 3).toBeCloseTo(1, 1);
  });

  it('of a paced trace is half: every 10 ms, holds of 200 ms', () => {
    const times = Array.from({ length: 5_000 }, (_, i) => i * 10);
    expect(tracePeakedness(times, 200)).toBeCloseTo(0.5, 2);
  });
});

describe('the index of dispersion', () => {
  it('is 1 at every window for Poisson, the batch for batches, and 0 for paced arrivals', () => {
    for (const { index } of indexOfDispersion(poissonTimes(100_000, 1))) expect(Math.abs(index - 1)).toBeLessThan(0.5);
    expect(indexOfDispersion(poissonTimes(200_000, 1, 5), [100])[0]?.index).toBeCloseTo(5, 0);
    const paced = Array.from({ length: 5_000 }, (_, i) => i * 10);
    expect(indexOfDispersion(paced, [100])[0]?.index).toBeLessThan(0.01);
  });

  it('is that of the counts: 3, 0, 0, 3 ... has mean 1.5 and variance 2.25', () => {
    const times = Array.from({ length: 40 }, (_, i) => i).flatMap((i) =>
      i % 4 === 0 || i % 4 === 3 ? [i * 10, i * 10 + 1, i * 10 + 2] : [],
    );
    const found = indexOfDispersion([...times, 400], [10])[0];
    expect(found?.windows).toBe(40);
    expect(found?.index).toBeCloseTo((2.25 * 40) / 39 / 1.5, 9);
  });

  it('leaves out windows that do not fit in ten times', () => {
    expect(indexOfDispersion(poissonTimes(3_000, 1)).map(({ windowMs }) => windowMs)).toEqual([10, 100]);
  });

  it('refuses a trace that goes back, with the number of the arrival', () => {
    expect(() => indexOfDispersion([0, 5, 3])).toThrow('Arrival 3 (3 ms) is before the one above it (5 ms)');
    expect(() => indexOfDispersion([4, 4])).toThrow('at least two arrivals');
    expect(() => tracePeakedness([0, 5, 9], 100)).toThrow('too short');
  });
});
