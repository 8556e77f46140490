import { describe, expect, it } from 'vitest';
import { retryLoad } from '../../../src/queueing/retries.ts';
import { constant, exponential, lognormal } from './reference-laws.ts';

describe('retries', () => {
  it('at 5.5 erlangs, half of the blocked retried, need 11 lines for 3 % blocking (erlang.com manual)', () => {
    const blocked = (connections: number) => {
      const model = { connections, arrivalRatePerSecond: 55, hold: exponential(100), queueLimit: 0 };
      return retryLoad(model, Infinity, 0.5).prediction?.rejectedRatio ?? 1;
    };
    expect(blocked(11)).toBeLessThanOrEqual(0.03);
    expect(blocked(10)).toBeGreaterThan(0.03);
  });

  it('settle where the attempts that fail are the attempts that come again', () => {
    const model = {
      connections: 10,
      arrivalRatePerSecond: 95,
      hold: lognormal(100, 2),
      queueLimit: 10,
      acquireTimeoutMs: 200,
    };
    for (const attempts of [1, 2, 3, 10]) {
      const { state, attemptsPerSecond = 0, prediction, lostRatio = 0 } = retryLoad(model, attempts);
      const failed = (prediction?.rejectedRatio ?? 0) + (prediction?.timedOutRatio ?? 0);
      expect(state).toBe('settles');
      expect(attemptsPerSecond / (95 * ((1 - failed ** attempts) / (1 - failed)))).toBeCloseTo(1, 5);
      expect(lostRatio).toBeCloseTo(failed ** attempts, 5);
    }
  });

  it('without an end have no fixed point where the pool carries less than what comes', () => {
    const model = { connections: 5, arrivalRatePerSecond: 55, hold: exponential(100), queueLimit: 10 };
    expect(retryLoad(model, Infinity)).toEqual({ state: 'none' });
    expect(retryLoad(model, 4).state).toBe('settles');
  });

  it('change nothing where nothing fails, nor where nothing comes', () => {
    const model = { connections: 50, arrivalRatePerSecond: 100, hold: exponential(100), queueLimit: 100 };
    expect(retryLoad(model, 5)).toMatchObject({ attemptsPerSecond: 100, amplification: 1 });
    expect(retryLoad({ ...model, arrivalRatePerSecond: 0 }, 5)).toMatchObject({ amplification: 1, lostRatio: 0 });
  });

  // Simulated: 600,000 requests; holds of 100 ms. Lost, attempts per request.
  it.each([
    [{ connections: 10, arrivalRatePerSecond: 70, hold: exponential(100), queueLimit: 5 }, 4, 50, 0.00126, 1.03],
    [{ connections: 10, arrivalRatePerSecond: 90, hold: exponential(100), queueLimit: 2 }, 4, 200, 0.0188, 1.359],
    [{ connections: 10, arrivalRatePerSecond: 85, hold: exponential(100), queueLimit: 0 }, 4, 200, 0.0316, 1.492],
    [{ connections: 50, arrivalRatePerSecond: 450, hold: exponential(100), queueLimit: 10 }, 4, 100, 0.00067, 1.039],
    [{ connections: 10, arrivalRatePerSecond: 80, hold: lognormal(100, 4), queueLimit: 5 }, 4, 50, 0.0144, 1.149],
    [{ connections: 10, arrivalRatePerSecond: 80, hold: constant(100), queueLimit: 5 }, 4, 50, 0.00146, 1.037],
    [{ connections: 10, arrivalRatePerSecond: 110, hold: exponential(100), queueLimit: 10 }, 4, 200, 0.095, 1.837],
  ])(
    'after a pause lose what the simulator loses, within a factor of 1.5: %j, %d attempts, %d ms',
    (model, attempts, pauseMs, lost, perRequest) => {
      const { lostRatio = 0, amplification = 0 } = retryLoad(model, attempts, 1, pauseMs);
      expect(Math.abs(Math.log(lostRatio / lost))).toBeLessThan(Math.log(1.5));
      expect(Math.abs(amplification / perRequest - 1)).toBeLessThan(0.1);
    },
  );

  // 18 connections, queue limit 10, 120 a second; a million requests.
  it.each([
    [{ bursts: { factor: 3, burstMs: 200, quietMs: 800 } }, 50, 0.0335, 1.259],
    [{ bursts: { factor: 3, burstMs: 5_000, quietMs: 20_000 } }, 50, 0.118, 1.643],
    [{ bursts: { factor: 3, burstMs: 200, quietMs: 800 } }, 500, 0.00189, 1.112],
    [{ batchSize: 4 }, 50, 0.00221, 1.053],
    [{ batchSize: 10 }, 200, 0.00399, 1.202],
  ])(
    'under bursts and batches lose what the simulator loses, within a factor of 2.1: %j after %d ms',
    (clumps, pauseMs, lost, perRequest) => {
      const model = { connections: 18, arrivalRatePerSecond: 120, hold: exponential(100), queueLimit: 10, ...clumps };
      const { lostRatio = 0, amplification = 0 } = retryLoad(model, 4, 1, pauseMs);
      expect(Math.abs(Math.log(lostRatio / lost))).toBeLessThan(Math.log(2.1));
      expect(Math.abs(amplification / perRequest - 1)).toBeLessThan(0.2);
    },
  );

  it('fail the more often the sooner they come again, and as at random moments where nothing fails', () => {
    const model = { connections: 10, arrivalRatePerSecond: 80, hold: exponential(100), queueLimit: 5 };
    const lost = [0, 20, 100, 400, Infinity].map((pauseMs) => retryLoad(model, 3, 1, pauseMs).lostRatio ?? Number.NaN);
    expect(lost).toEqual([...lost].sort((a, b) => b - a));
    const calm = { ...model, connections: 60 };
    expect(retryLoad(calm, 3, 1, 50).amplification).toBeCloseTo(1, 12);
    expect(() => retryLoad(model, 3, 1, -1)).toThrow('pauseMs is -1');
  });

  it('after a timeout are the next attempt too: lost within a factor of 4 of the simulated 0.31 %', () => {
    const model = { connections: 10, arrivalRatePerSecond: 80, hold: exponential(100), acquireTimeoutMs: 50 };
    const { lostRatio = 0, amplification = 0 } = retryLoad(model, 4, 1, 50);
    expect(lostRatio).toBeGreaterThan(0.0031 / 4);
    expect(lostRatio).toBeLessThan(0.0031 * 4);
    expect(amplification).toBeCloseTo(1.09, 1);
  });

  it('need at least the first attempt', () => {
    expect(() => retryLoad({ connections: 1, arrivalRatePerSecond: 1, hold: exponential(1) }, 0)).toThrow('at least 1');
  });
});
