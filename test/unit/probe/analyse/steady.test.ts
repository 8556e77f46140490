import { describe, expect, it } from 'vitest';
import { steadyPart } from '../../../../src/probe/analyse/steady.ts';
import { RandomStream } from '../../../../src/traffic/random.ts';

const noisy = (count: number, seed: number, at: (index: number) => number) => {
  const random = new RandomStream(seed, 0);
  return Array.from({ length: count }, (_, index) => at(index) * (1 + 0.05 * random.normal()));
};

describe('the steady part of a run', () => {
  it('begins where a slow start ends', () => {
    // A cold Node process: a quarter of its rate at first, then in 1 s to all of it (probe.md 2.4), in stretches of 50 ms.
    const { cut, isSteady } = steadyPart(noisy(100, 1, (index) => (index < 20 ? 250 + 37 * index : 1_000)));
    expect(cut).toBeGreaterThanOrEqual(10);
    expect(cut).toBeLessThanOrEqual(30);
    expect(isSteady).toBe(true);
  });

  it('is all of a run that was steady, in at least nine of ten', () => {
    const steady = Array.from({ length: 100 }, (_, seed) => steadyPart(noisy(100, seed, () => 1_000)).isSteady);
    expect(steady.filter(Boolean).length).toBeGreaterThanOrEqual(90);
  });

  it('is not there where the rate falls to the end', () => {
    expect(steadyPart(noisy(100, 3, (index) => 1_000 - 5 * index)).isSteady).toBe(false);
  });

  it('is not there where most of the run is the start', () => {
    expect(steadyPart(noisy(100, 4, (index) => (index < 70 ? 100 + 10 * index : 1_000))).isSteady).toBe(false);
  });

  it('is there where the halves differ by what nobody would act on, however sure that is', () => {
    expect(steadyPart(Array.from({ length: 100 }, (_, index) => (index < 50 ? 100 : 101))).isSteady).toBe(true);
  });

  it('is not shown by fewer than eight stretches', () => {
    expect(steadyPart([1, 1, 1, 1, 1, 1, 1])).toEqual({ cut: 0, isSteady: false });
    expect(steadyPart([1, 1, 1, 1, 1, 1, 1, 1]).isSteady).toBe(true);
  });
});
