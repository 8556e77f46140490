import { withoutUndefined } from '../../base/without-undefined.ts';
import type { LoadFailureKind } from '../../drivers/driver.ts';
import { type HdrData, HdrHistogram } from '../../stats/hdr/hdr-histogram.ts';
import { quantileMs } from '../quantile-ms.ts';
import type { Batch, SecondOf, StepHistograms, StepRun, Tick } from './model.ts';
import type { ShardRun, ShardSecond, ShardTick } from './shard-run.ts';

/** All threads of a step as one. Counts and histograms add up exactly; the threads began at the same moment. */
export function mergeShards(shards: readonly ShardRun[]): StepRun {
  return {
    measuredMs: Math.max(...shards.map(({ measuredMs }) => measuredMs)),
    requests: sum(shards, ({ requests }) => requests),
    completed: sum(shards, ({ completed }) => completed),
    failed: addedUp<LoadFailureKind>(shards.map(({ failed }) => failed)),
    failureLabels: addedUp<string>(shards.map(({ failureLabels }) => failureLabels)),
    unsent: sum(shards, ({ unsent }) => unsent),
    unfinished: sum(shards, ({ unfinished }) => unfinished),
    stillWaiting: sum(shards, ({ stillWaiting }) => stillWaiting),
    histogramsUs: histogramsOf(shards),
    batchMs: shards[0]?.batchMs ?? 0,
    batches: columns(shards.map(({ batches }) => batches)).map(batchOf),
    seconds: columns(shards.map(({ seconds }) => seconds)).map(secondOf),
    client: {
      eventLoopUtilization: Math.max(...shards.map(({ use }) => use.eventLoopUtilization)),
      cpuPerSecond: Math.max(...shards.map(({ use }) => use.cpuPerSecond)),
      loopDelayP99Ms: Math.max(...shards.map(({ use }) => use.loopDelayP99Ms)),
      gcMs: sum(shards, ({ use }) => use.gcMs),
      threads: shards.length,
    },
    overCapacity: shards.some(({ overCapacity }) => overCapacity),
    cutShort: shards.some(({ cutShort }) => cutShort),
  };
}

/** The latest tick of each thread as one; its percentiles are of all their last seconds together. */
export function mergeTicks(ticks: readonly ShardTick[]): Tick {
  const timesUs = merged(ticks.map((tick) => tick.timesUs));
  return {
    elapsedMs: Math.max(0, ...ticks.map(({ elapsedMs }) => elapsedMs)),
    completed: sum(ticks, ({ completed }) => completed),
    failed: sum(ticks, ({ failed }) => failed),
    failedBy: addedUp<LoadFailureKind>(ticks.map(({ failedBy }) => failedBy)),
    ratePerSecond: sum(ticks, ({ ratePerSecond }) => ratePerSecond),
    ...withoutUndefined({ p95Ms: quantileMs(timesUs, 0.95), p99Ms: quantileMs(timesUs, 0.99) }),
    waiting: sum(ticks, ({ waiting }) => waiting),
    processIds: ticks.flatMap(({ processIds }) => processIds),
  };
}

function histogramsOf(shards: readonly ShardRun[]): StepHistograms {
  const of = (name: keyof StepHistograms) => merged(shards.map(({ histogramsUs }) => histogramsUs[name]));
  return { lag: of('lag'), wait: of('wait'), connect: of('connect'), service: of('service'), total: of('total') };
}

function batchOf(batches: readonly Batch[]): Batch {
  return {
    completed: sum(batches, ({ completed }) => completed),
    ended: sum(batches, ({ ended = 0 }) => ended),
    waited: sum(batches, ({ waited = 0 }) => waited),
    serviceMs: sum(batches, ({ serviceMs }) => serviceMs),
    waitMs: sum(batches, ({ waitMs }) => waitMs),
  };
}

function secondOf(seconds: readonly ShardSecond[]): SecondOf {
  const timesUs = merged(seconds.map((second) => second.timesUs));
  return {
    completed: sum(seconds, ({ completed }) => completed),
    failed: sum(seconds, ({ failed }) => failed),
    ...withoutUndefined({
      p50Ms: quantileMs(timesUs, 0.5),
      p95Ms: quantileMs(timesUs, 0.95),
      p99Ms: quantileMs(timesUs, 0.99),
    }),
    waiting: sum(seconds, ({ waiting }) => waiting),
    longestQueue: sum(seconds, ({ longestQueue }) => longestQueue),
    connections: sum(seconds, ({ connections }) => connections),
  };
}

function merged(parts: readonly HdrData[]): HdrHistogram {
  const all = new HdrHistogram();
  for (const part of parts) all.addData(part);
  return all;
}

/** The first of every row, then the second ...; as far as all of them go, so that no column lacks a thread. */
function columns<T>(rows: readonly (readonly T[])[]): T[][] {
  const length = Math.min(...rows.map((row) => row.length));
  return Array.from({ length: Number.isFinite(length) ? length : 0 }, (_, at) =>
    rows.flatMap((row) => row.slice(at, at + 1)),
  );
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

function addedUp<Key extends string>(counts: readonly Readonly<Partial<Record<Key, number>>>[]): Record<Key, number> {
  const all: Partial<Record<Key, number>> = {};
  for (const part of counts) {
    for (const key of Object.keys(part) as Key[]) all[key] = (all[key] ?? 0) + (part[key] ?? 0);
  }
  return all as Record<Key, number>;
}
