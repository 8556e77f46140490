import { describe, expect, it } from 'vitest';
import { provedPoolOf } from '../../../src/probe/proved.ts';
import type { ProbeResult, ProbeRun } from '../../../src/probe/result.ts';
import { probeResult, probeRun } from '../../helpers/probe-result.ts';

const pool = { connectionLimit: 16, queueLimit: 9, acquireTimeoutMs: 30_000 };
const after = (changes: Partial<ProbeRun>) =>
  provedPoolOf(probeResult('ramp', { runs: [probeRun({ label: 'proof', ...changes })] }));

describe('the pool that a probe ended with', () => {
  it('is the recommended one, proved by the run at the rate that was asked for', () => {
    expect(provedPoolOf(probeResult())).toEqual({ ...pool, ratePerSecond: 200, isProved: true });
  });

  it.each<[what: string, changes: Partial<ProbeRun>]>([
    ['waited longer than a request works', { p99WaitMs: { value: 70, low: 60, high: 90 } }],
    ['lost more than one in a thousand', { failed: { 'queue-full': 12 }, completed: 5_991 }],
    ['did not serve what was due', { completed: 4_000, unfinished: 2_003, stillWaiting: 2_000 }],
    ['was of another size', { pool: { ...pool, connectionLimit: 12 } }],
    ['was of another rate', { wantedPerSecond: 100 }],
    ['was spoilt by poolctl being late', { trustworthy: false }],
    ['had more to do than it could', { overCapacity: true }],
  ])('is not proved by a run that %s', (_, changes) => {
    expect(after(changes)).toEqual({ ...pool, ratePerSecond: 200, isProved: false });
  });

  it('is not proved by what was cut short', () => {
    const cut: Partial<ProbeResult> = { finished: 'interrupted' };
    expect(provedPoolOf(probeResult('ramp', cut))?.isProved).toBe(false);
  });

  it('of a test of given settings is these', () => {
    expect(provedPoolOf(probeResult('load'))).toEqual({ ...pool, ratePerSecond: 200, isProved: true });
    const unlimited = probeResult('load', { runs: [probeRun({ pool: { connectionLimit: 16 } })] });
    expect(provedPoolOf(unlimited)).toEqual({ connectionLimit: 16, ratePerSecond: 200, isProved: true });
  });

  it("of instances that were loaded together is one's, at its part of the rate", () => {
    const runs = [probeRun({ instances: 4 })];
    expect(provedPoolOf(probeResult('load', { runs }))).toEqual({ ...pool, ratePerSecond: 50, isProved: true });
  });

  it('is none where no rate was asked for, and of two settings side by side', () => {
    const { tps, ...load } = probeResult().load;
    expect(provedPoolOf(probeResult('ramp', { load }))).toBeUndefined();
    expect(provedPoolOf(probeResult('compare'))).toBeUndefined();
    expect(provedPoolOf(probeResult('stall'))).toBeUndefined();
  });
});
