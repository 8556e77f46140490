import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PoolctlError } from '../../../src/base/errors.ts';
import { findKnee, findKneedle, type KneePoint, type XY } from '../../../src/scalability/knee.ts';

function pairs(xs: readonly number[], y: (x: number, index: number) => number): XY[] {
  return xs.map((x, index) => ({ x, y: y(x, index) }));
}

function ramp(levels: readonly number[], throughput: (concurrency: number) => number): KneePoint[] {
  return levels.map((concurrency) => ({ concurrency, throughputPerSecond: throughput(concurrency) }));
}

function count(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

describe('Kneedle', () => {
  it('finds the knee of figure 2 of its paper where kneed does', () => {
    const points = pairs(
      count(0, 9).map((step) => step / 9),
      (x) => 5 - 1 / (x + 0.1),
    );
    expect(findKneedle(points)).toBeCloseTo(0.222222, 6);
  });

  const readme = [1, 1, 0.894, 0.864, 0.859, 0.856, 0.852, 0.851, 0.849, 0.848, 0.847, 0.845];
  it.each([
    ['convex', 4],
    ['concave', 2],
  ] as const)('reads the example of Kneedle for C# as falling and %s: %d', (bend, knee) => {
    expect(
      findKneedle(
        pairs(count(1, 12), (_, index) => readme[index] ?? 0),
        { direction: 'falling', bend },
      ),
    ).toBe(knee);
  });

  // The tests of kneed and of Kneedle for C#.
  const kneed = [0, 60, 80, 85, 90, 95, 96, 97, 98, 99];
  it.each([
    ['rising', 'concave', (x: number) => kneed[x] ?? 0, 9, 2],
    ['falling', 'concave', (x: number) => kneed[9 - x] ?? 0, 9, 7],
    ['rising', 'convex', (x: number) => 100 - (kneed[9 - x] ?? 0), 9, 7],
    ['falling', 'convex', (x: number) => 100 - (kneed[x] ?? 0), 9, 2],
    ['rising', 'convex', (x: number) => 1.05 ** x, 99, 67],
    ['falling', 'convex', (x: number) => 1.05 ** (99 - x), 99, 32],
    ['rising', 'concave', (x: number) => -(1.05 ** (99 - x)), 99, 32],
    ['falling', 'concave', (x: number) => -(1.05 ** x), 99, 67],
  ] as const)('finds the knee of a %s and %s curve as others do', (direction, bend, y, last, knee) => {
    expect(findKneedle(pairs(count(0, last), y), { direction, bend })).toBe(knee);
  });

  it('finds none in a straight line, in a flat one, or in one that bends the other way', () => {
    expect(findKneedle(pairs(count(1, 9), (x) => 3 * x))).toBeUndefined();
    expect(findKneedle(pairs(count(1, 9), () => 3))).toBeUndefined();
    expect(findKneedle(pairs(count(1, 9), (x) => x * x))).toBeUndefined();
  });

  it('finds none in a bend smaller than its sensitivity', () => {
    const bend = pairs(count(1, 10), (x) => Math.min(x, 4));
    expect(findKneedle(bend)).toBe(4);
    expect(findKneedle(bend, { direction: 'rising', bend: 'concave' }, 20)).toBeUndefined();
  });
});

describe('the knee of a ramp', () => {
  it('is the number of servers, by every definition, where servers alone are the limit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 24 }),
        fc.double({ min: 1e-3, max: 1e4, noNaN: true }),
        (servers, perSecond) => {
          const knee = findKnee(ramp(count(1, 32), (n) => Math.min(n, servers) * perSecond));
          expect(knee.kneedle).toBe(servers);
          expect(knee.power).toBe(servers);
          expect(knee.twoLines).toBeCloseTo(servers, 6);
          expect(knee.asymptotic).toBeCloseTo(servers, 6);
          expect(knee.concurrency).toBeCloseTo(servers, 6);
          expect(knee.spread).toBeCloseTo(1, 6);
          expect(knee.isDoubtful).toBe(false);
          expect(knee.isBeyondRamp).toBe(false);
        },
      ),
    );
  });

  it('lies between two levels by the two lines, if that is where they meet', () => {
    const knee = findKnee(ramp([1, 2, 4, 8, 12, 16, 24, 32], (n) => 100 * Math.min(n, 10) + n));
    expect(knee.twoLines).toBeCloseTo(10, 9);
  });

  it('is the smallest of the four definitions, and how far they spread is told', () => {
    const knee = findKnee(ramp([1, 4, 8, 12, 16, 20], (n) => (20 * n) / (1 + 0.024 * (n - 1) + 0.0016 * n * (n - 1))));
    const all = [knee.kneedle, knee.power, knee.twoLines, knee.asymptotic].filter((value) => value !== undefined);
    expect(all).toHaveLength(4);
    expect(knee.concurrency).toBe(Math.min(...all));
    expect(knee.spread).toBe(Math.max(...all) / Math.min(...all));
    expect(knee.isDoubtful).toBe(false);
  });

  it('is doubtful when the definitions are more than 2 times apart, as on the ray tracer of Gunther', () => {
    const levels = [1, 4, 8, 12, 16, 20, 24, 28, 32, 48, 64];
    const throughputs = [20, 78, 130, 170, 190, 200, 210, 230, 260, 280, 310];
    const knee = findKnee(ramp(levels, (n) => throughputs[levels.indexOf(n)] ?? 0));
    expect(knee).toMatchObject({ concurrency: 12, kneedle: 32, power: 12, asymptotic: 15.5, isDoubtful: true });
    expect(knee.twoLines).toBeCloseTo(12.876, 3);
    expect(knee.spread).toBeCloseTo(32 / 12, 9);
  });

  it('is beyond a ramp on which throughput is in proportion to the last level', () => {
    // Measured with a 5 ms sleep, 1 to 48 workers: nothing but the number of workers was the limit.
    const knee = findKnee(ramp([1, 2, 4, 8, 16, 32, 48], (n) => 172 * n * (1 - n / 700)));
    expect(knee.isBeyondRamp).toBe(true);
    expect(knee.kneedle).toBeUndefined();
    expect(knee.twoLines).toBeUndefined();
    expect(knee.power).toBe(48);
  });

  it('goes by measured response times where they are given', () => {
    const points = ramp([1, 2, 4, 8, 16, 32], (n) => 100 * Math.min(n, 8));
    const slow = points.map((point) => ({ ...point, responseTimeMs: 5 + 5 * Math.max(1, point.concurrency / 4) }));
    expect(findKnee(points).power).toBe(8);
    expect(findKnee(points).asymptotic).toBeCloseTo(8, 9);
    expect(findKnee(slow).asymptotic).toBeCloseTo(800 * 0.01, 9);
    expect(
      findKnee(slow.map((point) => ({ ...point, responseTimeMs: point.responseTimeMs / 2 }))).asymptotic,
    ).toBeCloseTo(4, 9);
  });

  it('depends neither on the order of the levels nor on repeats that agree', () => {
    const points = ramp([1, 2, 4, 8, 16, 32], (n) => (100 * n) / (1 + 0.1 * (n - 1)));
    expect(findKnee([...points].reverse())).toEqual(findKnee(points));
    expect(findKnee([...points, ...points])).toEqual(findKnee(points));
  });

  it('is refused to fewer than four levels, and to times that cannot be', () => {
    expect(() => findKnee(ramp([1, 2, 4], (n) => n))).toThrow(PoolctlError);
    expect(() => findKnee(ramp([1, 2, 4, 8], (n) => n).map((point) => ({ ...point, responseTimeMs: 0 })))).toThrow(
      PoolctlError,
    );
  });
});
