import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdDistribution } from '../../../src/queueing/distribution.ts';
import { effectivePool } from '../../../src/queueing/effective-pool.ts';
import { erlangC } from '../../../src/queueing/erlang-recurrence.ts';
import { latticeWait } from '../../../src/queueing/lattice-wait.ts';
import { waitLattice } from '../../../src/queueing/renewal.ts';
import { limitedWait, onRealClock, waitDistribution } from '../../../src/queueing/wait.ts';
import { constant, exponential, gamma, lawsOfMean, lognormal } from './reference-laws.ts';

/** The wait on `connections` busy for a share rho, with holds of 100 ms. */
function waitAt(connections: number, rho: number, hold = exponential(100)) {
  const { meanMs } = holdDistribution(hold);
  const wait = waitDistribution({ connections, arrivalRatePerSecond: (1_000 * connections * rho) / meanMs, hold });
  if (!wait) throw new Error('overload');
  return wait;
}

/** The same by the lattice, which waitDistribution does not ask for exponential holds. */
function latticeAt(connections: number, rho: number) {
  const hold = exponential(100);
  const pool = effectivePool({ connections, arrivalRatePerSecond: 10 * connections * rho, hold });
  const wait = latticeWait(pool);
  if (!wait) throw new Error('overload');
  const { waitProbability, meanMs, tail, exceededBy } = onRealClock(wait, pool.clock);
  return {
    waitProbability,
    meanMs: waitProbability * meanMs,
    quantile: (p: number) => (waitProbability <= 1 - p ? 0 : exceededBy((1 - p) / waitProbability)),
    tail: (t: number) => waitProbability * tail(t),
  };
}

describe('published waits of exponential holds', () => {
  it('of the county hospital: 1/6 wait, 1/24 hour on average (Hillier and Lieberman)', () => {
    const wait = waitDistribution({ connections: 2, arrivalRatePerSecond: 2, hold: exponential(1_000 / 3) });
    expect(wait?.waitProbability).toBeCloseTo(1 / 6, 12);
    expect(wait?.meanMs).toBeCloseTo(1_000 / 24, 9);
  });

  it.each([
    [2, 7.6737, 1.0526],
    [4, 0.1052, 0.2117],
  ])(
    'of %d servers at 9 a second and 0.2 s: a queue of %d, a response of %d s (Octave queueing)',
    (connections, queue, response) => {
      const wait = waitDistribution({ connections, arrivalRatePerSecond: 9, hold: exponential(200) });
      expect(((wait?.meanMs ?? 0) / 1_000) * 9).toBeCloseTo(queue, 4);
      expect((wait?.meanMs ?? 0) / 1_000 + 0.2).toBeCloseTo(response, 4);
    },
  );

  it('of 50 agents at 48 calls a minute of a minute: 20.83 s on average, 58.14 s at p90 of those who wait (Gans, Koole, Mandelbaum)', () => {
    const wait = waitDistribution({ connections: 50, arrivalRatePerSecond: 0.8, hold: exponential(60_000) });
    if (!wait) throw new Error('overload');
    expect(wait.meanMs / 1_000).toBeCloseTo(20.83, 2);
    expect(wait.quantile(0.9) / 1_000).toBeCloseTo(58.14, 2);
  });

  // The tiers 50 x 0.2 s, 200 x 0.3 s, 500 x 0.3 s and the smallest pools of which 1 % wait.
  it.each([
    [50, 200, 15, 0.102, 3, 93, 185],
    [200, 300, 90, 0.00019, 5, 0, 0],
    [500, 300, 200, 0.00006, 5, 0, 0],
  ])('of %d TPS x %d ms on %d connections', (tps, meanMs, connections, share, digits, p99, p999) => {
    const wait = waitDistribution({ connections, arrivalRatePerSecond: tps, hold: exponential(meanMs) });
    if (!wait) throw new Error('overload');
    expect(wait.waitProbability).toBeCloseTo(share, digits);
    expect(Math.round(wait.quantile(0.99))).toBe(p99);
    expect(Math.round(wait.quantile(0.999))).toBe(p999);
  });
});

describe('the wait lattice', () => {
  it('gives Erlang C when it is made to answer for exponential holds, to one in a thousand', () => {
    for (const connections of [1, 2, 10, 100, 1_000, 10_000]) {
      for (const rho of [0.5, 0.8, 0.95, 0.99]) {
        const [exact, lattice] = [waitAt(connections, rho), latticeAt(connections, rho)];
        expect(lattice.waitProbability).toBeCloseTo(erlangC(connections, connections * rho), 9);
        expect(lattice.meanMs).toBeCloseTo(exact.meanMs, 3);
        for (const p of [0.9, 0.95, 0.99, 0.999]) {
          expect(Math.abs(lattice.quantile(p) - exact.quantile(p))).toBeLessThanOrEqual(0.0012 * exact.quantile(p));
        }
        expect(lattice.tail(2 * exact.meanMs)).toBeCloseTo(exact.tail(2 * exact.meanMs), 3);
      }
    }
  });

  it('gives the exact loss and waits of exponential holds with limits, to one in a hundred', () => {
    const hold = exponential(100);
    for (const connections of [1, 3, 10, 40]) {
      for (const rho of [0.5, 0.8, 0.95, 1.1]) {
        for (const limits of [
          { queueLimit: Math.ceil(connections / 2) + 2 },
          { queueLimit: 3 * connections + 5 },
          { acquireTimeoutMs: 50 },
          { queueLimit: connections, acquireTimeoutMs: 300 / connections },
        ]) {
          const pool = { connections, arrivalRatePerSecond: 10 * connections * rho, hold, ...limits };
          const exact = limitedWait(effectivePool(pool));
          const lattice = latticeWait(effectivePool(pool));
          if (!lattice) throw new Error('overload');
          const [exactLoss, loss] = [exact, lattice].map((wait) => wait.rejectedRatio + wait.timedOutRatio);
          expect(Math.abs((loss ?? 0) - (exactLoss ?? 0))).toBeLessThan(0.01 * (exactLoss ?? 0) + 1e-7);
          expect(Math.abs(lattice.meanMs / exact.meanMs - 1)).toBeLessThan(0.01);
          expect(Math.abs(lattice.exceededBy(0.05) / exact.exceededBy(0.05) - 1)).toBeLessThan(0.01);
        }
      }
    }
  });

  it('is a little less exact only where the connections are all but always busy: 0.4 % at 99.9 %', () => {
    for (const connections of [1, 20]) {
      const [exact, lattice] = [waitAt(connections, 0.999), latticeAt(connections, 0.999)];
      for (const p of [0.9, 0.99]) expect(Math.abs(lattice.quantile(p) / exact.quantile(p) - 1)).toBeLessThan(0.004);
    }
  });

  it('asks a law a bounded number of times, however far apart its short and long holds are', () => {
    for (const scv of [0.5, 50, 1e6]) {
      const known = holdDistribution(lognormal(10, scv));
      for (const servers of [1, 8, 1_000]) {
        let asked = 0;
        const residualCdf = (t: number) => {
          asked += 1;
          return known.residualCdf(t);
        };
        const hold = { ...known, residualCdf };
        waitLattice({ servers, utilization: 0.8, hold }, 500 * known.meanMs, 242);
        expect(asked).toBeLessThan(1_500);
      }
    }
  });

  it('has the Pollaczek-Khinchine mean on one connection, for every law', () => {
    for (const hold of lawsOfMean(70)) {
      for (const rho of [0.3, 0.8, 0.97]) {
        const { scv } = holdDistribution(hold);
        expect(waitAt(1, rho, hold).meanMs / ((rho * 70 * (1 + scv)) / (2 * (1 - rho)))).toBeCloseTo(1, 6);
      }
    }
  });

  it('has that mean in its distribution too, and not only beside it', () => {
    for (const hold of [constant(70), gamma(70, 0.25), gamma(70, 3)]) {
      const wait = waitAt(1, 0.8, hold);
      let sum = 0;
      for (let t = 1; t < 20_000; t += 2) sum += 2 * wait.tail(t);
      expect(sum / wait.meanMs).toBeCloseTo(1, 2);
    }
  });

  it('is the known distribution of M/D/1: Erlang (1909), by its sum', () => {
    const wait = waitAt(1, 0.8, constant(100));
    for (const t of [50, 130, 250, 420]) {
      // P(W <= t) = (1 - rho) sum over k <= t/s of (-rho (t/s - k))^k / k! e^(rho (t/s - k))
      let [sum, factorial] = [0, 1];
      for (let k = 0; k <= t / 100; k += 1) {
        if (k > 0) factorial *= k;
        const y = 0.8 * (t / 100 - k);
        sum += ((-y) ** k / factorial) * Math.exp(y);
      }
      expect(wait.tail(t)).toBeCloseTo(1 - 0.2 * sum, 3);
    }
  });

  it('falls when a connection is added', () => {
    for (const hold of lawsOfMean(100)) {
      const p99 = [9, 10, 11, 12, 14].map((connections) =>
        waitDistribution({ connections, arrivalRatePerSecond: 85, hold })?.quantile(0.99),
      );
      expect(p99).toEqual([...p99].sort((a, b) => (b ?? 0) - (a ?? 0)));
    }
  });

  it('grows with the variability of the holds', () => {
    const p99 = [constant(100), gamma(100, 0.25), exponential(100), lognormal(100, 2), lognormal(100, 5)].map((hold) =>
      waitAt(10, 0.85, hold).quantile(0.99),
    );
    expect(p99).toEqual([...p99].sort((a, b) => a - b));
  });

  it('scales with the clock', () => {
    for (const [fast, slow] of [
      [gamma(10, 2), gamma(1_000, 2)],
      [lognormal(10, 2), lognormal(1_000, 2)],
    ] as const) {
      expect(waitAt(8, 0.8, slow).quantile(0.99) / waitAt(8, 0.8, fast).quantile(0.99)).toBeCloseTo(100, 6);
    }
  });
});

it('answers nothing where the queue grows without end', () => {
  expect(waitDistribution({ connections: 10, arrivalRatePerSecond: 100, hold: constant(100) })).toBeUndefined();
});

it('waits longer under bursts and shorter under even arrivals', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.double({ min: 0.3, max: 0.95, noNaN: true }),
      (connections, rho) => {
        const p99 = [0.7, 1, 2, 5].map((peakedness) => {
          const pool = {
            connections,
            arrivalRatePerSecond: 10 * connections * rho,
            hold: exponential(100),
            peakedness,
          };
          return waitDistribution(pool)?.quantile(0.99) ?? Number.NaN;
        });
        expect(p99).toEqual([...p99].sort((a, b) => a - b));
      },
    ),
  );
});
