import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inverseErlangB, realErlangC } from '../../../src/queueing/erlang.ts';
import { erlangB, erlangC } from '../../../src/queueing/erlang-recurrence.ts';

const realErlangB = (servers: number, load: number) => 1 / inverseErlangB(servers, load);

describe('Erlang B at real numbers of servers', () => {
  // Standard tables and the erlang.com manual. Printed digits, some rounded and some cut off: within one of the last.
  it.each([
    [15, 8.108, 0.01, 4],
    [5, 1.36, 0.00998, 5],
    [10, 4.46, 0.00999, 5],
    [20, 12.03, 0.01, 5],
    [50, 37.9, 0.01, 5],
    [100, 84.06, 0.00999, 5],
    [10, 5.08, 0.01992, 5],
    [20, 13.18, 0.01998, 5],
    [50, 40.26, 0.02002, 5],
    [100, 87.97, 0.01999, 5],
    [12, 8, 0.0514063877, 10],
  ])('of %d servers refuses at %d erlangs the share %d', (servers, load, refused, digits) => {
    expect(Math.abs(realErlangB(servers, load) - refused)).toBeLessThan(10 ** -digits);
  });

  it('is the recurrence at whole numbers, up to a million', () => {
    for (const [servers, load] of [
      [1, 0.2],
      [7, 30],
      [170, 150],
      [10_000, 9_900],
      [1_000_000, 1_000_500],
    ] as const) {
      expect(realErlangB(servers, load) / erlangB(servers, load)).toBeCloseTo(1, 9);
    }
  });

  it('obeys the recurrence between whole numbers: x B(x-1) over x + a B(x-1)', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 500, noNaN: true }),
        fc.double({ min: 0.01, max: 600, noNaN: true }),
        (servers, load) => {
          const before = realErlangB(servers, load);
          const next = (load * before) / (servers + 1 + load * before);
          fc.pre(next > 1e-250);
          expect(realErlangB(servers + 1, load) / next).toBeCloseTo(1, 10);
        },
      ),
    );
  });
});

describe('Erlang C at real numbers of servers', () => {
  it('is the known Erlang C at whole numbers', () => {
    for (const [servers, rho] of [
      [2, 0.5],
      [10, 0.8],
      [20, 0.9],
      [1_000, 0.97],
    ] as const) {
      expect(realErlangC(servers, servers * rho)).toBeCloseTo(erlangC(servers, servers * rho), 12);
    }
  });

  it('lies between its whole neighbours', () => {
    expect(realErlangC(8.5, 8)).toBeLessThan(1);
    expect(realErlangC(9.5, 8)).toBeLessThan(erlangC(9, 8));
    expect(realErlangC(9.5, 8)).toBeGreaterThan(erlangC(10, 8));
  });
});

describe('Erlang C of large pools', () => {
  it.each([
    [60, 68, 0.228],
    [10, 13, 0.2853],
    [1_000, 1_032, 0.2231],
  ])('of %d erlangs on %d', (load, connections, exact) => {
    expect(realErlangC(connections, load)).toBeCloseTo(exact, 4);
  });
});
