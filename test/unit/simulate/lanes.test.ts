import { describe, expect, it } from 'vitest';
import type { ConnectionLending, SimulationInput } from '../../../src/simulate/model.ts';
import { simulate } from '../../../src/simulate/run.ts';

/** Fast queries of 5 ms at these moments, to four connections of which one has a query of 2 s since the start. */
function lateBehindASlowOne(lending: ConnectionLending, fastMs: readonly number[]): number {
  const { waits } = simulate({
    arrivals: { kind: 'trace', timesMs: [0, ...fastMs], holdsMs: [2_000, ...fastMs.map(() => 5)] },
    hold: { kind: 'constant', meanMs: 5 },
    connections: 4,
    lending,
    durationMs: 60_000,
    seed: 1,
  });
  return waits.buckets.reduce((late, { fromMs, count }) => late + (fromMs > 500 ? count : 0), 0);
}

const each = (ms: number, count: number, atOnce = 1) =>
  Array.from({ length: count }, (_, index) => 20 + Math.floor(index / atOnce) * ms);

// What postgres 3.4.9 and Bun 1.4.5 with max 4 did to these queries on PostgreSQL 18.4 is in the columns of their lending.
describe.each([
  ['20 at once', each(0, 20), { queue: 0, 'in-turn': 5, 'busy-in-turn': 5, 'fewest-requests': 5 }],
  ['one each 30 ms', each(30, 20), { queue: 0, 'in-turn': 5, 'busy-in-turn': 0, 'fewest-requests': 0 }],
  ['two each 40 ms', each(40, 24, 2), { queue: 0, 'in-turn': 6, 'busy-in-turn': 0, 'fewest-requests': 0 }],
  ['four each 60 ms', each(60, 24, 4), { queue: 0, 'in-turn': 6, 'busy-in-turn': 6, 'fewest-requests': 1 }],
] as const)('behind one slow query of four, of fast ones, %s', (_, fastMs, late) => {
  it.each(Object.entries(late) as [ConnectionLending, number][])('with %s %d are late', (lending, count) => {
    expect(lateBehindASlowOne(lending, fastMs)).toBe(count);
  });
});

/** Requests of a second at these moments, to a pool that starts empty and takes 30 ms for a login. */
function onPaper(timesMs: readonly number[], changes: Partial<SimulationInput>) {
  const hold = { kind: 'constant', meanMs: 1_000 } as const;
  const arrivals = { kind: 'trace', timesMs } as const;
  const empty = { startEmpty: true, connectMs: 30, connections: 3, durationMs: 10_000, seed: 1 };
  return simulate({ arrivals, hold, ...empty, ...changes });
}

describe('a pool that opens connections', () => {
  const oneByOne = { when: 'as-needed', atOnce: 'one' } as const;
  const allAtFirst = { when: 'first-query', atOnce: 'all' } as const;
  const filled = { when: 'start', atOnce: 'one' } as const;

  it('one at a time lets three requests wait for one, two and three logins', () => {
    const run = onPaper([0, 0, 0], { opening: oneByOne });
    expect(run).toMatchObject({ served: 3, meanWaitMs: 60, maxWaitMs: 90 });
    expect(onPaper([0, 0, 0], {})).toMatchObject({ meanWaitMs: 30, maxWaitMs: 30 });
  });

  it('all at the first query has one for the next', () => {
    expect(onPaper([0, 40], { opening: allAtFirst })).toMatchObject({ waited: 1, maxWaitMs: 30 });
    expect(onPaper([0, 40], {})).toMatchObject({ waited: 2, maxWaitMs: 30 });
  });

  it('from the start is full before requests come', () => {
    expect(onPaper([90, 90, 90], { opening: filled })).toMatchObject({ served: 3, waited: 0 });
    expect(onPaper([60, 60, 60], { opening: filled })).toMatchObject({ served: 3, maxWaitMs: 30 });
  });

  it('takes the connections of a server from the others', () => {
    const two = { pools: 2, maxConnections: 4, lending: 'fewest-requests' } as const;
    // The first pool takes three, the second gets one and puts its second request behind the first.
    expect(onPaper([0, 1, 2, 3], { ...two, opening: allAtFirst })).toMatchObject({ served: 4, maxWaitMs: 1_028 });
    expect(onPaper([0, 1, 2, 3], two)).toMatchObject({ served: 4, maxWaitMs: 30 });
  });

  it('by itself makes its requests wait where the server is full, and does not fail them', () => {
    const full = { pools: 2, connections: 1, maxConnections: 1, acquireTimeoutMs: 500 };
    expect(onPaper([0, 100], { ...full, opening: filled })).toMatchObject({
      served: 1,
      timedOut: 1,
      refusedByServer: 0,
    });
    expect(onPaper([0, 100], full)).toMatchObject({ served: 1, timedOut: 0, refusedByServer: 1 });
  });
});

it('counts the queue of all connections of a pool against its limit', () => {
  const run = onPaper([0, 0, 0, 0, 0, 0], { startEmpty: false, lending: 'in-turn', queueLimit: 2 });
  expect(run).toMatchObject({ served: 5, rejected: 1, longestQueue: 2 });
});
