import { describe, expect, it } from 'vitest';
import type { Measurement } from '../../../src/measure/result.ts';
import { measurementWarnings } from '../../../src/measure/warnings.ts';

const held = { value: 8, low: 7.5, high: 8.5, source: 'counters', isSampled: false };
const good: Measurement = {
  engine: 'postgres',
  scope: 'database "app"',
  windowSeconds: 60,
  readings: 13,
  samples: 240,
  unit: 'transaction',
  ratePerSecond: { value: 100, low: 95, high: 105, source: 'counters' },
  peakPerSecond: 110,
  heldConnections: held,
  heldBy: [held, { ...held, source: 'samples', isSampled: true }],
  agrees: true,
  holdTime: { meanMs: { value: 80, low: 75, high: 85 } },
  connectedSessions: 20,
  byName: [
    { name: 'app', ratePerSecond: 100 },
    { name: 'shop', ratePerSecond: 60 },
  ],
  notes: [],
};

const warned = (changes: Partial<Measurement>) =>
  measurementWarnings({ ...good, ...changes }).map(({ code, message }) => `${code}: ${message}`);

const disagreement = {
  agrees: false,
  heldBy: [held, { value: 14, low: 13, high: 15, source: 'samples', isSampled: true }],
};
const twoUsers = { scope: 'the whole server' };

describe('a reader is warned', () => {
  it('of nothing where all is well', () => {
    expect(warned({})).toEqual([]);
  });

  it('of counters and samples that contradict each other, with what each says', () => {
    expect(warned(disagreement)).toEqual([
      "MEASUREMENTS_DISAGREE: Little's law does not hold between the figures: connections in use are 8 (7.5 to 8.5) by counters but 14 (13 to 15) by samples.",
    ]);
    const [hint, other] = (['postgres', 'mysql'] as const).map(
      (engine) => measurementWarnings({ ...good, ...disagreement, engine })[0]?.hint,
    );
    expect(hint).toContain('touch no table');
    expect(other).toContain('outside of transactions');
  });

  it('of a short window, with what that costs', () => {
    expect(warned({ windowSeconds: 10 })).toEqual([
      'WINDOW_SHORT: A window of 10 s is short: the rate is uncertain by 5 %.',
    ]);
    expect(warned({ windowSeconds: 59 })).toEqual([]);
  });

  it('of load that changed, but not of chance', () => {
    expect(warned({ peakPerSecond: 160 })).toEqual([
      'LOAD_UNSTEADY: The load changed during the window: 100 a second on average, 160 at the busiest.',
    ]);
    // A stretch of 5 requests is often one of 9.
    const few = { ...good.ratePerSecond, value: 1 };
    expect(warned({ ratePerSecond: few, peakPerSecond: 1.8 })).toEqual([]);
  });

  it('of several users whose load is one figure, on a whole server', () => {
    expect(warned(twoUsers)).toEqual([
      'SEVERAL_USERS_MEASURED: The load is that of 2 users together: app 100/s, shop 60/s.',
    ]);
    expect(
      warned({
        ...twoUsers,
        byName: [
          { name: 'app', ratePerSecond: 100 },
          { name: 'cron', ratePerSecond: 1 },
        ],
      }),
    ).toEqual([]);
  });

  it('once of each, where all is wrong', () => {
    const all = measurementWarnings({ ...good, ...disagreement, ...twoUsers, windowSeconds: 5, peakPerSecond: 500 });
    expect(all.map(({ code }) => code)).toEqual([
      'MEASUREMENTS_DISAGREE',
      'WINDOW_SHORT',
      'LOAD_UNSTEADY',
      'SEVERAL_USERS_MEASURED',
    ]);
  });
});
