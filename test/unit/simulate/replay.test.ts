import { describe, expect, it } from 'vitest';
import { recordedLoad } from '../../../src/diagnose/recorded-load.ts';
import { replicate } from '../../../src/simulate/replicate.ts';
import { simulate } from '../../../src/simulate/run.ts';
import { madeLoad } from '../../helpers/made-causes.ts';
import { madeRecording } from '../../helpers/made-recording.ts';

const hold = { kind: 'constant', meanMs: 1 } as const;

describe('a trace with its own holds', () => {
  it('gives each request the hold that was recorded with it', () => {
    const arrivals = { kind: 'trace', timesMs: [0, 10, 20], holdsMs: [100, 50, 5] } as const;
    const run = simulate({ arrivals, hold, connections: 1, durationMs: 1_000, seed: 1 });
    // The second waits for the first, 90 ms, and the third for both, 130 ms.
    expect(run.meanWaitMs).toBeCloseTo((0 + 90 + 130) / 3);
    expect(run.maxWaitMs).toBe(130);
  });

  it('never returns a connection that was not returned', () => {
    const arrivals = { kind: 'trace', timesMs: [0, 10], holdsMs: [Number.POSITIVE_INFINITY, 5] } as const;
    expect(simulate({ arrivals, hold, connections: 1, durationMs: 1_000, seed: 1 })).toMatchObject({ waiting: 1 });
  });

  it.each([
    [[1], 'The trace has 2 arrivals and 1 holds; it must have one hold for each.'],
    [[1, Number.NaN], 'Hold 2 of the trace is NaN ms; it must be 0 or more.'],
  ])('refuses holds %j', (holdsMs, message) => {
    const arrivals = { kind: 'trace' as const, timesMs: [0, 1], holdsMs };
    expect(() => simulate({ arrivals, hold, connections: 1, durationMs: 10, seed: 1 })).toThrow(message);
  });
});

describe('a replay of a recording', () => {
  const recording = madeRecording(madeLoad('too-small', 3));
  const { timesMs, holdsMs } = recordedLoad(recording);
  const replayed = (connections: number) =>
    replicate(
      {
        arrivals: { kind: 'trace', timesMs, holdsMs },
        ...{ hold, connections, durationMs: recording.durationMs, seed: 1 },
      },
      { replications: 8 },
    );
  const limit = recording.samples[0]?.limit ?? 0;

  it('with the same pool gives the waits of the recording', async () => {
    const served = recording.acquires.filter(({ outcome }) => outcome !== 'waiting').map(({ waitMs }) => waitMs);
    const { figures } = await replayed(limit);
    const p99 = served.sort((a, b) => a - b)[Math.floor(0.99 * served.length)] ?? 0;
    expect(figures.p99WaitMs.mean / p99).toBeCloseTo(1, 1);
  });

  it('has an interval round the figure of what was recorded, and another pool another wait', async () => {
    const { figures, runs } = await replayed(limit);
    const { low, mean, high } = figures.p99WaitMs;
    expect(mean).toBe(runs[0]?.p99WaitMs);
    expect(low).toBeLessThan(mean);
    expect(high).toBeGreaterThan(mean);
    const larger = await replayed(4 * limit);
    expect(larger.figures.p99WaitMs.high).toBeLessThan(low);
  });
});
