import { describe, expect, it } from 'vitest';
import { retryLoad } from '../../../src/queueing/retries.ts';
import { exponential, lognormal } from './reference-laws.ts';

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

  it('need at least the first attempt', () => {
    expect(() => retryLoad({ connections: 1, arrivalRatePerSecond: 1, hold: exponential(1) }, 0)).toThrow('at least 1');
  });
});
