import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/traffic/random.ts';
import { GrowthMeter } from '../../../src/watch/growth.ts';
import type { Growth } from '../../../src/watch/state.ts';

interface Watched {
  /** What was said after each look. */
  readonly said: readonly (Growth | undefined)[];
  /** Seconds after which a time was told when it is full. */
  readonly toldAt: readonly number[];
}

/** What is said of a server with this many connections taken at each second, looked at every 2 s. */
function grown(taken: (second: number) => number, seconds: number, usable = 97): Watched {
  const meter = new GrowthMeter(2_000);
  const said: (Growth | undefined)[] = [];
  const toldAt: number[] = [];
  for (let second = 0; second < seconds; second += 2) {
    const now = Math.max(0, Math.round(taken(second)));
    meter.add(now, second * 1_000);
    const growth = meter.growth(now, usable);
    said.push(growth);
    if (growth?.fullInSeconds !== undefined) toldAt.push(second);
  }
  return { said, toldAt };
}

/** Noise that hangs together over some seconds, as sessions do that last so long. */
function noise(seed: number, deviation: number, seconds: number): () => number {
  const random = new RandomStream(seed, 1);
  const keep = Math.exp(-2 / seconds);
  let at = 0;
  return () => {
    at = keep * at + Math.sqrt(1 - keep * keep) * deviation * random.normal();
    return at;
  };
}

describe('growth', () => {
  it.each([
    [10, 60],
    [30, 60],
    [4, 130],
    [1, 330],
  ])('of %d a minute is told within %d s, with the time that is left', (perMinute, seconds) => {
    const { said, toldAt } = grown((second) => 10 + (second / 60) * perMinute, 600, 97);
    const [first = Number.POSITIVE_INFINITY] = toldAt;
    expect(first).toBeLessThanOrEqual(seconds);
    const { fullInSeconds = 0, perMinute: told } = said[first / 2] as Growth;
    const left = (97 - 10 - (first / 60) * perMinute) / (perMinute / 60);
    expect(told).toBeGreaterThan(perMinute * 0.7);
    expect(told).toBeLessThan(perMinute * 1.4);
    expect(fullInSeconds).toBeGreaterThan(left * 0.7);
    expect(fullInSeconds).toBeLessThan(left * 1.4);
  });

  it('is told on noise, too, when it is far above it', () => {
    const wobble = noise(7, 2, 20);
    const { toldAt } = grown((second) => 10 + wobble() + Math.max(0, second - 1_200) * (10 / 60), 1_600);
    expect(toldAt.filter((second) => second < 1_200)).toEqual([]);
    expect(toldAt.length).toBeGreaterThan(50);
  });

  it('is not told on noise alone, whatever it is like', () => {
    const kinds = fc.record({
      seed: fc.integer({ min: 1, max: 1e6 }),
      deviation: fc.double({ min: 0, max: 6, noNaN: true }),
      seconds: fc.double({ min: 1, max: 60, noNaN: true }),
    });
    let told = 0;
    fc.assert(
      fc.property(kinds, ({ seed, deviation, seconds }) => {
        const wobble = noise(seed, deviation, seconds);
        if (grown(() => 40 + wobble(), 3_600).toldAt.length > 0) told += 1;
      }),
      { numRuns: 25 },
    );
    // In 25 hours of noise that begin without a history.
    expect(told).toBeLessThanOrEqual(1);
  });

  it('is not told on a burst, however high and long, nor when it comes again', () => {
    const bursts = fc.record({
      from: fc.integer({ min: 0, max: 40 }),
      height: fc.integer({ min: 1, max: 50 }),
      beginsAt: fc.integer({ min: 0, max: 900 }),
      lasts: fc.integer({ min: 2, max: 600 }),
      every: fc.integer({ min: 601, max: 1_200 }),
    });
    fc.assert(
      fc.property(bursts, ({ from, height, beginsAt, lasts, every }) => {
        const taken = (second: number) =>
          from + (second >= beginsAt && (second - beginsAt) % every < lasts ? height : 0);
        expect(grown(taken, 1_800).toldAt).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('ends when nothing grows any more', () => {
    const { said } = grown((second) => 10 + Math.min(second, 180) * (10 / 60), 600);
    expect(said[85]?.fullInSeconds).toBeDefined();
    expect(said.at(-1)?.fullInSeconds).toBeUndefined();
  });

  it('knows nothing before a minute is over, nor after a gap in the looks', () => {
    const meter = new GrowthMeter(2_000);
    const rise = (from: number, to: number) => {
      for (let second = from; second < to; second += 2) meter.add(second, second * 1_000);
      return meter.growth(to, 10_000);
    };
    expect(rise(0, 58)).toBeUndefined();
    expect(rise(58, 90)).toMatchObject({ perMinute: 60 });
    expect(rise(400, 420)).toBeUndefined();
  });

  it('gives numbers, whatever is taken', () => {
    const levels = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { maxLength: 200 });
    fc.assert(
      fc.property(levels, fc.integer({ min: 0, max: 1_000_000 }), (taken, usable) => {
        const { said } = grown((second) => taken[second / 2] ?? 0, taken.length * 2, usable);
        for (const growth of said) {
          if (!growth) continue;
          expect(Number.isFinite(growth.perMinute)).toBe(true);
          expect(growth.fullInSeconds ?? 0).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 50 },
    );
  });
});
