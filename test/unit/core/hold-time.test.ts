import { describe, expect, it } from 'vitest';
import { checkHoldTime, type HoldTimeInput, meanHoldTime } from '../../../src/core/hold-time.ts';

describe('the mean that latencies stand for', () => {
  it('lies between p95 / 3.87 and p95 where only the p95 is known, 2.78 below it at cv 1', () => {
    const mean = meanHoldTime({ p95Ms: 300 });
    expect(mean?.lowMs).toBeCloseTo(300 / 3.868, 1);
    expect(mean?.highMs).toBe(300);
    expect(mean?.meanMs).toBeCloseTo(300 / 2.781, 1);
  });

  // p95 / mean of a lognormal for cv 0.25 … 3, computed from its definition.
  it.each([
    [0.25, 1.45],
    [0.5, 1.95],
    [1, 2.78],
    [1.5, 3.31],
    [2, 3.6],
    [3, 3.84],
  ])('recovers the mean of a lognormal with cv %d from its p50 and p95', (cv, ratio) => {
    const sigma = Math.sqrt(Math.log(1 + cv ** 2));
    const median = 100 / Math.exp(sigma ** 2 / 2);
    const p95 = median * Math.exp(1.644854 * sigma);
    expect(p95 / 100).toBeCloseTo(ratio, 2);
    expect(meanHoldTime({ p50Ms: median, p95Ms: p95 })?.meanMs).toBeCloseTo(100, 6);
    const p99 = median * Math.exp(2.326348 * sigma);
    expect(meanHoldTime({ p50Ms: median, p95Ms: p95, p99Ms: p99 })?.meanMs).toBeCloseTo(100, 6);
  });

  it('is the mean where a mean is given, whatever the percentiles', () => {
    expect(meanHoldTime({ meanMs: 120, p95Ms: 300 })?.meanMs).toBe(120);
  });
});

describe('latencies that no measurement can have', () => {
  it.each<[string, HoldTimeInput, RegExp]>([
    ['a p50 above the p95', { p50Ms: 400, p95Ms: 300 }, /p50 400 ms is above p95 300 ms/],
    ['a p95 above the p99', { p95Ms: 300, p99Ms: 200 }, /p95 300 ms is above p99 200 ms/],
    ['a p50 above the p99', { p50Ms: 300, p99Ms: 200 }, /p50 300 ms is above p99 200 ms/],
    ['a mean below 45 % of the median', { meanMs: 30, p50Ms: 100, p95Ms: 300 }, /at least 60 ms/],
    ['a mean below 5 % of the p95', { meanMs: 10, p95Ms: 300 }, /at least 15 ms/],
    ['a hold time beside a mean', { meanMs: 100, holdMs: 120 }, /Both a hold time and a mean/],
  ])('refuses %s', (_case, input, message) => {
    expect(() => checkHoldTime(input)).toThrow(message);
  });

  it.each<[string, HoldTimeInput]>([
    ['a mean above the p95 (a rare, very long transaction)', { meanMs: 500, p50Ms: 80, p95Ms: 300 }],
    ['equal percentiles (all times alike)', { p50Ms: 300, p95Ms: 300, p99Ms: 300 }],
    ['a hold time shorter than the p50 of another measurement', { holdMs: 10, p50Ms: 100, p95Ms: 300 }],
  ])('accepts %s', (_case, input) => {
    expect(() => checkHoldTime(input)).not.toThrow();
  });
});
