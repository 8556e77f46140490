import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  erlangB,
  erlangC,
  loadAtWaitProbability,
  serversForWaitProbability,
} from '../../../src/queueing/erlang-recurrence.ts';

describe('Erlang B', () => {
  // Standard tables: the load of which 1 % or 2 % is refused (erlang.com manual; appendix of Carrier Grade Voice over IP).
  it.each([
    [15, 8.108, 0.0005, 0.01],
    [5, 1.36, 0.005, 0.01],
    [10, 4.46, 0.005, 0.01],
    [20, 12.03, 0.005, 0.01],
    [50, 37.9, 0.005, 0.01],
    [100, 84.06, 0.005, 0.01],
    [10, 5.08, 0.005, 0.02],
    [20, 13.18, 0.005, 0.02],
    [50, 40.26, 0.005, 0.02],
    [100, 87.97, 0.005, 0.02],
  ])(
    'of %d servers: at %d erlangs (to the printed digits, ± %d) the share refused is %d',
    (servers, load, half, refused) => {
      expect(erlangB(servers, load - half)).toBeLessThan(refused);
      expect(erlangB(servers, load + half)).toBeGreaterThan(refused);
    },
  );
});

describe('Erlang C', () => {
  // The test matrix that poolsim publishes, to the printed digits.
  it.each([
    [2, 0.5, 0.33333333],
    [2, 0.8, 0.71111111],
    [2, 0.9, 0.85263158],
    [3, 0.7, 0.4923445],
    [3, 0.9, 0.81706102],
    [4, 0.5, 0.17391304],
    [4, 0.8, 0.59643247],
    [4, 0.95, 0.891419],
    [5, 0.7, 0.37783823],
    [5, 0.9, 0.76249322],
    [6, 0.8, 0.517772],
    [6, 0.95, 0.8655888],
    [8, 0.7, 0.27060293],
    [8, 0.9, 0.70153299],
    [10, 0.8, 0.40918015],
    [10, 0.95, 0.82558558],
    [12, 0.7, 0.18388863],
    [12, 0.9, 0.64004291],
    [16, 0.8, 0.30488391],
    [20, 0.9, 0.550769],
  ])('of %d servers at utilization %d is %d as published', (servers, utilization, waiting) => {
    expect(erlangC(servers, servers * utilization)).toBeCloseTo(waiting, 8);
  });

  it('is 1 when the load is as large as the servers', () => {
    expect(erlangC(60, 60)).toBe(1);
    expect(erlangC(10, 11)).toBe(1);
  });

  it('stays finite for a million servers', () => {
    expect(erlangC(1_000_000, 999_000)).toBeGreaterThan(0);
    expect(erlangC(1_000_000, 999_000)).toBeLessThan(1);
  });

  it('falls when a server is added and rises with the load', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.double({ min: 0.05, max: 0.98, noNaN: true }),
        (servers, rho) => {
          const waiting = erlangC(servers, servers * rho);
          return erlangC(servers + 1, servers * rho) <= waiting && erlangC(servers, servers * rho * 1.01) >= waiting;
        },
      ),
    );
  });
});

it('finds the fewest servers: one fewer lets more wait', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.1, max: 400, noNaN: true }), (load) => {
      const servers = serversForWaitProbability(load, 0.01);
      return erlangC(servers, load) <= 0.01 && erlangC(servers - 1, load) > 0.01;
    }),
  );
});

it('finds the largest load: a little more makes more than the share wait', () => {
  for (const servers of [1, 5, 50, 400]) {
    const load = loadAtWaitProbability(servers, 0.01);
    expect(erlangC(servers, load)).toBeLessThanOrEqual(0.01);
    expect(erlangC(servers, load * 1.000001)).toBeGreaterThan(0.01);
  }
});
