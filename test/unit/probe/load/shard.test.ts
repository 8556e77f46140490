import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeShards } from '../../../../src/probe/load/merge.ts';
import { type OpenLoad, scheduleOf } from '../../../../src/probe/load/schedule.ts';
import { planFor, shardOf, threadsOf } from '../../../../src/probe/load/shard.ts';
import type { ShardRun } from '../../../../src/probe/load/shard-run.ts';
import { HdrHistogram } from '../../../../src/stats/hdr/hdr-histogram.ts';
import type { ArrivalLaw } from '../../../../src/traffic/arrival-law.ts';
import { planOf } from '../../../helpers/fake-load.ts';

function momentsOf(load: OpenLoad, thread: number, threads: number, untilMs: number, cards = 7): number[] {
  const schedule = scheduleOf(load, 42, { thread, threads, cards });
  const moments: number[] = [];
  for (; schedule.nextMs < untilMs; schedule.advance()) moments.push(schedule.nextMs);
  return moments;
}

describe('the arrivals of several threads', () => {
  it.each<ArrivalLaw>([
    { kind: 'poisson', ratePerSecond: 2_000 },
    { kind: 'paced', ratePerSecond: 2_000 },
    { kind: 'bursty', ratePerSecond: 2_000, factor: 5, burstMs: 100, quietMs: 400 },
    { kind: 'batches', ratePerSecond: 2_000, size: 10 },
    { kind: 'trace', timesMs: [0, 0, 0, 5, 5, 90, 400] },
  ])('are together those of one thread: $kind', (arrivals) => {
    const load: OpenLoad = { kind: 'open', arrivals, rates: [{ fromMs: 500, factor: 2 }] };
    const together = [0, 1, 2].flatMap((thread) => momentsOf(load, thread, 3, 2_000)).sort((a, b) => a - b);
    expect(together).toEqual(momentsOf(load, 0, 1, 2_000));
  });

  it('are Poisson in each thread, at the rate of its share of the connections', () => {
    const load: OpenLoad = { kind: 'open', arrivals: { kind: 'poisson', ratePerSecond: 3_500 } };
    // 7 connections on 2 threads: 4 and 3.
    for (const [thread, ratePerMs] of [2, 1.5].entries()) {
      const moments = momentsOf(load, thread, 2, 10_000);
      const gaps = moments.slice(1).map((moment, index) => moment - (moments[index] ?? 0));
      const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
      const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
      expect(mean * ratePerMs).toBeCloseTo(1, 1);
      expect(variance / mean ** 2).toBeGreaterThan(0.9);
      expect(variance / mean ** 2).toBeLessThan(1.1);
    }
  });
});

describe('the plan of a thread', () => {
  it('has its share of connections, of workers and of the queue, and nothing is lost', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.nat(100),
        fc.nat(100),
        fc.nat(50),
        (threads, extra, workers, queueLimit) => {
          const connectionLimit = threads + extra;
          const plan = planOf({ load: { kind: 'closed', workers }, pool: { connectionLimit, queueLimit }, threads });
          const parts = Array.from({ length: threads }, (_, thread) => planFor(plan, shardOf(plan, thread, threads)));
          const sum = (of: (part: typeof plan) => number) => parts.reduce((all, part) => all + of(part), 0);
          expect(sum(({ pool }) => pool.connectionLimit)).toBe(connectionLimit);
          expect(sum(({ pool }) => pool.queueLimit ?? 0)).toBe(queueLimit);
          expect(sum(({ load }) => (load.kind === 'closed' ? load.workers : 0))).toBe(workers);
          expect(Math.min(...parts.map(({ pool }) => pool.connectionLimit))).toBeGreaterThan(0);
        },
      ),
    );
  });

  it('leaves no thread without a connection', () => {
    const plan = planOf({ load: { kind: 'closed', workers: 9 }, pool: { connectionLimit: 3 }, threads: 8 });
    expect(threadsOf(plan)).toBe(3);
  });
});

describe('the run of several threads', () => {
  const timesOf = (...times: number[]) => {
    const histogram = new HdrHistogram();
    for (const time of times) histogram.record(time);
    return histogram.toData();
  };
  const shard = (times: number[], more: Partial<ShardRun> = {}): ShardRun => ({
    ...{ measuredMs: 1_000, requests: 10, completed: 8, failed: { deadlock: 1 }, failureLabels: { '40P01': 1 } },
    ...{
      unsent: 1,
      unfinished: 0,
      stillWaiting: 0,
      batchMs: 50,
      batches: [{ completed: 4, ended: 3, waited: 2, serviceMs: 2, waitMs: 1 }],
    },
    histogramsUs: { lag: timesOf(), wait: timesOf(), connect: timesOf(), service: timesOf(...times), total: timesOf() },
    seconds: [{ completed: 8, failed: 1, timesUs: timesOf(...times), waiting: 2, longestQueue: 5, connections: 3 }],
    use: { eventLoopUtilization: 0.5, cpuPerSecond: 1.2, loopDelayP99Ms: 3, gcMs: 5 },
    ...{ overCapacity: false, cutShort: false },
    ...more,
  });

  it('adds up exactly', () => {
    const run = mergeShards([
      shard([1_000, 2_000]),
      shard([3_000], { failed: { deadlock: 2, 'queue-full': 4 }, cutShort: true }),
    ]);
    expect(run).toMatchObject({ requests: 20, completed: 16, unsent: 2, measuredMs: 1_000, cutShort: true });
    expect(run.failed).toEqual({ deadlock: 3, 'queue-full': 4 });
    expect(run.batches).toEqual([{ completed: 8, ended: 6, waited: 4, serviceMs: 4, waitMs: 2 }]);
    expect(run.histogramsUs.service.toData()).toEqual(timesOf(1_000, 2_000, 3_000));
    expect(run.seconds).toEqual([
      { completed: 16, failed: 2, p50Ms: 2, p95Ms: 3.001, p99Ms: 3.001, waiting: 4, longestQueue: 10, connections: 6 },
    ]);
  });

  it('is as busy as its busiest thread', () => {
    const idle = { eventLoopUtilization: 0.1, cpuPerSecond: 1.1, loopDelayP99Ms: 9, gcMs: 7 };
    const { client } = mergeShards([shard([]), shard([], { use: idle })]);
    expect(client).toEqual({ eventLoopUtilization: 0.5, cpuPerSecond: 1.2, loopDelayP99Ms: 9, gcMs: 12, threads: 2 });
  });
});
