import { describe, expect, it } from 'vitest';
import type { ArrivalBursts } from '../../../src/queueing/burst.ts';
import { erlangC } from '../../../src/queueing/erlang-recurrence.ts';
import type { PoolModel } from '../../../src/queueing/pool-model.ts';
import { predictPool } from '../../../src/queueing/predict.ts';
import { smallestPool } from '../../../src/queueing/smallest.ts';
import { predictSplit } from '../../../src/queueing/split.ts';
import { waitDistribution } from '../../../src/queueing/wait.ts';
import { batchesMm1, burstyMmc } from '../../bench/exact.mjs';
import { constant, exponential, lognormal } from './reference-laws.ts';

const bursts = (factor: number, burstMs: number, quietMs: number): ArrivalBursts => ({ factor, burstMs, quietMs });
const targets = { maxWaitP99Ms: 100, maxLossRatio: 0.001 };
const needed = (load: Omit<PoolModel, 'connections'>) => smallestPool(load, targets)?.connections ?? Number.NaN;

/** The chain of (requests, phase) with exponential holds of 100 ms and a queue limit, by elimination on its whole matrix. */
function solvedWhole({ connections, arrivalRatePerSecond, bursts: phases, batchSize = 1, queueLimit = 0 }: PoolModel) {
  const { factor, burstMs, quietMs } = phases ?? bursts(1, 1, 1);
  const share = burstMs / (burstMs + quietMs);
  const quiet = arrivalRatePerSecond / 1_000 / (1 + (factor - 1) * share);
  const rates = [quiet / batchSize, (factor * quiet) / batchSize];
  const top = connections + queueLimit;
  const size = 2 * (top + 1);
  const flow = Array.from({ length: size }, () => new Array<number>(size + 1).fill(0));
  const add = (from: number, to: number, rate: number) => {
    const [out, into] = [flow[from], flow[to]];
    if (out) out[from] = (out[from] ?? 0) - rate;
    if (into) into[from] = (into[from] ?? 0) + rate;
  };
  for (let n = 0; n <= top; n += 1) {
    for (const phase of [0, 1]) {
      const at = 2 * n + phase;
      add(at, 2 * Math.min(top, n + batchSize) + phase, rates[phase] ?? 0);
      add(at, at + 1 - 2 * phase, 1 / (phase === 0 ? quietMs : burstMs));
      if (n > 0) add(at, at - 2, Math.min(n, connections) / 100);
    }
  }
  flow[size - 1] = new Array<number>(size + 1).fill(1);
  for (let i = 0; i < size; i += 1) {
    const pivot = flow[i] ?? [];
    for (const row of flow) {
      if (row === pivot) continue;
      const ratio = (row[i] ?? 0) / (pivot[i] ?? 1);
      for (let j = i; j <= size; j += 1) row[j] = (row[j] ?? 0) - ratio * (pivot[j] ?? 0);
    }
  }
  const chance = (i: number) => (flow[i]?.[size] ?? 0) / (flow[i]?.[i] ?? 1);
  let [busy, rejected, waiting] = [0, 0, 0];
  for (let i = 0; i < size; i += 1) {
    const n = Math.floor(i / 2);
    busy += chance(i) * Math.min(n, connections);
    waiting += chance(i) * Math.max(0, n - connections);
    rejected += chance(i) * (rates[i % 2] ?? 0) * Math.max(0, n + batchSize - top);
  }
  const perMs = arrivalRatePerSecond / 1_000;
  return { utilization: busy / connections, rejectedRatio: rejected / perMs, meanWaitMs: waiting / (perMs - rejected) };
}

describe('bursts on exponential holds', () => {
  it.each([
    [18, bursts(3, 20, 80)],
    [25, bursts(3, 200, 800)],
    [63, bursts(10, 490, 4_410)],
    [29, bursts(3, 5_000, 20_000)],
  ])('on %d connections are those of the chain solved from its far end: %j', (connections, phases) => {
    const load = { ratePerSecond: 120, ...phases };
    const exact = burstyMmc(connections, 100, load);
    const found = predictPool({ connections, arrivalRatePerSecond: 120, hold: exponential(100), bursts: phases });
    expect(found.waitProbability).toBeCloseTo(exact.waitProbability ?? Number.NaN, 8);
    expect(found.meanWaitMs).toBeCloseTo(exact.meanWaitMs ?? Number.NaN, 6);
  });

  it.each([
    { bursts: bursts(4, 30, 200) },
    { batchSize: 3 },
    { bursts: bursts(8, 300, 900), batchSize: 4 },
    { bursts: bursts(50, 10, 900), batchSize: 2 },
  ])('and batches, with a queue limit, are those of the whole matrix: %j', (clumps) => {
    for (const [connections, queueLimit, arrivalRatePerSecond] of [
      [3, 4, 25],
      [5, 0, 60],
      [2, 9, 15],
    ] as const) {
      const model = { connections, queueLimit, arrivalRatePerSecond, hold: exponential(100), ...clumps };
      const [found, exact] = [predictPool(model), solvedWhole(model)];
      expect(found.rejectedRatio).toBeCloseTo(exact.rejectedRatio, 10);
      expect(found.utilization).toBeCloseTo(exact.utilization, 10);
      expect(found.meanWaitMs).toBeCloseTo(exact.meanWaitMs, 7);
    }
  });

  it('that never end are the two pools of their phases, each as often as its requests', () => {
    const phases = bursts(3, 1e8, 4e8);
    const { waitProbability } = predictPool({
      ...{ connections: 30, arrivalRatePerSecond: 120, hold: exponential(100), bursts: phases },
    });
    const quiet = 12 / 1.4;
    const mixed = (0.8 * quiet * erlangC(30, quiet) + 0.2 * 3 * quiet * erlangC(30, 3 * quiet)) / 12;
    expect(waitProbability / mixed).toBeCloseTo(1, 3);
  });

  it('of a factor that hardly matters change nothing: M/M/c without limits and with a queue limit', () => {
    const pool = { connections: 10, arrivalRatePerSecond: 90, hold: exponential(100) };
    for (const limits of [{}, { queueLimit: 20 }]) {
      const [plain, played] = [pool, { ...pool, bursts: bursts(1 + 1e-9, 50, 70) }].map((model) =>
        predictPool({ ...model, ...limits }),
      );
      for (const name of ['waitProbability', 'rejectedRatio', 'meanWaitMs', 'p95WaitMs', 'p999WaitMs'] as const) {
        expect(played?.[name], name).toBeCloseTo(plain?.[name] ?? Number.NaN, 4);
      }
    }
  });

  it('find the queue as deep as places served in turn make it', () => {
    const pool = { connections: 10, arrivalRatePerSecond: 80, hold: exponential(100) };
    const wait = waitDistribution({ ...pool, bursts: bursts(1 + 1e-9, 50, 70) });
    for (const places of [1, 2, 7, 40]) {
      expect((wait?.queueTail?.(places) ?? 0) / (erlangC(10, 8) * 0.8 ** places)).toBeCloseTo(1, 6);
    }
  });

  it.each([
    [5_000, bursts(1_000, 1, 1_000)],
    [5_000, bursts(1_000, 3.6e6, 3.6e7)],
    [10, bursts(Infinity, 1, 3.6e6)],
    [1_000_000, bursts(3, 100, 1_000)],
  ])('are answered for %d connections and %j', (connections, phases) => {
    for (const more of [{}, { queueLimit: 50 }, { acquireTimeoutMs: 1_000 }, { batchSize: 7 }]) {
      const model = { connections, arrivalRatePerSecond: 9 * connections, hold: exponential(100), bursts: phases };
      const { meanWaitMs, p999WaitMs, rejectedRatio } = predictPool({ ...model, ...more });
      for (const value of [meanWaitMs, p999WaitMs, rejectedRatio]) expect(value).toBeLessThan(Infinity);
    }
  });
});

describe('batches', () => {
  it('on one connection have the mean wait of M[m]/M/1', () => {
    for (const size of [2, 5, 40]) {
      const { meanWaitMs } = predictPool({
        ...{ connections: 1, arrivalRatePerSecond: 8, hold: exponential(100), batchSize: size },
      });
      expect((meanWaitMs ?? 0) / (batchesMm1(0.8, 100, size).meanWaitMs ?? Number.NaN)).toBeCloseTo(1, 6);
    }
  });

  it('of 4 are two connections a request and more: 44 % wait on 25 connections, and the target takes 28', () => {
    const load = { arrivalRatePerSecond: 200, hold: exponential(100), batchSize: 4 };
    expect(predictPool({ ...load, connections: 25 }).waitProbability).toBeCloseTo(0.44, 2);
    expect(needed(load)).toBe(28);
  });
});

/** Within one, or a tenth. */
function expectNear(found: number, simulated: number): void {
  expect(Math.abs(found - simulated)).toBeLessThanOrEqual(Math.max(1, Math.round(simulated / 10)));
}

describe('the smallest pool for a p99 wait of one hold time', () => {
  // 120 a second, held 100 ms; needed by simulation.
  it.each([
    [3, 4, [20, 40, 100, 200, 490, 510, 5_000], [18, 20, 23, 25, 28, 28, 29]],
    [10, 9, [20, 40, 100, 200, 490, 510], [29, 36, 49, 58, 63, 63]],
    [Infinity, 3, [20, 100, 500, 2_500], [26, 41, 50, 52]],
  ])(
    'under bursts of %d times, exponential holds: within one of the simulated',
    (factor, ratio, lengths, simulated) => {
      const sizes = lengths.map((burstMs) =>
        needed({ arrivalRatePerSecond: 120, hold: exponential(100), bursts: bursts(factor, burstMs, ratio * burstMs) }),
      );
      for (const [i, size] of sizes.entries()) expect(Math.abs(size - (simulated[i] ?? 0))).toBeLessThanOrEqual(1);
      expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    },
  );

  it.each([
    ['constant', constant(100), [17, 23, 27, 28, 31, 53, 62, 65, 28, 42, 49, 50]],
    ['lognormal cv 2', lognormal(100, 4), [18, 23, 27, 30, 26, 45, 62, 68, 26, 38, 49, 53]],
  ])('under bursts, %s holds: within one or a tenth of the simulated', (_, hold, simulated) => {
    const loads = [3, 10, Infinity].flatMap((factor) =>
      [20, 100, 500, 2_500].map((ms) => bursts(factor, ms, ms * (factor === 3 ? 4 : factor === 10 ? 9 : 3))),
    );
    for (const [i, phases] of loads.entries()) {
      expectNear(needed({ arrivalRatePerSecond: 120, hold, bursts: phases }), simulated[i] ?? 0);
    }
  });

  it.each([
    ['exponential', exponential(100), [20, 26, 57]],
    ['constant', constant(100), [19, 27, 66]],
    ['lognormal cv 2', lognormal(100, 4), [20, 24, 49]],
  ])('under batches of 4, 10 and 50, %s holds: within one or a tenth of the simulated', (_, hold, simulated) => {
    for (const [i, batchSize] of [4, 10, 50].entries()) {
      expectNear(needed({ arrivalRatePerSecond: 120, hold, batchSize }), simulated[i] ?? 0);
    }
  });
});

describe('limits under bursts and batches', () => {
  // 18 connections, 120 a second, 100 ms exponential; simulated, a million requests.
  it.each([
    [{ bursts: bursts(3, 200, 800) }, 0.0462, 17.7],
    [{ bursts: bursts(3, 5_000, 20_000) }, 0.12, 28.6],
    [{ bursts: bursts(10, 40, 360) }, 0.122, 19.3],
    [{ bursts: bursts(Infinity, 100, 300) }, 0.289, 41.1],
    [{ batchSize: 25 }, 0.21, 25.7],
  ])('time out as often as simulated, within a tenth: %j', (clumps, timedOut, meanMs) => {
    const model = { connections: 18, arrivalRatePerSecond: 120, hold: exponential(100), acquireTimeoutMs: 100 };
    const found = predictPool({ ...model, ...clumps });
    expect(Math.abs(found.timedOutRatio / timedOut - 1)).toBeLessThan(0.1);
    expect(Math.abs((found.meanWaitMs ?? 0) / meanMs - 1)).toBeLessThan(0.2);
    expect(found.p999WaitMs).toBeLessThanOrEqual(100);
  });

  it('lose what the pool cannot carry, in overload', () => {
    for (const hold of [exponential(100), constant(100), lognormal(100, 4)]) {
      for (const clumps of [{ bursts: bursts(5, 200, 800) }, { batchSize: 10 }]) {
        const pool = { connections: 20, arrivalRatePerSecond: 400, hold, ...clumps };
        for (const limit of [{ queueLimit: 20_000 }, { acquireTimeoutMs: 60_000 }]) {
          const { rejectedRatio, timedOutRatio, utilization } = predictPool({ ...pool, ...limit });
          expect(rejectedRatio + timedOutRatio).toBeCloseTo(0.5, 3);
          expect(utilization).toBeCloseTo(1, 3);
        }
      }
    }
  });

  it('refuse at the full queue, or give up, but not both, where only one limit is set', () => {
    const model = { connections: 5, arrivalRatePerSecond: 60, hold: exponential(100), bursts: bursts(5, 200, 800) };
    expect(predictPool({ ...model, queueLimit: 3 }).timedOutRatio).toBe(0);
    expect(predictPool({ ...model, acquireTimeoutMs: 50 }).rejectedRatio).toBe(0);
  });
});

describe('a clumped stream in four pools of 12', () => {
  // 240 a second, 100 ms exponential; p99 waits simulated with 600,000 requests.
  it.each([
    [{ bursts: bursts(3, 200, 800) }, [174, 134, 95]],
    [{ bursts: bursts(10, 40, 360) }, [386, 359, 344]],
    [{ batchSize: 8 }, [70, 44, 27]],
  ])('waits as simulated at random, in turn and by least busy, within 4 ms or a tenth: %j', (clumps, simulated) => {
    for (const [i, splitBy] of (['random', 'round-robin', 'least-busy'] as const).entries()) {
      const model = { connections: 12, pools: 4, arrivalRatePerSecond: 240, hold: exponential(100), ...clumps };
      const { p99WaitMs = Number.NaN } = predictSplit({ ...model, splitBy });
      const expected = simulated[i] ?? 0;
      expect(Math.abs(p99WaitMs - expected), splitBy).toBeLessThan(Math.max(4, 0.1 * expected));
    }
  });

  it('is as bursty in every pool, at random', () => {
    const pool = { connections: 12, hold: exponential(100), bursts: bursts(3, 200, 800) };
    const split = predictSplit({ ...pool, pools: 4, splitBy: 'random', arrivalRatePerSecond: 320 });
    const one = predictPool({ ...pool, arrivalRatePerSecond: 80 });
    expect(split.p99WaitMs).toBeCloseTo(one.p99WaitMs ?? Number.NaN, 6);
  });
});
