import fc from 'fast-check';
import type { HoldLaw } from '../../../src/queueing/hold-law.ts';

export const exponential = (meanMs: number): HoldLaw => ({ kind: 'exponential', meanMs });
export const constant = (meanMs: number): HoldLaw => ({ kind: 'constant', meanMs });
export const gamma = (meanMs: number, scv: number): HoldLaw => ({
  kind: 'gamma',
  shape: 1 / scv,
  scaleMs: meanMs * scv,
});
export const lognormal = (meanMs: number, scv: number): HoldLaw => {
  const sigma = Math.sqrt(Math.log1p(scv));
  return { kind: 'lognormal', medianMs: meanMs * Math.exp(-(sigma ** 2) / 2), sigma };
};
/** Nine of ten requests take 0.4 of the mean, the tenth the rest: scv 3.24. */
export const twoClasses = (meanMs: number): HoldLaw => ({
  kind: 'mixture',
  parts: [
    { share: 0.9, law: constant(0.4 * meanMs) },
    { share: 0.1, law: constant(6.4 * meanMs) },
  ],
});

export const lawsOfMean = (meanMs: number): HoldLaw[] => [
  constant(meanMs),
  exponential(meanMs),
  gamma(meanMs, 0.25),
  gamma(meanMs, 3),
  lognormal(meanMs, 0.5),
  lognormal(meanMs, 4),
  twoClasses(meanMs),
  { kind: 'samples', sortedMs: [0.2, 0.3, 0.5, 0.6, 0.9, 3.5].map((times) => times * meanMs) },
  {
    kind: 'histogram',
    buckets: [
      { fromMs: 0, toMs: meanMs, count: 7 },
      { fromMs: meanMs, toMs: (10 / 3) * meanMs, count: 3 },
    ],
  },
];

const times = fc.double({ min: 0.01, max: 1e5, noNaN: true });

/** Any law that a user may end up with, also absurd ones. */
export const anyLaw: fc.Arbitrary<HoldLaw> = fc.oneof(
  fc.record({ kind: fc.constant('constant' as const), meanMs: times }),
  fc.record({ kind: fc.constant('exponential' as const), meanMs: times }),
  fc.record({
    kind: fc.constant('lognormal' as const),
    medianMs: times,
    sigma: fc.double({ min: 0, max: 6, noNaN: true }),
  }),
  fc.record({
    kind: fc.constant('gamma' as const),
    shape: fc.double({ min: 0.01, max: 1e6, noNaN: true }),
    scaleMs: times,
  }),
  fc.array(times, { minLength: 1, maxLength: 30 }).map((list) => ({
    kind: 'samples' as const,
    sortedMs: list.sort((a, b) => a - b),
  })),
  fc.tuple(times, times, fc.double({ min: 0.001, max: 0.999, noNaN: true })).map(([fast, slow, share]) => ({
    kind: 'mixture' as const,
    parts: [
      { share, law: exponential(fast) },
      { share: 1 - share, law: lognormal(slow, 2) },
    ],
  })),
);
