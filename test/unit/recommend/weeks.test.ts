import { describe, expect, it } from 'vitest';
import { readEvidence } from '../../../src/recommend/inputs/read.ts';
import { recommend } from '../../../src/recommend/recommend.ts';
import {
  asPrometheus,
  asSnapshots,
  asWatch,
  dayMs,
  keepsTargets,
  monday,
  type SimulatedWeek,
  simulateWeek,
  type WeekPlan,
} from '../../helpers/simulated-weeks.ts';

/** Two instances, 2.2 connections busy at the busiest hour: 6 keep the targets. */
const load = { seed: 11, instances: 1, peakPerSecond: 1.5, meanHoldMs: 1_500, sampleMs: 240_000 };
const fine = 8;

const known = new Map<string, SimulatedWeek>();

/** Each week is simulated once. */
function week(plan: Partial<WeekPlan> & Pick<WeekPlan, 'connectionLimit'>): SimulatedWeek {
  const key = JSON.stringify(plan);
  const simulated = known.get(key) ?? simulateWeek({ ...load, ...plan });
  known.set(key, simulated);
  return simulated;
}

const read = (text: string) => readEvidence(text, 'week');
const nextWeek = (connectionLimit: number) =>
  keepsTargets(week({ connectionLimit, seed: 12, startMs: monday + 14 * dayMs }), 1.5);

describe('a simulated week of a pool', () => {
  it.each([
    ['snapshots', asSnapshots],
    ['Prometheus', asPrometheus],
    ['lines of watch on PgBouncer', asWatch],
  ])(
    'that is too small is raised to what the next week needs, by %s',
    async (_name, written: (of: SimulatedWeek) => string) => {
      const { decision, changes, cause } = recommend({ after: await read(written(week({ connectionLimit: 3 }))) });
      expect({ decision, cause }).toEqual({ decision: 'raise' });
      expect(nextWeek(changes[0]?.to ?? 0)).toBe(true);
      expect(changes[0]?.to).toBeLessThanOrEqual(11);
    },
  );

  it('that is too big is lowered, and not below what the next week needs', async () => {
    const { decision, changes, seen, margin } = recommend({
      after: await read(asPrometheus(week({ connectionLimit: 24 }))),
    });
    expect({ decision, isWholeWeek: seen.after.isWholeWeek }).toEqual({ decision: 'lower', isWholeWeek: true });
    expect(changes[0]?.to).toBeLessThanOrEqual(11);
    expect(nextWeek(changes[0]?.to ?? 0)).toBe(true);
    expect(margin?.ratio).toBeGreaterThanOrEqual(0.2);
  });

  it('that is fine is kept, over a deploy too', async () => {
    const { decision, seen } = recommend({
      after: await read(asSnapshots(week({ connectionLimit: fine, deployAtMs: 3.4 * dayMs }))),
    });
    expect({ decision, restarts: seen.after.restarts }).toEqual({ decision: 'keep', restarts: 1 });
  });

  it('in which connections leak is kept, and the leak is named', async () => {
    const { decision, cause } = recommend({
      after: await read(asSnapshots(week({ connectionLimit: 12, leakRatio: 1.5e-5, deployAtMs: 5 * dayMs }))),
    });
    expect({ decision, cause: cause?.cause }).toEqual({ decision: 'keep', cause: 'leak' });
  });

  it('in which connections leak is kept, where only connections in use are known too', async () => {
    const { decision, cause } = recommend({
      after: await read(asWatch(week({ connectionLimit: 12, leakRatio: 1.5e-5, deployAtMs: 5 * dayMs }))),
    });
    expect({ decision, cause: cause?.cause }).toEqual({ decision: 'keep', cause: 'leak' });
  });

  it('after which the database became slow is kept, and that is named', async () => {
    const before = await read(asPrometheus(week({ connectionLimit: fine })));
    const after = await read(
      asPrometheus(week({ connectionLimit: fine, seed: 13, startMs: monday + 7 * dayMs, meanHoldMs: 3_000 })),
    );
    const { decision, cause, comparedBy, figures } = recommend({ before, after });
    expect({ decision, cause: cause?.cause, comparedBy }).toEqual({
      decision: 'keep',
      cause: 'slow-database',
      comparedBy: 'hour of the week',
    });
    const hold = figures.find(({ name }) => name === 'holdMs');
    expect(hold?.before?.value).toBeCloseTo(1_500, -2);
    expect(hold?.after?.value).toBeCloseTo(3_000, -2);
    expect(hold?.change?.low).toBeGreaterThan(1_000);
  });

  it('in which the database was slow for some hours is kept, and that is named', async () => {
    const slow = { fromMs: 1.4 * dayMs, toMs: 1.7 * dayMs, factor: 4 };
    const { decision, cause } = recommend({ after: await read(asSnapshots(week({ connectionLimit: fine, slow }))) });
    expect({ decision, cause: cause?.cause }).toEqual({ decision: 'keep', cause: 'slow-database' });
  });

  it('with minutes of locks that fill a pool large enough for the rest is kept, and nothing said of free connections', async () => {
    const slow = { fromMs: 1.6 * dayMs, toMs: 1.61 * dayMs, factor: 30 };
    const { decision, cause, why } = recommend({
      after: await read(asSnapshots(week({ connectionLimit: 12, slow, sampleMs: 60_000 }))),
    });
    expect({ decision, cause: cause?.cause }).toEqual({ decision: 'keep', cause: 'slow-database' });
    expect(why).not.toContain('free');
  });

  it('with a few minutes of locks says that all connections were in use, and nothing of free ones', async () => {
    const slow = { fromMs: 1.6 * dayMs, toMs: 1.6 * dayMs + 90_000, factor: 60 };
    const { decision, why, cause } = recommend({
      after: await read(asSnapshots(week({ connectionLimit: 12, slow, sampleMs: 60_000 }))),
    });
    expect(decision).toBe('keep');
    expect(why).not.toContain('free');
    expect(`${why} ${cause?.evidence.join(' ')}`).toMatch(/all were in use|were held/);
  });

  it('with bursts, outside of which it is large enough, is kept, and the bursts are named', async () => {
    const { decision, cause } = recommend({
      after: await read(asSnapshots(week({ connectionLimit: 9, burstFactor: 40, sampleMs: 60_000 }))),
    });
    expect({ decision, cause: cause?.cause }).toEqual({ decision: 'keep', cause: 'burst' });
  });
});

describe('less than a week', () => {
  const days = async (count: number, connectionLimit: number) =>
    recommend({ after: await read(asSnapshots(week({ connectionLimit, days: count }))) });

  it('never lowers a pool, and says how many more days to watch', async () => {
    const { decision, moreDays, changes } = await days(4, 24);
    expect({ decision, moreDays, to: changes[0]?.to }).toEqual({ decision: 'not-enough', moreDays: 3, to: 24 });
  });

  it('is enough to raise one that is too small', async () => {
    const { decision, why } = await days(1, 3);
    expect(decision).toBe('raise');
    expect(why).toContain('take it as the least');
  });
});

describe('the server', () => {
  const seen = () => read(asSnapshots(week({ connectionLimit: 3 })));

  it('is told what the change takes', async () => {
    const { budget } = recommend({ after: await seen(), fleet: { instances: 4 }, server: { maxConnections: 100 } });
    expect(budget).toMatchObject({ nowConnections: 12, availableConnections: 100, fits: true });
    expect(budget?.connections).toBeGreaterThan(12);
  });

  it('is never recommended what it has no room for', async () => {
    const { decision, changes, cause } = recommend({
      after: await seen(),
      fleet: { instances: 4 },
      server: { maxConnections: 12 },
    });
    expect({ decision, to: changes[0]?.to, cause: cause?.cause }).toEqual({
      decision: 'keep',
      to: 3,
      cause: 'no-room',
    });
  });
});
