import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Meter } from '../../../src/engines/meter.ts';
import { watch } from '../../../src/measure/watch.ts';
import { factsOf } from './seen.ts';

/** Sleep only moves the clock. */
const clock = vi.hoisted(() => ({ ms: 0, pauses: [] as number[] }));
vi.mock('node:timers/promises', () => ({
  setTimeout: async (ms: number, _value: undefined, { signal }: { signal: AbortSignal }) => {
    signal.throwIfAborted();
    clock.ms += ms;
    clock.pauses.push(ms);
  },
}));

beforeEach(() => {
  clock.ms = 0;
  clock.pauses.length = 0;
});

interface Wishes {
  readonly lagMs?: number;
  readonly shortestPauseMs?: number;
  /** Called before each answer, with its kind and number. */
  readonly before?: (kind: 'reading' | 'sample', number: number) => void;
}

/** A meter whose answers take some milliseconds; readings carry the moment and samples their number. */
function meterOf({ before = () => {}, ...facts }: Wishes = {}): Meter {
  const asked = { reading: 0, sample: 0 };
  const answer = (kind: 'reading' | 'sample', ms: number) => {
    asked[kind] += 1;
    clock.ms += ms;
    before(kind, asked[kind]);
    return asked[kind];
  };
  return {
    facts: factsOf(facts),
    reading: async () => {
      answer('reading', 4);
      return { atMs: clock.ms, server: 'one', connected: 0 };
    },
    sample: async () => ({ held: answer('sample', 2), visible: 0, hidden: 0, agesMs: [] }),
  };
}

const options = (windowMs: number, changes = {}) => ({
  windowMs,
  now: () => clock.ms,
  signal: new AbortController().signal,
  onProgress: async () => {},
  ...changes,
});

describe('a window', () => {
  it('of a minute has 13 readings, the first and the last at its ends, and some 240 samples', async () => {
    const { readings, samples, failure } = await watch(meterOf({ lagMs: 1_000 }), options(60_000));
    expect(failure).toBeUndefined();
    expect(readings).toHaveLength(13);
    expect(readings[0]?.atMs).toBe(4);
    expect(readings.at(-1)?.atMs).toBeGreaterThanOrEqual(60_000);
    expect(readings.at(-1)?.atMs).toBeLessThan(60_500);
    expect(samples.length).toBeGreaterThan(200);
    expect(samples.length).toBeLessThan(280);
  });

  it('has three readings and more, however short, and no stretch of less than a third of another', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2_000, max: 600_000 }), fc.constantFrom(0, 1_000), async (windowMs, lagMs) => {
        clock.ms = 0;
        const { readings } = await watch(meterOf({ lagMs }), options(windowMs));
        expect(readings.length).toBeGreaterThanOrEqual(3);
        const stretches = readings.slice(1).map(({ atMs }, index) => atMs - (readings[index]?.atMs ?? 0));
        expect(Math.min(...stretches)).toBeGreaterThan(Math.max(...stretches) * 0.3);
        expect(Math.min(...stretches)).toBeGreaterThan(490);
      }),
      { numRuns: 60 },
    );
  });

  it('has no samples that follow each other faster than the meter can tell anything new', async () => {
    await watch(meterOf({ shortestPauseMs: 110 }), options(5_000));
    // The last pause is what is left of the window.
    expect(Math.min(...clock.pauses.slice(0, -1))).toBeGreaterThanOrEqual(110);
  });

  it('has pauses of many lengths, so that samples keep no step with a rhythm', async () => {
    await watch(meterOf(), options(60_000));
    const [shortest, longest] = [Math.min(...clock.pauses.slice(0, -1)), Math.max(...clock.pauses)];
    expect(longest / shortest).toBeGreaterThan(2);
  });

  it('tells how far it is, from 0 to less than 1', async () => {
    const shares: number[] = [];
    await watch(meterOf(), options(4_000, { onProgress: async (share: number) => void shares.push(share) }));
    expect(shares[0]).toBeLessThan(0.01);
    expect(shares.at(-1)).toBeGreaterThan(0.9);
    expect(shares.every((share, index) => share < 1 && share > (shares[index - 1] ?? -1))).toBe(true);
  });
});

describe('a window that is interrupted', () => {
  it('ends at once, with a last reading', async () => {
    const interruption = new AbortController();
    const before = () => {
      if (clock.ms > 7_000) interruption.abort();
    };
    const { readings, failure } = await watch(meterOf({ before }), options(60_000, { signal: interruption.signal }));
    expect(failure).toBeUndefined();
    expect(readings.map(({ atMs }) => Math.floor(atMs / 1_000))).toEqual([0, 5, 7]);
  });

  it('before it began has the two readings of its ends', async () => {
    const { readings, samples } = await watch(meterOf(), options(60_000, { signal: AbortSignal.abort() }));
    expect([readings.length, samples.length]).toEqual([2, 0]);
  });
});

describe('a server that fails', () => {
  const gone = new Error('gone');

  it.each([
    ['reading', 1, 0, 0],
    ['reading', 3, 2, undefined],
    ['sample', 5, 1, 4],
  ] as const)('at %s %d leaves what was seen before', async (kind, number, readings, samples) => {
    const before = (asked: string, count: number) => {
      if (asked === kind && count === number) throw gone;
    };
    const seen = await watch(meterOf({ before }), options(60_000));
    expect(seen.failure).toBe(gone);
    expect(seen.readings).toHaveLength(readings);
    if (samples !== undefined) expect(seen.samples).toHaveLength(samples);
  });
});
