import { describe, expect, it } from 'vitest';
import { type InstanceFigures, type StretchFigures, stretchOf } from '../../../src/demand/figures.ts';
import { judgeDemand } from '../../../src/demand/judge.ts';
import { preflight } from '../../../src/demand/preflight.ts';

const healthy: InstanceFigures = {
  ...{ instance: 'a', attempts: 60, uses: 60, useMs: 2_700, inUse: 2.7, inUseMost: 6, waiting: 0.1, limit: 10 },
  ...{ restarts: 0, readings: 60, recentReadings: 15 },
};
const figures = (...instances: readonly Partial<InstanceFigures>[]): StretchFigures => ({
  ...{ fromMs: 1.79e12, toMs: 1.79e12 + 3_600_000, seconds: 3_600, isFleet: false },
  instances: instances.map((one, at) => ({ ...healthy, instance: 'abc'[at] ?? '', ...one })),
});
const warningsOf = (told: StretchFigures) => {
  const stretch = stretchOf(told);
  return stretch ? preflight(told, stretch) : [];
};
const codes = (...instances: readonly Partial<InstanceFigures>[]) =>
  warningsOf(figures(...instances)).map(({ code }) => code);

describe('preflight', () => {
  it('says nothing of a healthy pool', () => {
    expect(codes({}, {})).toEqual([]);
  });

  it('says that a full pool, or requests that wait, make the rate the pool’s own', () => {
    expect(codes({ inUse: 9.6, useMs: 9_600 })).toEqual(['DEMAND_CLOSED_LOOP']);
    expect(codes({ waiting: 4 })).toEqual(['DEMAND_CLOSED_LOOP']);
    expect(warningsOf(figures({ waiting: 4 }))[0]?.message).toBe(
      '4 requests waited on average: the rate is what the pool let through, and what is asked for may be more.',
    );
  });

  it('says that a pooler tells nothing of clients that it refused or that gave up, where it is full', () => {
    const pooler = (more: object) => ({ ...figures(more), isFleet: true });
    expect(warningsOf(pooler({})).map(({ code }) => code)).toEqual([]);
    expect(warningsOf(pooler({ waiting: 4 })).map(({ code }) => code)).toEqual([
      'DEMAND_CLOSED_LOOP',
      'METRICS_LOSSES_UNCOUNTED',
    ]);
    expect(warningsOf(pooler({ waiting: 4, timedOut: 0 })).map(({ code }) => code)).toEqual(['DEMAND_CLOSED_LOOP']);
  });

  it('takes no time to get a connection for a queue', () => {
    const { waiting: _, ...rest } = healthy;
    const told = { ...figures(), instances: [{ ...rest, acquiringMs: 5_000 }] };
    expect(warningsOf(told)).toEqual([]);
    expect(stretchOf(told)?.waiters).toBe(5);
  });

  it('says that fewer than 95 % of the requests were served', () => {
    expect(codes({ uses: 58 })).toEqual([]);
    const [warning] = warningsOf(figures({ uses: 50, useMs: 2_250, timedOut: 8, refused: 2 }));
    expect(warning?.code).toBe('DEMAND_NOT_SERVED');
    expect(warning?.message).toBe(
      'Only 83.3 % of the requests had a connection and gave it back: 8/s timed out, 2/s were refused.',
    );
  });

  it('says that hold times and connections in use contradict each other, as where a unit is wrong', () => {
    expect(codes({ useMs: 2_700_000 })).toContain('DEMAND_UNITS');
    expect(codes({ useMs: 4_000 })).toEqual([]);
  });

  it('says how often and where counters began again', () => {
    expect(warningsOf(figures({}, { restarts: 2 }))[0]).toMatchObject({
      code: 'DEMAND_RESTARTED',
      message: expect.stringContaining('2 times (b)'),
    });
  });

  it('says that scrapes are missing, or too few', () => {
    expect(codes({ readings: 30 })).toEqual(['DEMAND_GAPS']);
    expect(codes({ readings: 3, recentReadings: 1 })).toEqual(['DEMAND_GAPS']);
    expect(codes({ attempts: 0.01, uses: 0.01, useMs: 0.45, inUse: 0 })).toEqual(['DEMAND_GAPS']);
  });

  it('takes an instance that began within the window for what it is', () => {
    const late = { attempts: 30, uses: 30, useMs: 1_350, readings: 30, recentReadings: 15 };
    expect(codes({}, late)).toEqual([]);
    // It had as much to do as the other while it ran, and half an instance ran on average.
    expect(stretchOf(figures({}, late))?.perInstance.map(({ ratePerSecond }) => ratePerSecond)).toEqual([60, 60]);
  });

  it('names the instance that has more than its share', () => {
    expect(codes({ attempts: 120, uses: 120, useMs: 5_400, inUse: 5.4 }, {})).toEqual(['DEMAND_UNEVEN']);
  });
});

describe('a demand', () => {
  const collected = { source: 'hikaricp-micrometer', pool: 'orders', notes: [], warnings: [] };

  it('of which nothing was asked is an error', () => {
    const idle = figures({ attempts: 0, uses: 0, useMs: 0 });
    expect(() => judgeDemand({ ...collected, window: idle }, 'x')).toThrow(
      expect.objectContaining({ code: 'NOT_MEASURED' }),
    );
  });

  it('without a rate is an error', () => {
    const { instance, inUse } = healthy;
    const window = { ...figures(), instances: [{ instance, inUse: inUse ?? 0 }] };
    expect(() => judgeDemand({ ...collected, window }, 'x')).toThrow(
      expect.objectContaining({ code: 'INPUT_MISSING' }),
    );
  });

  it('by what goes up and down is an error', () => {
    const window = figures({ restarts: 30 });
    expect(() => judgeDemand({ ...collected, window }, 'x')).toThrow('it is a gauge, whose rate means nothing');
  });

  it('keeps the mean where its buckets are of another unit', () => {
    const buckets = [{ fromMs: 5_000, toMs: 10_000, count: 60 }];
    const told = judgeDemand({ ...collected, window: { ...figures({}), buckets } }, 'x');
    expect([told.hold, told.meanHoldMs]).toEqual([undefined, 45]);
    expect(told.warnings.map(({ code }) => code)).toEqual(['DEMAND_UNITS']);
  });

  it('takes the buckets of the window for a peak of which only the mean is known, stretched to that mean', () => {
    const buckets = [{ fromMs: 0, toMs: 90, count: 60 }];
    const peak = figures({ useMs: 5_400 });
    const told = judgeDemand({ ...collected, window: { ...figures({}), buckets }, peak }, 'x');
    expect([told.peak?.meanHoldMs, told.peak?.hold?.buckets[0]?.toMs]).toEqual([90, 180]);
  });
});
