import { expect, it } from 'vitest';
import { quantileOfWaits } from '../../../src/simulate/wait-counts.ts';
import { WaitHistogram } from '../../../src/simulate/wait-histogram.ts';
import { RandomStream } from '../../../src/traffic/random.ts';

it.each([1e-4, 1, 1e6])('finds quantiles within 0.5 %% of those of the sorted waits, around %d ms', (scale) => {
  const random = new RandomStream(1, 0);
  const histogram = new WaitHistogram();
  const waits = Float64Array.from({ length: 50_000 }, () => scale * Math.exp(2 * random.normal())).sort();
  for (const wait of waits) histogram.record(wait);
  for (const p of [0.01, 0.5, 0.95, 0.99, 0.999]) {
    const exact = waits[Math.ceil(p * waits.length) - 1] ?? 0;
    expect(Math.abs(quantileOfWaits(histogram.counts(), p) / exact - 1)).toBeLessThan(0.005);
  }
  expect(histogram.maxMs).toBe(waits.at(-1));
});

it('counts waits of 0 apart, and lets them pull the quantiles down', () => {
  const histogram = new WaitHistogram();
  for (let count = 0; count < 90; count += 1) histogram.record(0);
  for (let count = 0; count < 10; count += 1) histogram.record(100);
  expect([histogram.counts().zeros, histogram.positive]).toEqual([90, 10]);
  expect(quantileOfWaits(histogram.counts(), 0.9)).toBe(0);
  expect(quantileOfWaits(histogram.counts(), 0.95)).toBeCloseTo(100, 0);
});

it('says 0 of no waits, and keeps what is beyond its ends', () => {
  const histogram = new WaitHistogram();
  expect(quantileOfWaits(histogram.counts(), 0.99)).toBe(0);
  histogram.record(1e-9);
  histogram.record(1e15);
  expect(histogram.maxMs).toBe(1e15);
  expect(histogram.counts().buckets.map(({ count }) => count)).toEqual([1, 1]);
});
