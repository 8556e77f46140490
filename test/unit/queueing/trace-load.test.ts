import { describe, expect, it } from 'vitest';
import type { ArrivalBursts } from '../../../src/queueing/burst.ts';
import type { PoolModel } from '../../../src/queueing/pool-model.ts';
import { smallestPool } from '../../../src/queueing/smallest.ts';
import { traceLoad } from '../../../src/queueing/trace-load.ts';
import type { ArrivalLaw } from '../../../src/traffic/arrival-law.ts';
import { arrivalsOf } from '../../../src/traffic/arrivals.ts';
import { randomStreams } from '../../../src/traffic/random.ts';
import { exponential } from './reference-laws.ts';

function trace(law: ArrivalLaw, count = 100_000): number[] {
  const arrivals = arrivalsOf(law, { startsMs: [0], factors: [1] }, randomStreams(3).arrivals);
  return Array.from({ length: count }, () => arrivals.next());
}

const hold = exponential(100);
const sizeOf = (load: Omit<PoolModel, 'connections' | 'hold'>) =>
  smallestPool({ ...load, hold }, { maxWaitP99Ms: 100, maxLossRatio: 0.001 })?.connections ?? Number.NaN;

describe('a trace', () => {
  it.each([
    { factor: 3, burstMs: 20, quietMs: 80 },
    { factor: 3, burstMs: 200, quietMs: 800 },
    { factor: 3, burstMs: 5_000, quietMs: 20_000 },
    { factor: 10, burstMs: 40, quietMs: 360 },
    { factor: 10, burstMs: 500, quietMs: 4_500 },
  ] satisfies ArrivalBursts[])('of bursts gives them back, and the pool that they need: %j', (bursts) => {
    const { load, burstsSeen = 0 } = traceLoad(trace({ kind: 'bursty', ratePerSecond: 120, ...bursts }), 100);
    expect(load.arrivalRatePerSecond / 120).toBeCloseTo(1, 0);
    expect(Math.abs((load.bursts?.factor ?? 0) / bursts.factor - 1)).toBeLessThan(0.15);
    expect(Math.abs((load.bursts?.burstMs ?? 0) / bursts.burstMs - 1)).toBeLessThan(0.3);
    const needed = sizeOf({ arrivalRatePerSecond: 120, bursts });
    expect(Math.abs(sizeOf(load) - needed)).toBeLessThanOrEqual(Math.max(1, needed / 20));
    expect(burstsSeen).toBeGreaterThan(20);
  });

  it('of batches needs the pool of batches, within a tenth', () => {
    const { load } = traceLoad(trace({ kind: 'batches', ratePerSecond: 120, size: 10 }), 100);
    expect(Math.abs(sizeOf(load) - sizeOf({ arrivalRatePerSecond: 120, batchSize: 10 }))).toBeLessThanOrEqual(3);
  });

  it('without bursts is Poisson, and a paced one has its peakedness', () => {
    const poisson = traceLoad(trace({ kind: 'poisson', ratePerSecond: 120 }), 100);
    expect(Object.keys(poisson.load)).toEqual(['arrivalRatePerSecond']);
    const paced = traceLoad(trace({ kind: 'paced', ratePerSecond: 120 }), 100);
    expect(paced.load.bursts).toBeUndefined();
    expect(paced.load.peakedness).toBeCloseTo(0.5, 1);
  });

  it('tells how few bursts it saw', () => {
    const law = { kind: 'bursty' as const, ratePerSecond: 120, factor: 5, burstMs: 60_000, quietMs: 600_000 };
    expect(traceLoad(trace(law, 200_000), 100).burstsSeen).toBeLessThan(10);
  });

  it('that is shorter than 20 holds is refused', () => {
    expect(() => traceLoad([0, 5, 9], 100)).toThrow('too short');
  });
});
