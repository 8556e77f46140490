import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdDistribution } from '../../../src/queueing/distribution.ts';
import { erlangB } from '../../../src/queueing/erlang-recurrence.ts';
import type { PoolModel } from '../../../src/queueing/pool-model.ts';
import { predictPool } from '../../../src/queueing/predict.ts';
import { anyLaw, constant, exponential, gamma, lawsOfMean, lognormal } from './reference-laws.ts';

describe('a finite queue with exponential holds', () => {
  /** p0 of M/M/c/K from the share refused: p(K) = p0 a^K / (c! c^(K - c)). */
  const emptyShare = (refused: number, load: number, connections: number, queueLimit: number) => {
    let weight = refused;
    for (let n = 1; n <= connections + queueLimit; n += 1) weight /= load / Math.min(n, connections);
    return weight;
  };

  it('of M/M/3/7 at 40 a second and 1/30 s: idle for 0.255037, a response of 0.036517 s (Octave queueing)', () => {
    const prediction = predictPool({
      connections: 3,
      arrivalRatePerSecond: 40,
      hold: exponential(1_000 / 30),
      queueLimit: 4,
    });
    expect(emptyShare(prediction.rejectedRatio, 4 / 3, 3, 4)).toBeCloseTo(0.255037, 6);
    expect((prediction.meanWaitMs ?? 0) / 1_000 + 1 / 30).toBeCloseTo(0.036517, 6);
  });

  it('of M/M/4/6 at 50 a second and 0.1 s: full for 0.293543, in overload (Octave queueing)', () => {
    const { rejectedRatio } = predictPool({
      connections: 4,
      arrivalRatePerSecond: 50,
      hold: exponential(100),
      queueLimit: 2,
    });
    expect(rejectedRatio).toBeCloseTo(0.293543, 6);
  });

  it('of M/M/2/5 at 3 a second and 0.5 s: full for 0.085113, waits of 0.230857 s (Octave queueing, last digit cut off)', () => {
    const prediction = predictPool({ connections: 2, arrivalRatePerSecond: 3, hold: exponential(500), queueLimit: 3 });
    expect(Math.abs(prediction.rejectedRatio - 0.085113)).toBeLessThan(1e-6);
    expect(Math.abs((prediction.meanWaitMs ?? 0) / 1_000 - 0.230857)).toBeLessThan(1e-6);
    expect(Math.abs(emptyShare(prediction.rejectedRatio, 1.5, 2, 3) - 0.179334)).toBeLessThan(1e-6);
    // L = rate of the admitted x response
    expect(prediction.throughputPerSecond * ((prediction.meanWaitMs ?? 0) / 1_000 + 0.5)).toBeCloseTo(2.00595, 5);
  });

  it('of the vehicle inspection, M/M/3/7 at 1 a minute and 6 minutes: a queue of 3.09, 6.06 in all, 12.3 minutes (Gross and Harris)', () => {
    const prediction = predictPool({
      connections: 3,
      arrivalRatePerSecond: 1 / 60,
      hold: exponential(360_000),
      queueLimit: 4,
    });
    const waitMinutes = (prediction.meanWaitMs ?? 0) / 60_000;
    const admittedPerMinute = prediction.throughputPerSecond * 60;
    expect(waitMinutes * admittedPerMinute).toBeCloseTo(3.09, 2);
    expect((waitMinutes + 6) * admittedPerMinute).toBeCloseTo(6.06, 2);
    // The book has 12.3 by rounding on the way.
    expect(waitMinutes + 6).toBeCloseTo(12.24, 2);
  });

  it('of M/M/5/12 at 8 a second and 0.25 s: 5.8691e-5 refused, 0.0596060 wait', () => {
    const prediction = predictPool({ connections: 5, arrivalRatePerSecond: 8, hold: exponential(250), queueLimit: 7 });
    expect(prediction.rejectedRatio).toBeCloseTo(5.8691e-5, 9);
    // Of those who find all busy, the refused do not wait.
    expect(prediction.waitProbability - prediction.rejectedRatio).toBeCloseTo(0.059606, 7);
  });

  it('has the waits of its chain: place n waits for n + 1 to come back', () => {
    const [connections, load, queueLimit] = [3, 3.6, 5];
    const prediction = predictPool({ connections, arrivalRatePerSecond: 36, hold: exponential(100), queueLimit });
    const weights: number[] = [1];
    for (let n = 1; n <= connections + queueLimit; n += 1)
      weights.push(((weights[n - 1] ?? 0) * load) / Math.min(n, connections));
    const admitted = weights.slice(0, -1);
    const total = admitted.reduce((sum, weight) => sum + weight, 0);
    const mean = admitted.reduce((sum, weight, n) => sum + weight * Math.max(0, n - connections + 1), 0) / total;
    expect(prediction.meanWaitMs).toBeCloseTo((mean * 100) / connections, 9);
    const above = (t: number) => {
      let sum = 0;
      for (let n = connections; n < connections + queueLimit; n += 1) {
        let [term, upTo] = [Math.exp((-t * connections) / 100), 0];
        for (let k = 0; k <= n - connections; k += 1) {
          upTo += term;
          term *= (t * connections) / 100 / (k + 1);
        }
        sum += (weights[n] ?? 0) * upTo;
      }
      return sum / total;
    };
    expect(above(prediction.p95WaitMs ?? 0)).toBeCloseTo(0.05, 9);
    expect(above(prediction.p99WaitMs ?? 0)).toBeCloseTo(0.01, 9);
  });
});

describe('patience', () => {
  it('that is fixed, in overload: 10 connections, 110 a second, 100 ms and a timeout of 100 ms', () => {
    const prediction = predictPool({
      connections: 10,
      arrivalRatePerSecond: 110,
      hold: exponential(100),
      acquireTimeoutMs: 100,
    });
    expect(prediction.timedOutRatio).toBeCloseTo(0.1194666822, 10);
    expect(prediction.meanWaitMs).toBeCloseTo(49.91217868, 8);
    expect(prediction.p99WaitMs).toBeCloseTo(99.26021688, 8);
    expect(prediction.rejectedRatio).toBe(0);
  });

  it('beside a queue limit of one place is the chain that can be solved by hand', () => {
    // 1 connection, 1 place: p1 (1/rho + 1 + rho (1 - e^-y)) = 1; refused rho p1 (1 - e^-y), given up p1 e^-y.
    for (const [rho, y] of [
      [0.7, 0.5],
      [1, 1.3],
      [2.5, 0.8],
    ] as const) {
      const prediction = predictPool({
        connections: 1,
        arrivalRatePerSecond: 10 * rho,
        hold: exponential(100),
        queueLimit: 1,
        acquireTimeoutMs: 100 * y,
      });
      const busy = 1 / (1 / rho + 1 + rho * -Math.expm1(-y));
      expect(prediction.rejectedRatio).toBeCloseTo(rho * busy * -Math.expm1(-y), 6);
      expect(prediction.timedOutRatio).toBeCloseTo(busy * Math.exp(-y), 6);
    }
  });

  it('and a queue limit together do what eight simulations of 540,000 requests did, within three standard errors', () => {
    const prediction = predictPool({
      connections: 3,
      arrivalRatePerSecond: 27,
      hold: exponential(100),
      queueLimit: 4,
      acquireTimeoutMs: 80,
    });
    expect(Math.abs(prediction.rejectedRatio - 0.028602)).toBeLessThan(3 * 0.000096);
    expect(Math.abs(prediction.timedOutRatio - 0.12844)).toBeLessThan(3 * 0.00032);
    expect(Math.abs((prediction.meanWaitMs ?? 0) - 17.777)).toBeLessThan(3 * 0.03);
    expect(Math.abs((prediction.p99WaitMs ?? 0) - 77.839)).toBeLessThan(3 * 0.0073);
  });
});

describe('a pool in overload', () => {
  it.each([1.01, 1.5, 3, 50])('of %d times its capacity loses what it cannot carry, with any limit', (rho) => {
    for (const hold of lawsOfMean(100)) {
      const pool = { connections: 20, arrivalRatePerSecond: 200 * rho, hold };
      const limits: Partial<PoolModel>[] = [{ queueLimit: 20_000 }, { acquireTimeoutMs: 60_000 }];
      for (const limit of limits) {
        const { rejectedRatio, timedOutRatio, throughputPerSecond, utilization } = predictPool({ ...pool, ...limit });
        expect(rejectedRatio + timedOutRatio).toBeCloseTo(1 - 1 / rho, 3);
        expect(throughputPerSecond / 200).toBeCloseTo(1, 3);
        expect(utilization).toBeCloseTo(1, 3);
      }
    }
  });

  it('with a timeout of 30 s serves every success nearly 30 s late', () => {
    const { meanWaitMs = 0, p95WaitMs = 0 } = predictPool({
      connections: 10,
      arrivalRatePerSecond: 120,
      hold: lognormal(100, 2),
      acquireTimeoutMs: 30_000,
    });
    expect(meanWaitMs).toBeGreaterThan(29_000);
    expect(p95WaitMs).toBeLessThanOrEqual(30_000);
  });

  it('with a full queue waits as long as its last place takes', () => {
    const { meanWaitMs } = predictPool({
      connections: 10,
      arrivalRatePerSecond: 200,
      hold: gamma(100, 2),
      queueLimit: 500,
    });
    expect(meanWaitMs).toBeCloseTo((500 * 100) / 10, -2);
  });

  it('without a limit is not stable and has no waits', () => {
    expect(predictPool({ connections: 10, arrivalRatePerSecond: 125, hold: constant(100) })).toEqual({
      offeredUtilization: 1.25,
      utilization: 1,
      waitProbability: 1,
      rejectedRatio: 0,
      timedOutRatio: 0,
      throughputPerSecond: 100,
      isStable: false,
    });
  });

  it('is answered without a jump where the load passes the connections', () => {
    for (const hold of lawsOfMean(100)) {
      const losses = [0.999, 0.9999999, 1, 1.0000001, 1.001].map(
        (rho) => predictPool({ connections: 10, arrivalRatePerSecond: 100 * rho, hold, queueLimit: 20 }).rejectedRatio,
      );
      for (const loss of losses) expect(loss / (losses[2] ?? 0)).toBeCloseTo(1, 1);
      expect(losses).toEqual([...losses].sort((a, b) => a - b));
    }
  });
});

it('refuses the share of Erlang B where nobody may wait, whatever the hold law', () => {
  for (const hold of lawsOfMean(40)) {
    for (const [connections, load] of [
      [1, 0.5],
      [12, 8],
      [90, 120],
    ] as const) {
      const { rejectedRatio } = predictPool({ connections, arrivalRatePerSecond: load * 25, hold, queueLimit: 0 });
      expect(rejectedRatio).toBeCloseTo(erlangB(connections, load), 9);
    }
  }
});

it('splits what is lost between full queue and timeout by which comes first', () => {
  const pool = { connections: 10, arrivalRatePerSecond: 120, hold: exponential(100) };
  const queueFirst = predictPool({ ...pool, queueLimit: 10, acquireTimeoutMs: 2_000 });
  expect(queueFirst.timedOutRatio).toBeLessThan(1e-6);
  const timeoutFirst = predictPool({ ...pool, queueLimit: 100, acquireTimeoutMs: 100 });
  expect(timeoutFirst.rejectedRatio).toBeLessThan(1e-6);
});

it('approaches the pool without limits as the limits grow', () => {
  for (const hold of lawsOfMean(100)) {
    const pool = { connections: 10, arrivalRatePerSecond: 80, hold };
    const free = predictPool(pool);
    for (const limits of [
      { queueLimit: 3_000 },
      { acquireTimeoutMs: 60_000 },
      { queueLimit: 3_000, acquireTimeoutMs: 60_000 },
    ]) {
      const limited = predictPool({ ...pool, ...limits });
      expect((limited.p99WaitMs ?? 0) / (free.p99WaitMs ?? 0)).toBeCloseTo(1, 2);
      expect((limited.meanWaitMs ?? 0) / (free.meanWaitMs ?? 0)).toBeCloseTo(1, 1);
      expect(limited.rejectedRatio + limited.timedOutRatio).toBeLessThan(1e-4);
    }
  }
});

const anyModel: fc.Arbitrary<PoolModel> = fc
  .record(
    {
      connections: fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 20_000 })),
      utilization: fc.oneof(
        fc.double({ min: 0.001, max: 2, noNaN: true }),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
      ),
      hold: anyLaw,
      peakedness: fc.double({ min: 0.2, max: 60, noNaN: true }),
      bursts: fc.record({
        factor: fc.oneof(fc.double({ min: 1, max: 1_000, noNaN: true }), fc.constant(Infinity)),
        burstMs: fc.double({ min: 1, max: 3.6e6, noNaN: true }),
        quietMs: fc.double({ min: 1, max: 3.6e6, noNaN: true }),
      }),
      batchSize: fc.integer({ min: 1, max: 60 }),
      queueLimit: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 1_000_000 })),
      acquireTimeoutMs: fc.oneof(
        fc.double({ min: 0, max: 1_000, noNaN: true }),
        fc.double({ min: 0, max: 1e9, noNaN: true }),
      ),
    },
    { requiredKeys: ['connections', 'utilization', 'hold'] },
  )
  .map(({ utilization, ...rest }) => {
    const rate = (utilization * rest.connections * 1_000) / holdDistribution(rest.hold).meanMs;
    return { ...rest, arrivalRatePerSecond: Math.min(1e12, rate) };
  });

it('is finite, within its bounds, and keeps throughput, loss and utilization consistent for any pool', () => {
  fc.assert(
    fc.property(anyModel, (model) => {
      const prediction = predictPool(model);
      for (const [name, value] of Object.entries(prediction)) {
        if (typeof value === 'boolean') continue;
        expect(value, name).toBeGreaterThanOrEqual(0);
        expect(value, name).toBeLessThan(Infinity);
      }
      for (const ratio of [
        prediction.utilization,
        prediction.waitProbability,
        prediction.rejectedRatio,
        prediction.timedOutRatio,
      ]) {
        expect(ratio).toBeLessThanOrEqual(1);
      }
      const { meanWaitMs, p95WaitMs = 0, p99WaitMs = 0, p999WaitMs = 0, isStable } = prediction;
      expect(meanWaitMs !== undefined).toBe(isStable);
      expect(p99WaitMs).toBeGreaterThanOrEqual(p95WaitMs);
      expect(p999WaitMs).toBeGreaterThanOrEqual(p99WaitMs);
      if (model.acquireTimeoutMs !== undefined)
        expect(p999WaitMs).toBeLessThanOrEqual(model.acquireTimeoutMs * (1 + 1e-9));
      if (!isStable) return;
      const { throughputPerSecond, utilization, offeredUtilization, rejectedRatio, timedOutRatio } = prediction;
      const served = 1 - rejectedRatio - timedOutRatio;
      expect(throughputPerSecond).toBeCloseTo(model.arrivalRatePerSecond * served, 6);
      expect(utilization).toBeCloseTo(Math.min(1, offeredUtilization * served), 6);
    }),
    { numRuns: 500 },
  );
});

it.each([
  [{ connections: 0 }, 'connections is 0'],
  [{ arrivalRatePerSecond: Number.NaN }, 'arrivalRatePerSecond is NaN'],
  [{ queueLimit: -1 }, 'queueLimit is -1'],
  [{ peakedness: 0 }, 'peakedness is 0'],
  [{ batchSize: 1.5 }, 'batchSize is 1.5'],
  [{ bursts: { factor: 0.5, burstMs: 10, quietMs: 10 } }, 'bursts.factor is 0.5'],
  [{ bursts: { factor: 3, burstMs: 0, quietMs: 10 } }, 'bursts.burstMs is 0'],
])('refuses a pool that cannot be: %j', (change, message) => {
  expect(() => predictPool({ connections: 10, arrivalRatePerSecond: 50, hold: constant(100), ...change })).toThrow(
    message,
  );
});
