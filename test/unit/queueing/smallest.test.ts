import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limitsForDeadline, queueTail } from '../../../src/queueing/deadline.ts';
import { erlangC, serversForWaitProbability } from '../../../src/queueing/erlang-recurrence.ts';
import { firesFirst, longestTimelyQueue } from '../../../src/queueing/fires-first.ts';
import { predictPool } from '../../../src/queueing/predict.ts';
import { largestRate, missedTargets, smallestPool } from '../../../src/queueing/smallest.ts';
import { waitDistribution } from '../../../src/queueing/wait.ts';
import { exponential, gamma, lawsOfMean, lognormal } from './reference-laws.ts';

const targets = { maxWaitP99Ms: 50, maxLossRatio: 0.001 };
const anyLoad = fc.record(
  {
    arrivalRatePerSecond: fc.double({ min: 1, max: 3_000, noNaN: true }),
    hold: fc.constantFrom(...lawsOfMean(60)),
    peakedness: fc.double({ min: 0.5, max: 8, noNaN: true }),
    queueLimit: fc.integer({ min: 0, max: 200 }),
    acquireTimeoutMs: fc.double({ min: 1, max: 3_000, noNaN: true }),
  },
  { requiredKeys: ['arrivalRatePerSecond', 'hold'] },
);

describe('the smallest pool', () => {
  it('is smallest: it meets the targets, and one connection less misses one', () => {
    fc.assert(
      fc.property(anyLoad, fc.double({ min: 1, max: 200, noNaN: true }), (load, maxWaitP99Ms) => {
        const goals = { maxWaitP99Ms, maxLossRatio: 0.001, maxUtilization: 0.9 };
        const found = smallestPool(load, goals);
        expect(found && missedTargets(found.prediction, goals)).toEqual([]);
        if (!found || found.connections === 1) return;
        const less = predictPool({ ...load, connections: found.connections - 1 });
        expect(missedTargets(less, goals)).toEqual(found.decidedBy);
        expect(found.decidedBy).not.toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  // Of the tiers 50 x 0.2 s, 200 x 0.3 s and 500 x 0.3 s; a p99 wait of 0 says that 1 % wait.
  it.each([
    [50, 200, 19],
    [200, 300, 80],
    [500, 300, 181],
  ])('of which 1 %% wait at %d TPS x %d ms has %d connections', (tps, meanMs, connections) => {
    const load = { arrivalRatePerSecond: tps, hold: exponential(meanMs) };
    expect(smallestPool(load, { maxWaitP99Ms: 0, maxLossRatio: 0 })?.connections).toBe(connections);
    expect(serversForWaitProbability((tps * meanMs) / 1_000, 0.01)).toBe(connections);
  });

  it('is the same when all times are scaled', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 300, noNaN: true }),
        fc.double({ min: 0.01, max: 1_000, noNaN: true }),
        (load, scale) => {
          const size = (unitMs: number) =>
            smallestPool(
              { arrivalRatePerSecond: (1_000 * load) / (60 * unitMs), hold: gamma(60 * unitMs, 2) },
              { maxWaitP99Ms: 31 * unitMs, maxLossRatio: 0.001 },
            )?.connections;
          expect(size(scale)).toBe(size(1));
        },
      ),
      { numRuns: 15 },
    );
  });

  it('grows with the variability that Erlang C does not see', () => {
    const load = { arrivalRatePerSecond: 100 };
    const sizes = [gamma(100, 0.25), exponential(100), lognormal(100, 4)].map(
      (hold) => smallestPool({ ...load, hold }, { maxWaitP99Ms: 100, maxLossRatio: 0.001 })?.connections,
    );
    expect(sizes).toEqual([...sizes].sort((a, b) => (a ?? 0) - (b ?? 0)));
    expect(new Set(sizes).size).toBeGreaterThan(1);
  });

  it('is larger than the load, also where the load is a whole number of connections', () => {
    for (const hold of lawsOfMean(100)) {
      const found = smallestPool({ arrivalRatePerSecond: 100, hold }, { maxWaitP99Ms: 1e6, maxLossRatio: 0.001 });
      expect(found?.connections).toBe(11);
    }
  });

  it('is found up to a million connections, and not beyond', () => {
    const hold = exponential(100);
    expect(smallestPool({ arrivalRatePerSecond: 9e6, hold }, targets)?.connections).toBeGreaterThan(900_000);
    expect(smallestPool({ arrivalRatePerSecond: 1.1e7, hold }, targets)).toBeUndefined();
  });

  it('leaves the utilization that it is told to', () => {
    const load = { arrivalRatePerSecond: 10_000, hold: exponential(100) };
    expect(smallestPool(load, { ...targets, maxUtilization: 0.8 })).toMatchObject({
      connections: 1_250,
      decidedBy: ['utilization'],
    });
  });

  it('refuses targets that cannot be', () => {
    expect(() =>
      smallestPool({ arrivalRatePerSecond: 1, hold: exponential(1) }, { maxWaitP99Ms: -1, maxLossRatio: 0 }),
    ).toThrow('targets');
  });
});

describe('the largest rate', () => {
  it('is carried, and 0.2 % more is not', () => {
    for (const hold of lawsOfMean(100)) {
      for (const limits of [{}, { queueLimit: 20, acquireTimeoutMs: 500 }]) {
        const pool = { connections: 12, hold, ...limits };
        const rate = largestRate(pool, targets);
        expect(missedTargets(predictPool({ ...pool, arrivalRatePerSecond: rate }), targets)).toEqual([]);
        expect(missedTargets(predictPool({ ...pool, arrivalRatePerSecond: rate * 1.002 }), targets)).not.toEqual([]);
      }
    }
  });

  it('takes a pool back to its size', () => {
    const hold = gamma(80, 2);
    const rate = largestRate({ connections: 25, hold }, targets);
    expect(smallestPool({ arrivalRatePerSecond: rate, hold }, targets)?.connections).toBe(25);
  });
});

describe('queueLimit and acquireTimeout together', () => {
  it.each([
    [90, 300, 30_000, 9_000, 8_844, 8_780],
    [90, 300, 1_000, 300, 272, 260],
    [90, 300, 200, 60, 48, 43],
    [30, 125, 200, 48, 37, 33],
    [15, 200, 1_000, 75, 61, 56],
    [10, 100, 100, 10, 5, 3],
  ])(
    '%d connections x %d ms with a timeout of %d ms: place %d is reached on average, %d at 5 %%, %d at 1 %%',
    (connections, meanMs, timeoutMs, fluid, at5, at1) => {
      const model = { connections, arrivalRatePerSecond: 1, hold: exponential(meanMs), acquireTimeoutMs: timeoutMs };
      expect(firesFirst(model).placeAtTimeout).toBe(fluid);
      expect(longestTimelyQueue(connections, meanMs, timeoutMs, 0.05)).toBe(at5);
      expect(longestTimelyQueue(connections, meanMs, timeoutMs, 0.01)).toBe(at1);
    },
  );

  it('of 90/50/30 s is inconsistent: place 50 waits 167 ms, so the queue always refuses first', () => {
    const verdict = firesFirst({
      connections: 90,
      arrivalRatePerSecond: 200,
      hold: exponential(300),
      queueLimit: 50,
      acquireTimeoutMs: 30_000,
    });
    expect(verdict.first).toBe('queueLimit');
    expect(verdict.lastPlaceWaitMs).toBeCloseTo(166.7, 1);
    expect(verdict.lastPlaceTimeoutRatio).toBeLessThan(1e-12);
  });

  it.each([
    [{}, 'neither'],
    [{ queueLimit: 5 }, 'queueLimit'],
    [{ acquireTimeoutMs: 5 }, 'acquireTimeout'],
    [{ queueLimit: 10, acquireTimeoutMs: 100 }, 'either'],
    [{ queueLimit: 1_000, acquireTimeoutMs: 100 }, 'acquireTimeout'],
  ] as const)('%j: %s', (limits, first) => {
    expect(firesFirst({ connections: 10, arrivalRatePerSecond: 90, hold: exponential(100), ...limits }).first).toBe(
      first,
    );
  });

  it('come from the deadline: what the slowest holds leave, per attempt', () => {
    const limits = limitsForDeadline(
      { connections: 30, arrivalRatePerSecond: 150, hold: exponential(125) },
      { deadlineMs: 1_000, attempts: 2, otherWorkMs: 24.354 },
    );
    expect(limits.acquireTimeoutMs).toBeCloseTo((1_000 - 24.354 - 125 * Math.log(100)) / 2, 9);
    expect(limits.acquireTimeoutMs).toBeCloseTo(200, 0);
    expect(limits).toMatchObject({ queueLimit: 33, verdict: 'consistent' });
  });

  it('cross where the pool is too small for the deadline, and say how', () => {
    const hold = exponential(100);
    const at = (connections: number, arrivalRatePerSecond: number, deadlineMs: number) =>
      limitsForDeadline({ connections, arrivalRatePerSecond, hold }, { deadlineMs }).verdict;
    expect(at(10, 60, 400)).toBe('no-time');
    expect(at(10, 110, 2_000)).toBe('overload');
    expect(at(10, 90, 700)).toBe('timeout-too-short');
    expect(at(20, 100, 900)).toBe('consistent');
  });

  it('know the queue of M/M/c: C rho^q find at least q waiting', () => {
    const wait = waitDistribution({ connections: 10, arrivalRatePerSecond: 80, hold: exponential(100) });
    if (!wait) throw new Error('overload');
    for (const places of [1, 2, 7, 40]) {
      expect(queueTail(wait, 0.08, places) / (erlangC(10, 8) * 0.8 ** places)).toBeCloseTo(1, 9);
    }
  });
});
