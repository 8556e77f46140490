import { expect, it } from 'vitest';
import { samples } from '../../../src/queueing/laws/empirical.ts';

/** As skew as hold times are. */
const times = (count: number) => Array.from({ length: count }, (_, at) => 5 * (1 - (at + 0.5) / count) ** -0.4);

it('very many times are told by their groups as each by itself, to a thousandth', () => {
  const all = times(150_000);
  const grouped = samples(all);
  const mean = all.reduce((sum, ms) => sum + ms, 0) / all.length;
  expect(grouped.meanMs).toBeCloseTo(mean, 9);
  for (const p of [0.01, 0.5, 0.95, 0.99, 0.9999]) {
    const exact = all[Math.ceil(p * all.length) - 1] ?? 0;
    expect(Math.abs(grouped.quantile(p) / exact - 1)).toBeLessThan(0.001);
  }
});

it('a scaled law is that of the scaled times', () => {
  const all = times(500);
  const [scaled, other] = [samples(all, 1.3), samples(all.map((ms) => ms * 1.3))];
  expect([scaled.meanMs, scaled.scv, scaled.heaviness].map((value) => value.toPrecision(10))).toEqual(
    [other.meanMs, other.scv, other.heaviness].map((value) => value.toPrecision(10)),
  );
  for (const t of [1, 8, 20, 60]) {
    expect(scaled.cdf(t)).toBeCloseTo(other.cdf(t), 10);
    expect(scaled.residualCdf(t)).toBeCloseTo(other.residualCdf(t), 10);
    expect(scaled.residualMeanUpTo(t)).toBeCloseTo(other.residualMeanUpTo(t), 8);
  }
});
