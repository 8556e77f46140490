import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdDistribution } from '../../../src/queueing/distribution.ts';
import type { HoldLaw } from '../../../src/queueing/hold-law.ts';
import { anyLaw, constant, exponential, gamma, lawsOfMean, lognormal } from './reference-laws.ts';

describe.each(lawsOfMean(80).map((law) => [law.kind, law] as const))('a hold law (%s)', (_, law) => {
  const { meanMs, scv, cdf, quantile, residualCdf, residualMeanUpTo } = holdDistribution(law);
  const integral = (of: (t: number) => number, to: number) => {
    const steps = 20_000;
    let sum = 0;
    for (let i = 0; i < steps; i += 1) sum += of(((i + 0.5) * to) / steps);
    return (sum * to) / steps;
  };

  it('has the residual that its distribution has: P(S > t) / mean, integrated', () => {
    for (const t of [5, 40, 90, 400]) {
      expect(residualCdf(t)).toBeCloseTo(integral((u) => 1 - cdf(u), t) / meanMs, 3);
      expect(residualMeanUpTo(t) / integral((u) => 1 - residualCdf(u), t)).toBeCloseTo(1, 5);
    }
  });

  it('has a mean residual of mean (1 + scv) / 2', () => {
    expect(residualMeanUpTo(1e7) / ((meanMs * (1 + scv)) / 2)).toBeCloseTo(1, 4);
  });

  it('has quantiles that its distribution reaches there and not before', () => {
    for (const p of [0.05, 0.5, 0.9, 0.99]) {
      expect(cdf(quantile(p) * (1 + 1e-9))).toBeGreaterThanOrEqual(p - 1e-9);
      expect(cdf(quantile(p) * (1 - 1e-9))).toBeLessThanOrEqual(p + 1e-6);
    }
  });
});

it('knows mean and variability of the laws by their definitions', () => {
  expect(holdDistribution({ kind: 'lognormal', medianMs: 100, sigma: 1 }).meanMs).toBeCloseTo(100 * Math.exp(0.5), 9);
  expect(holdDistribution(lognormal(50, 2.28))).toMatchObject({
    meanMs: expect.closeTo(50, 9),
    scv: expect.closeTo(2.28, 9),
  });
  expect(holdDistribution(gamma(50, 0.4)).scv).toBeCloseTo(0.4, 12);
  expect(holdDistribution({ kind: 'samples', sortedMs: [10, 20, 30] })).toMatchObject({
    meanMs: 20,
    scv: expect.closeTo(1 / 6, 12),
  });
  const buckets = [{ fromMs: 0, toMs: 12, count: 5 }];
  expect(holdDistribution({ kind: 'histogram', buckets }).scv).toBeCloseTo(1 / 3, 12);
});

it('knows how heavy its longest holds are: E[S^3] E[S] / E[S^2]^2', () => {
  const heavinessOf = (law: HoldLaw) => holdDistribution(law).heaviness;
  expect(heavinessOf(constant(50))).toBe(1);
  expect(heavinessOf(exponential(50))).toBe(1.5);
  expect(heavinessOf(gamma(50, 2))).toBeCloseTo(5 / 3, 12);
  expect(heavinessOf(lognormal(50, 2.28))).toBeCloseTo(3.28, 9);
  expect(heavinessOf({ kind: 'samples', sortedMs: [10, 20, 30] })).toBeCloseTo((12_000 * 20) / (1_400 / 3) ** 2, 12);
  const buckets = [{ fromMs: 0, toMs: 12, count: 5 }];
  expect(heavinessOf({ kind: 'histogram', buckets })).toBeCloseTo((432 * 6) / 48 ** 2, 12);
  const parts = [
    { share: 0.5, law: exponential(10) },
    { share: 0.5, law: constant(30) },
  ];
  // E S = 20, E S^2 = (200 + 900) / 2, E S^3 = (6,000 + 27,000) / 2
  expect(heavinessOf({ kind: 'mixture', parts })).toBeCloseTo((16_500 * 20) / 550 ** 2, 12);
});

it('weighs the classes of a mixture by share x mean in the residual', () => {
  const parts = [
    { share: 0.9, law: constant(10) },
    { share: 0.1, law: constant(110) },
  ];
  const { residualCdf } = holdDistribution({ kind: 'mixture', parts });
  expect(residualCdf(10)).toBeCloseTo((0.9 * 10) / 20 + ((0.1 * 110) / 20) * (10 / 110), 12);
});

it('stays between 0 and 1 and rises, for any law', () => {
  fc.assert(
    fc.property(
      anyLaw,
      fc.double({ min: 0.001, max: 1e6, noNaN: true }),
      fc.double({ min: 1, max: 10, noNaN: true }),
      (law, t, factor) => {
        const { cdf, residualCdf, residualMeanUpTo } = holdDistribution(law);
        for (const of of [cdf, residualCdf]) {
          expect(of(t)).toBeGreaterThanOrEqual(0);
          expect(of(t * factor)).toBeLessThanOrEqual(1);
          expect(of(t * factor)).toBeGreaterThanOrEqual(of(t) - 1e-12);
        }
        expect(residualMeanUpTo(t)).toBeLessThanOrEqual(t * (1 + 1e-9));
      },
    ),
  );
});

it('refuses a law without a mean or a finite variance', () => {
  expect(() => holdDistribution({ kind: 'samples', sortedMs: [] })).toThrow('no finite mean above 0');
  expect(() => holdDistribution({ kind: 'constant', meanMs: 0 })).toThrow('no finite mean above 0');
  expect(() => holdDistribution({ kind: 'lognormal', medianMs: 1, sigma: 40 })).toThrow('no finite');
});
