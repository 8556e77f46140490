import { describe, expect, it } from 'vitest';
import { predictBehindPooler } from '../../../src/queueing/behind-pooler.ts';
import { predictPool } from '../../../src/queueing/predict.ts';
import { RandomStream } from '../../../src/traffic/random.ts';
import { known } from '../../helpers/known.ts';

const meanMs = 20;

interface Served {
  readonly waitInPoolMs: number;
  readonly waitInPoolerMs: number;
}

/** Request by request: first come, first served by both. Mean waits. */
function served(connections: number, poolerConnections: number, ratePerSecond: number, isRandom: boolean): Served {
  const random = new RandomStream(7, 1);
  const pool: number[] = Array(connections).fill(0);
  const pooler: number[] = Array(poolerConnections).fill(0);
  const [count, warmup] = [200_000, 5_000];
  let [nowMs, inPool, inPooler] = [0, 0, 0];
  for (let request = 0; request < count + warmup; request += 1) {
    nowMs += (1_000 / ratePerSecond) * random.exponential();
    const holdMs = isRandom ? meanMs * random.exponential() : meanMs;
    const gotMs = Math.max(nowMs, known(pool.sort((a, b) => a - b)[0]));
    const ranMs = Math.max(gotMs, known(pooler.sort((a, b) => a - b)[0]));
    pool[0] = ranMs + holdMs;
    pooler[0] = ranMs + holdMs;
    if (request < warmup) continue;
    inPool += gotMs - nowMs;
    inPooler += ranMs - gotMs;
  }
  return { waitInPoolMs: inPool / count, waitInPoolerMs: inPooler / count };
}

function predicted(connections: number, poolerConnections: number, arrivalRatePerSecond: number, isRandom: boolean) {
  const hold = { kind: isRandom ? ('exponential' as const) : ('constant' as const), meanMs };
  return predictBehindPooler({ connections, poolerConnections, arrivalRatePerSecond, hold });
}

describe('a pool in front of a pooler', () => {
  it.each([
    [2, 4],
    [4, 4],
    [5, 4],
    [8, 4],
  ])('of %i in front of %i waits where the simulation of both says', (connections, poolerConnections) => {
    const rate = 0.8 * 1_000 * (Math.min(connections, poolerConnections) / meanMs);
    const model = predicted(connections, poolerConnections, rate, true);
    const real = served(connections, poolerConnections, rate, true);
    const allMs = real.waitInPoolMs + real.waitInPoolerMs;
    expect(known(model.both.meanWaitMs) / allMs).toBeCloseTo(1, 1);
    expect(Math.abs(known(model.meanWaitInPoolMs) - real.waitInPoolMs) / allMs).toBeLessThan(0.05);
    expect(Math.abs(known(model.meanWaitInPoolerMs) - real.waitInPoolerMs) / allMs).toBeLessThan(0.05);
  });

  it('comes near with holds that are all the same', () => {
    const model = predicted(6, 4, 170, false);
    const real = served(6, 4, 170, false);
    const share = known(model.meanWaitInPoolMs) / known(model.both.meanWaitMs);
    const allMs = real.waitInPoolMs + real.waitInPoolerMs;
    expect(Math.abs(known(model.both.meanWaitMs) / allMs - 1)).toBeLessThan(0.1);
    expect(Math.abs(share - real.waitInPoolMs / allMs)).toBeLessThan(0.1);
  });

  it('waits as long with any larger pool, in the pooler', () => {
    const sizes = [4, 6, 12, 50].map((connections) => predicted(connections, 4, 160, true));
    const all = sizes.map(
      ({ meanWaitInPoolMs, meanWaitInPoolerMs }) => known(meanWaitInPoolMs) + known(meanWaitInPoolerMs),
    );
    for (const wait of all) expect(wait).toBeCloseTo(known(all[0]), 9);
    const inPooler = sizes.map(({ meanWaitInPoolerMs }) => known(meanWaitInPoolerMs));
    expect(inPooler).toEqual([...inPooler].sort((a, b) => a - b));
    expect(inPooler[0]).toBe(0);
  });

  it('has the queue limit of the pool beside what waits in the pooler', () => {
    const load = { arrivalRatePerSecond: 300, hold: { kind: 'exponential', meanMs } as const };
    const { both } = predictBehindPooler({ ...load, connections: 7, poolerConnections: 4, queueLimit: 2 });
    expect(both).toEqual(predictPool({ ...load, connections: 4, queueLimit: 5 }));
  });

  it('names no wait where the queue grows without end', () => {
    const { both, meanWaitInPoolMs } = predicted(8, 4, 220, true);
    expect([both.isStable, meanWaitInPoolMs]).toEqual([false, undefined]);
  });
});
