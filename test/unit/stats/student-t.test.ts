import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tQuantile } from '../../../src/stats/student-t.ts';

describe('quantiles of Student’s t', () => {
  // The printed table of every textbook, e.g. NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2.
  it.each([
    [0.975, 1, 12.706],
    [0.975, 2, 4.303],
    [0.975, 4, 2.776],
    [0.975, 10, 2.228],
    [0.975, 30, 2.042],
    [0.975, 120, 1.98],
    [0.95, 1, 6.314],
    [0.95, 5, 2.015],
    [0.95, 20, 1.725],
    [0.9, 3, 1.638],
    [0.99, 8, 2.896],
    [0.995, 2, 9.925],
    [0.995, 60, 2.66],
    [0.999, 1, 318.309],
    [0.999, 100, 3.174],
  ])('%d of them lie below t at %d degrees of freedom: %d', (probability, degreesOfFreedom, published) => {
    expect(tQuantile(probability, degreesOfFreedom)).toBeCloseTo(published, 3);
  });

  // SciPy 1.17.1, scipy.stats.t.ppf.
  it.each([
    [0.0001, 1, -3183.098757118],
    [0.75, 2.5, 0.785013682992],
    [0.975, 29, 2.045229642133],
    [0.975, 57.5, 2.00208815198],
    [0.9995, 100, 3.390491311164],
    [0.975, 10_000, 1.960201239905],
  ])('keep every digit that a second program prints: %d at %d', (probability, degreesOfFreedom, other) => {
    expect(Math.abs(tQuantile(probability, degreesOfFreedom) / other - 1)).toBeLessThan(1e-11);
  });

  it('agree with the closed forms of one and of two degrees of freedom', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), (p) => {
        const cauchy = Math.tan(Math.PI * (p - 0.5));
        const two = (2 * p - 1) / Math.sqrt(2 * p * (1 - p));
        expect(Math.abs(tQuantile(p, 1) - cauchy)).toBeLessThan(1e-9 * Math.max(1, Math.abs(cauchy)));
        expect(Math.abs(tQuantile(p, 2) - two)).toBeLessThan(1e-9 * Math.max(1, Math.abs(two)));
      }),
    );
  });

  it('are symmetric, and 0 in the middle', () => {
    expect(tQuantile(0.5, 7)).toBe(0);
    expect(tQuantile(0.025, 4)).toBeCloseTo(-tQuantile(0.975, 4), 12);
  });

  it('come down to those of the normal distribution', () => {
    expect(tQuantile(0.975, 1e9)).toBeCloseTo(1.9599639869, 9);
    expect(tQuantile(0.975, Number.POSITIVE_INFINITY)).toBeCloseTo(1.959963984540054, 9);
    expect(tQuantile(0.001, Number.POSITIVE_INFINITY)).toBeCloseTo(-3.090232306167813, 9);
  });

  it('rise with the share, and fall with the degrees of freedom', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.51, max: 0.9999, noNaN: true }),
        fc.double({ min: 1, max: 400, noNaN: true }),
        (p, v) => tQuantile(p + 0.00005, v) > tQuantile(p, v) && tQuantile(p, v * 1.5) < tQuantile(p, v),
      ),
    );
  });

  it('are refused to a share or degrees of freedom that have none', () => {
    expect(() => tQuantile(1, 4)).toThrow(RangeError);
    expect(() => tQuantile(Number.NaN, 4)).toThrow(RangeError);
    expect(() => tQuantile(0.9, 0)).toThrow(RangeError);
  });
});
