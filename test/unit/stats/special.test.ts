import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gammaLower, gammaQuantile, gammaUpper, logGamma, logGammaUpper } from '../../../src/stats/gamma.ts';
import { normalCdf, normalQuantile } from '../../../src/stats/normal.ts';

describe('the normal distribution', () => {
  // Reference values to 20 digits from mpmath 1.3.
  it.each([
    [-35, 1.12491070647241e-268],
    [-5, 2.86651571879194e-7],
    [-1, 0.158655253931457],
    [0, 0.5],
    [0.6, 0.725746882249926],
    [2.5, 0.993790334674224],
  ])('has the share below %d to 13 digits', (x, share) => {
    expect(normalCdf(x) / share).toBeCloseTo(1, 12);
  });

  it.each([
    [0.95, 1.644853626951],
    [0.99, 2.326347874041],
    [0.975, 1.95996398454],
    [1e-12, -7.034483825301],
  ])('has its quantile at %d to 9 digits and more', (p, x) => {
    expect(normalQuantile(p)).toBeCloseTo(x, 10);
  });

  it('takes back its own quantile', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 0.999999, noNaN: true }), (p) => {
        expect(normalCdf(normalQuantile(p)) / p).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe('the incomplete gamma function', () => {
  // Reference values from mpmath 1.3 at 40 digits.
  it.each([
    [0.01, 0.0001, 0.91721434709225],
    [0.01, 1, 0.99778376537677],
    [0.5, 0.25, 0.52049987781305],
    [3, 3.9, 0.74687489737022],
    [50, 45, 0.24680203440017],
    [1e3, 1010, 0.62767894473699],
    [1e6, 1e6, 0.50013298076087],
    [1e6, 999_000, 0.1586552135743],
  ])('of shape %d at %d is right to 9 digits', (shape, x, lower) => {
    expect(gammaLower(shape, x) / lower).toBeCloseTo(1, 8);
    expect(gammaUpper(shape, x)).toBeCloseTo(1 - lower, 9);
  });

  it('is the Poisson chance of fewer than k events for whole shapes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.double({ min: 0.01, max: 100, noNaN: true }), (k, x) => {
        let [term, sum] = [Math.exp(-x), 0];
        for (let n = 0; n < k; n += 1) {
          sum += term;
          term *= x / (n + 1);
        }
        expect(gammaUpper(k, x)).toBeCloseTo(sum, 12);
      }),
    );
  });

  it('has a logarithm where it is below the smallest number itself', () => {
    expect(gammaUpper(2, 1_000)).toBe(0);
    // Q(2, x) = (1 + x) e^-x
    expect(logGammaUpper(2, 1_000)).toBeCloseTo(Math.log(1_001) - 1_000, 9);
  });

  it('takes back its own quantile for shapes from 0.01 to a million', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -2, max: 6, noNaN: true }),
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        (logShape, p) => {
          const shape = 10 ** logShape;
          expect(gammaLower(shape, gammaQuantile(shape, p))).toBeCloseTo(p, 8);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('knows factorials', () => {
    expect(Math.exp(logGamma(6))).toBeCloseTo(120, 10);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 13);
    expect(logGamma(101)).toBeCloseTo(363.739375555563, 10);
  });
});
