import { expect, it } from 'vitest';
import { holdDistribution } from '../../../src/queueing/distribution.ts';
import { holdOverlap } from '../../../src/queueing/hold-overlap.ts';
import { constant, exponential, gamma, lognormal } from './reference-laws.ts';

it('is that of constant holds in closed form: 2 (1 + r) (r - 1 + e^-r) / r^2', () => {
  for (const r of [0.25, 1.3, 10, 1_000]) {
    const exact = (2 * (1 + r) * (r - 1 + Math.exp(-r))) / r ** 2;
    expect(holdOverlap(holdDistribution(constant(70)), r)).toBeCloseTo(exact, 1);
  }
  expect(holdOverlap(holdDistribution(constant(70)), Infinity)).toBeCloseTo(2, 1);
});

it('of holds that come together is 2 (1 - Gini coefficient); lognormal of sigma 1: 0.959', () => {
  // Gini of a lognormal: erf(sigma / 2).
  const law = { kind: 'lognormal' as const, medianMs: 30, sigma: 1 };
  expect(holdOverlap(holdDistribution(law), Infinity)).toBeCloseTo(2 * (1 - 0.5204999), 2);
});

it('is 1 for exponential holds, also by the integral', () => {
  for (const r of [1e-9, 0.2, 5, Infinity]) {
    expect(holdOverlap(holdDistribution(exponential(70)), r)).toBe(1);
    expect(holdOverlap(holdDistribution(gamma(70, 1.0000001)), r)).toBeCloseTo(1, 2);
  }
});

it('is 1 for bursts that last many holds, whatever the law', () => {
  for (const hold of [constant(70), gamma(70, 0.25), lognormal(70, 2)]) {
    expect(holdOverlap(holdDistribution(hold), 1e-6)).toBeCloseTo(1, 3);
  }
});
