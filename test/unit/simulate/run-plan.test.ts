import { describe, expect, it } from 'vitest';
import { planRuns } from '../../../src/simulate/run-plan.ts';
import { busyWarning, lengthWarning } from '../../../src/simulate/run-warnings.ts';
import { runLength } from '../../../src/simulate/warmup.ts';
import { estimates, exponential, lognormal, ofRequests, poisson } from './runs.ts';

const pool = { arrivals: poisson(90), hold: exponential(100), connections: 10 };
const plan = (changes: object = {}, options: object = {}) =>
  planRuns([{ ...pool, ...changes }], { replications: 10, mostRequests: 12e6, ...options });
const relaxationMs = 10 / (1 - Math.sqrt(0.9)) ** 2;

describe('the plan of a simulation', () => {
  it('warms up for 5 relaxation times and needs 100 in each of 10 runs', () => {
    const { warmupMs, neededMs, measuredMs } = plan();
    expect(warmupMs).toBeCloseTo(5 * relaxationMs, 6);
    expect(neededMs).toBeCloseTo(100 * relaxationMs, 6);
    expect(measuredMs).toBeGreaterThanOrEqual(neededMs);
  });

  it('needs longer runs where they are fewer, and shorter ones where they are more', () => {
    expect(plan({}, { replications: 5 }).neededMs).toBeCloseTo(200 * relaxationMs, 6);
    expect(plan({}, { replications: 20 }).neededMs).toBeCloseTo(50 * relaxationMs, 6);
  });

  it('is as long as the slowest of the pools that are compared needs', () => {
    const both = planRuns([{ ...pool, connections: 30 }, pool], { replications: 10, mostRequests: 12e6 });
    expect(both.neededMs).toBe(plan().neededMs);
  });

  it('stays within its requests and says what it would need', () => {
    const { warmupMs, measuredMs, neededMs } = plan({ arrivals: poisson(99.9) });
    expect(((warmupMs + measuredMs) / 1_000) * 99.9 * 10).toBeCloseTo(12e6, 0);
    expect(neededMs).toBeGreaterThan(10 * measuredMs);
  });

  it('is long enough where it is asked to be, warm-up and all', () => {
    const short = plan({ arrivals: poisson(99.5) });
    const asked = plan({ arrivals: poisson(99.5) }, { measuredMs: short.neededMs });
    expect(short.measuredMs).toBeLessThan(short.neededMs);
    expect([asked.warmupMs, asked.measuredMs]).toEqual([short.neededWarmupMs, short.neededMs]);
    expect(lengthWarning(asked, [pool], 10)).toEqual([]);
  });

  it('needs ten bursts a run at least', () => {
    const arrivals = { kind: 'bursty', ratePerSecond: 50, factor: 3, burstMs: 1_000, quietMs: 3_600_000 } as const;
    expect(plan({ arrivals }).neededMs).toBeGreaterThanOrEqual(10 * 3_601_000);
  });

  it('takes a minute in overload without limits, where nothing becomes steady', () => {
    expect(plan({ arrivals: poisson(200) })).toMatchObject({ neededMs: 0, measuredMs: 60_000 });
  });

  it('takes what is asked for', () => {
    expect(plan({}, { measuredMs: 5_000 }).measuredMs).toBe(5_000);
  });
});

describe('RUN_TOO_SHORT', () => {
  const needed = { neededWarmupMs: 10_000, neededMs: 400_000 };

  it('is said of a plan below its need, with a length that is enough', () => {
    const [warning] = lengthWarning({ warmupMs: 10_000, measuredMs: 60_000, ...needed }, [pool], 10);
    expect(warning?.code).toBe('RUN_TOO_SHORT');
    expect(warning?.message).toContain('The queue of 10/∞/∞ changes so slowly that 6.67 min would be needed');
    expect(warning?.hint).toBe('Add --duration 7min, which simulates 1 million requests.');
  });

  it('names no length where none helps: a warm-up before an incident that is too long, or more requests than allowed', () => {
    // 420 ms by Erlang C.
    const hint =
      'No run that poolctl takes is long enough this near to full load. The model expects a p99 wait of 420 ms. Look at a few connections more.';
    const beforeIncident = { warmupMs: 10_000, measuredMs: 60_000, neededWarmupMs: 1e7, neededMs: 0 };
    expect(lengthWarning(beforeIncident, [pool], 10)[0]?.hint).toBe(hint);
    const endless = { warmupMs: 10_000, measuredMs: 60_000, neededWarmupMs: 1e8, neededMs: 4e9 };
    expect(lengthWarning(endless, [pool], 10)[0]?.hint).toBe(hint);
  });

  it('is not said of a plan that meets it', () => {
    expect(lengthWarning({ warmupMs: 10_000, measuredMs: 400_000, ...needed }, [pool], 10)).toEqual([]);
    expect(lengthWarning({ warmupMs: 500, measuredMs: 60_000, neededWarmupMs: 0, neededMs: 0 }, [pool], 10)).toEqual(
      [],
    );
  });

  it('is said where the connections in use are not those of the load, whatever the plan', () => {
    // Holds of 30 s in a run of 60 s from empty: 20 in use, not 30.
    const input = { arrivals: poisson(1), hold: exponential(30_000), connections: 33 };
    const short = estimates({ ...input, warmupMs: 10_000, durationMs: 70_000, seed: 1 }, 10);
    const [warning] = busyWarning(input, short);
    expect(warning?.code).toBe('RUN_TOO_SHORT');
    expect(warning?.message).toMatch(/^19\.\d connections are in use on average, but the load uses 30:/);
  });

  it.each([
    ['a steady pool', {}],
    ['holds that vary a lot', { hold: lognormal(100, 2) }],
    ['a finite queue in overload', { arrivals: poisson(150), queueLimit: 20 }],
    ['requests that give up and come again', { acquireTimeoutMs: 100, retries: { attempts: 2, pauseMs: 500 } }],
    ['batches', { arrivals: { kind: 'batches', ratePerSecond: 80, size: 5 } as const }],
  ])('is not said of the connections in use of %s', (_, changes) => {
    const input = ofRequests(40_000, changes);
    expect(busyWarning(input, estimates({ ...input, warmupMs: input.durationMs / 5 }, 10))).toEqual([]);
  });
});

it('gives a pool of 33 for holds of 30 s hours, because its queue forgets in 7 minutes', () => {
  const load = { connections: 33, arrivalRatePerSecond: 1, meanHoldMs: 30_000, holdScv: 1 };
  expect(runLength(load).relaxationMs / 60_000).toBeCloseTo(7, 1);
});
