import { describe, expect, it } from 'vitest';
import { type AdviceInput, advise, lawLevel } from '../../../../src/probe/analyse/advice.ts';
import { coarseBuckets } from '../../../../src/probe/analyse/buckets.ts';
import { meanWaitOf } from '../../../../src/probe/analyse/intervals.ts';
import { rampOf } from '../../../../src/probe/analyse/knee.ts';
import { predictPool } from '../../../../src/queueing/predict.ts';
import { missedTargets } from '../../../../src/queueing/smallest.ts';
import { level, simulatedRun } from './runs.ts';

const budget = { usableConnections: 97, freeConnections: 90, limitedBy: 'max_connections' };
const exponential = { kind: 'exponential', meanMs: 20 } as const;
const light = simulatedRun({ connections: 100, ratePerSecond: 400, hold: exponential, seconds: 60, seed: 1 });
const serviceBuckets = coarseBuckets(light.histogramsUs.service);
const advice = (input: Partial<AdviceInput>) => {
  const advised = advise({ budget, ...input });
  if (!advised.advice) throw new Error(advised.reason);
  return advised.advice;
};
const refusal = (input: Partial<AdviceInput>) => {
  const advised = advise({ budget, ...input });
  return advised.advice ? undefined : advised;
};

const flatFrom = (knee: number, perSecond: number, changes = {}) =>
  rampOf(
    [1, 2, 4, 8, 16, 32, 64].map((size) =>
      level(size, Math.min(size, knee) * perSecond, (1_000 / perSecond) * Math.max(1, size / knee), 3, changes),
    ),
    80,
    3,
  );
const growing = rampOf(
  [1, 2, 4, 8].map((size) => level(size, size * 50, 20, 30)),
  10,
  3,
);

describe('the advice for a rate', () => {
  it('is the smallest pool that meets the targets of size: one less misses them', () => {
    const { connectionLimit, needed, basis } = advice({ tps: 400, serviceBuckets });
    const missed = (connections: number) =>
      missedTargets(predictPool({ connections, arrivalRatePerSecond: 400, hold: exponential }), {
        maxWaitP99Ms: 20,
        maxLossRatio: 0.001,
        maxUtilization: 0.9,
      });
    expect(missed(connectionLimit)).toEqual([]);
    expect(missed(connectionLimit - 1)).not.toEqual([]);
    expect([needed, basis]).toEqual([connectionLimit, 'demand']);
  });

  it('holds in a simulation: the advised pool waits less than the target, and far less than one of the bare load', () => {
    const { connectionLimit } = advice({ tps: 400, serviceBuckets });
    const p99 = (connections: number) =>
      simulatedRun({
        connections,
        ratePerSecond: 400,
        hold: exponential,
        seconds: 300,
        seed: 5,
      }).histogramsUs.wait.valueAt(0.99) / 1_000;
    expect(p99(connectionLimit)).toBeLessThan(20);
    expect(p99(connectionLimit - 2)).toBeGreaterThan(20);
    expect(meanWaitOf(light)?.value).toBe(0);
  });

  it('is bounded by the knee, and says that the server cannot serve more', () => {
    const advised = advice({ tps: 400, serviceBuckets, ramp: flatFrom(4, 50) });
    expect(advised).toMatchObject({ connectionLimit: 4, basis: 'knee', most: 4 });
    expect(advised.needed).toBeGreaterThan(4);
    expect(advised.reasons.join(' ')).toContain(
      'The server cannot serve that: with 4 connections it does 200/s, and 400/s are asked for.',
    );
  });

  it('says that it is only the wait where the server bears the rate, but not at once', () => {
    const advised = advice({ tps: 150, serviceBuckets, ramp: flatFrom(4, 50) });
    expect(advised.reasons.join(' ')).toContain('The server bears the load');
  });

  it("does not take poolctl's own limit for the server's", () => {
    const own = { boundBy: 'client', client: { eventLoopUtilization: 0.98, cpuPerSecond: 0.7, lagP99Ms: 0 } };
    const advised = advice({ tps: 400, serviceBuckets, ramp: flatFrom(4, 50, own) });
    expect(advised.basis).toBe('demand');
    expect(advised).not.toHaveProperty('most');
    expect(advised.reasons.join(' ')).toContain('whether the server bears 400/s was not seen');
  });

  it('sizes for hold times as long as they are under the load itself', () => {
    // X(N) = 50 N / (1 + 0.1 (N - 1)): 250/s take N = 9, at 36 ms each, where one alone takes 20 ms.
    const usl = { singleThroughputPerSecond: 50, contention: 0.1, coherency: 0 } as never;
    const ramp = { ...growing, usl };
    const alone = advice({ tps: 250, serviceBuckets }).connectionLimit;
    const advised = advice({ tps: 250, serviceBuckets, ramp });
    expect(advised.connectionLimit).toBeGreaterThan(alone + 2);
    expect(advised.reasons.join(' ')).toContain('At that rate 9 connections are at work at once');
  });

  it('fits what the server lets in, shared among the instances', () => {
    const advised = advice({ tps: 4_000, serviceBuckets, instances: 2 });
    expect(advised.connectionLimit).toBe(48);
    expect(advised.instances).toBe(2);
    expect(advised.reasons.join(' ')).toContain('do not fit: the server lets in 97 for 2 instances');
  });

  it('is for each instance, and bounded by what the server bears of all', () => {
    const advised = advice({ tps: 150, serviceBuckets, ramp: flatFrom(16, 50), instances: 4 });
    expect(advised).toMatchObject({ instances: 4, most: 4 });
    expect(advised.reasons.join(' ')).toContain(
      'That is one instance: all 4 send 600/s and open up to 16 connections.',
    );
    expect(advised.reasons.join(' ')).toContain('The server bears the load');
    expect(advice({ tps: 150, serviceBuckets, ramp: flatFrom(16, 50) })).not.toHaveProperty('instances');
  });

  it('is not given without a single hold time', () => {
    expect(refusal({ tps: 400, serviceBuckets: [] })?.reason).toContain('No request was completed');
  });
});

describe('the advice without a rate', () => {
  it('is the knee, with timeouts by the rule and a queue for a pause of 100 ms at its rate', () => {
    const ramp = flatFrom(16, 50);
    expect(advice({ ramp })).toMatchObject({
      connectionLimit: 16,
      queueLimit: Math.ceil((ramp.knee.throughputPerSecond ?? 0) / 10),
      acquireTimeoutMs: 30_000,
      connectTimeoutMs: 10_000,
      basis: 'knee',
      most: 16,
    });
  });

  it('shares the knee among the instances', () => {
    const advised = advice({ ramp: flatFrom(16, 50), instances: 3 });
    expect(advised).toMatchObject({ connectionLimit: 5, most: 5, instances: 3 });
    expect(advised.reasons.join(' ')).toContain('All 3 instances share that: 16 / 3 for each.');
  });

  it('says where even the smallest pools are together more than the server can use', () => {
    const advised = advice({ ramp: flatFrom(4, 50), instances: 20 });
    expect(advised).toMatchObject({ connectionLimit: 2, most: 1 });
    expect(advised.reasons.join(' ')).toContain('All 20 instances together have 40, which is more');
  });

  it('is none where there is no knee, and says what to give', () => {
    expect(refusal({ ramp: growing })).toMatchObject({
      reason: expect.stringContaining('There is no knee'),
      next: expect.stringContaining('--tps'),
    });
    expect(refusal({})?.next).toContain('--tps');
  });

  it('is none for work that is only transport, with a rate or without', () => {
    expect(refusal({ ramp: flatFrom(16, 50), tps: 10, serviceBuckets, transportOnly: true })?.reason).toContain(
      'no pool should be sized by it',
    );
  });
});

describe('the level to take hold times from', () => {
  const levels = [1, 2, 4, 8].map((size) => level(size, size * 100, 10, 12));

  it('is the smallest of two and more that carries the rate with a tenth to spare', () => {
    expect([50, 180, 190, 700].map((tps) => lawLevel(levels, tps)?.connectionLimit)).toEqual([2, 2, 4, 8]);
  });

  it('is the best one where none does, and none where there are none', () => {
    expect(lawLevel(levels, 5_000)?.connectionLimit).toBe(8);
    expect(lawLevel([], 10)).toBeUndefined();
  });
});
