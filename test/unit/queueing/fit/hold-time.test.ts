import { describe, expect, it } from 'vitest';
import { holdDistribution } from '../../../../src/queueing/distribution.ts';
import { holdLaws } from '../../../../src/queueing/fit/hold-laws.ts';
import { checkHoldTime, type HoldTimeInput } from '../../../../src/queueing/fit/hold-time.ts';

describe('the mean that latencies stand for', () => {
  it('lies between p95 / 3.87 and a tail above p95 where only the p95 is known, 2.78 below it at cv 1', () => {
    const fit = holdLaws({ p95Ms: 300 })?.fit;
    expect(fit?.lowMeanMs).toBeCloseTo(300 / 3.868, 1);
    expect(fit?.highMeanMs).toBeGreaterThan(300);
    expect(fit?.meanMs).toBeCloseTo(300 / 2.781, 1);
  });

  it('is the mean where a mean is given, whatever the percentiles', () => {
    expect(holdLaws({ meanMs: 120, p95Ms: 300 })?.fit.meanMs).toBeCloseTo(120, 6);
  });

  it('grows by the round trip', () => {
    const law = holdLaws({ meanMs: 120, roundTripMs: 50 })?.law;
    expect(law && holdDistribution(law).meanMs).toBeCloseTo(170, 6);
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
