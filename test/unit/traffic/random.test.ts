import { expect, it } from 'vitest';
import type { HoldLaw } from '../../../src/queueing/hold-law.ts';
import { holdSampler } from '../../../src/traffic/holds.ts';
import { RandomStream } from '../../../src/traffic/random.ts';
import { exponential, lognormal } from '../simulate/runs.ts';

const draws = 200_000;

function moments(next: () => number): { mean: number; scv: number; values: Float64Array } {
  const values = Float64Array.from({ length: draws }, next);
  const mean = values.reduce((sum, value) => sum + value, 0) / draws;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws;
  return { mean, scv: variance / mean ** 2, values };
}

const first = (stream: RandomStream) => Array.from({ length: 8 }, () => stream.uniform());

it('gives the same numbers for the same seed, and others for another seed or stream', () => {
  const numbers = first(new RandomStream(7, 0));
  expect(first(new RandomStream(7, 0))).toEqual(numbers);
  expect(first(new RandomStream(8, 0))).not.toEqual(numbers);
  expect(first(new RandomStream(7, 1))).not.toEqual(numbers);
  expect(first(new RandomStream(7 + 2 ** 32, 0))).not.toEqual(numbers);
});

it('stays the generator it is: a recorded run can be repeated by a later version', () => {
  expect(first(new RandomStream(1, 0)).slice(0, 3)).toMatchInlineSnapshot(`
    [
      0.5288068022346124,
      0.12006872508209199,
      0.49951654265169054,
    ]
  `);
});

it('makes streams of neighbouring seeds that know nothing of each other', () => {
  const [one, other] = [new RandomStream(1, 0), new RandomStream(2, 0)];
  const sum = Array.from({ length: draws }, () => (one.uniform() - 0.5) * (other.uniform() - 0.5)).reduce(
    (a, b) => a + b,
  );
  // The correlation of independent numbers is within 3 / sqrt(draws).
  expect(Math.abs((12 * sum) / draws)).toBeLessThan(3 / Math.sqrt(draws));
});

it('spreads evenly over 0 to 1', () => {
  const stream = new RandomStream(3, 0);
  const counts = new Array(20).fill(0);
  for (let draw = 0; draw < draws; draw += 1) counts[stream.below(20)] += 1;
  const chiSquare = counts.reduce((sum, count) => sum + (count - draws / 20) ** 2 / (draws / 20), 0);
  // The 99.9 % point at 19 degrees of freedom.
  expect(chiSquare).toBeLessThan(43.8);
});

it('makes normal numbers of mean 0 and variance 1', () => {
  const stream = new RandomStream(4, 0);
  const values = Float64Array.from({ length: draws }, () => stream.normal());
  const mean = values.reduce((sum, value) => sum + value, 0) / draws;
  const beyondTwo = values.filter((value) => Math.abs(value) > 1.959964).length / draws;
  expect(mean).toBeCloseTo(0, 2);
  expect(beyondTwo).toBeCloseTo(0.05, 2);
});

// 200,000 draws give a mean to 3 cv / sqrt(draws); the variance of skewed laws is good to some percent only.
it.each([
  ['constant', { kind: 'constant', meanMs: 80 }, 80, 0],
  ['exponential', exponential(80), 80, 1],
  ['lognormal of cv 0.5', lognormal(80, 0.5), 80, 0.25],
  ['gamma of shape 9', { kind: 'gamma', shape: 9, scaleMs: 10 }, 90, 1 / 9],
  ['gamma of shape 1', { kind: 'gamma', shape: 1, scaleMs: 80 }, 80, 1],
  ['gamma of shape 0.3', { kind: 'gamma', shape: 0.3, scaleMs: 200 }, 60, 1 / 0.3],
  ['samples', { kind: 'samples', sortedMs: [10, 20, 60] }, 30, 14 / 27],
  [
    'histogram',
    {
      kind: 'histogram',
      buckets: [
        { fromMs: 0, toMs: 10, count: 3 },
        { fromMs: 10, toMs: 50, count: 1 },
      ],
    },
    11.25,
    1.2387,
  ],
  [
    'mixture',
    {
      kind: 'mixture',
      parts: [
        { share: 0.75, law: { kind: 'constant', meanMs: 10 } },
        { share: 0.25, law: exponential(50) },
      ],
    },
    20,
    2.3125,
  ],
] satisfies [string, HoldLaw, number, number][])(
  'draws %s hold times with their mean and variability',
  (_, law, mean, scv) => {
    const drawn = moments(holdSampler(law, new RandomStream(5, 0)));
    expect(Math.abs(drawn.mean / mean - 1)).toBeLessThan((3.5 * Math.sqrt(scv)) / Math.sqrt(draws) + 1e-12);
    expect(Math.abs(drawn.scv - scv)).toBeLessThan(0.03 * scv + 1e-12);
  },
);

it('draws no other times than the samples, each as often as the others', () => {
  const next = holdSampler({ kind: 'samples', sortedMs: [3, 5, 5, 9] }, new RandomStream(6, 0));
  const { values } = moments(next);
  const share = (ms: number) => values.filter((value) => value === ms).length / draws;
  expect(new Set(values)).toEqual(new Set([3, 5, 9]));
  expect(share(5)).toBeCloseTo(0.5, 2);
  expect(share(9)).toBeCloseTo(0.25, 2);
});
