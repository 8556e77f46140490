import { type HdrData, HdrHistogram } from '../../stats/hdr/hdr-histogram.ts';
import type { Batch } from './model.ts';
import type { HistogramsOf, ShardRun, ShardSecond, ShardSlice } from './shard-run.ts';

/** Several parts of a step as one, still as plain data. They began at the same moment: counts and histograms add up exactly. */
export function joinShards(shards: readonly ShardRun[]): ShardRun {
  const [only, ...more] = shards;
  if (only && more.length === 0) return only;
  const slices = columns(shards.map((shard) => shard.slices ?? []));
  const windows = shards.flatMap(({ window }) => window ?? []);
  return {
    measuredMs: Math.max(...shards.map(({ measuredMs }) => measuredMs)),
    ...(windows.length > 0 && {
      window: {
        fromMs: Math.min(...windows.map(({ fromMs }) => fromMs)),
        toMs: Math.max(...windows.map(({ toMs }) => toMs)),
      },
    }),
    requests: sum(shards, ({ requests }) => requests),
    completed: sum(shards, ({ completed }) => completed),
    failed: addedUp(shards.map(({ failed }) => failed)),
    failureLabels: addedUp(shards.map(({ failureLabels }) => failureLabels)),
    unsent: sum(shards, ({ unsent }) => unsent),
    unfinished: sum(shards, ({ unfinished }) => unfinished),
    stillWaiting: sum(shards, ({ stillWaiting }) => stillWaiting),
    histogramsUs: joinHistograms(shards.map(({ histogramsUs }) => histogramsUs)),
    batchMs: only?.batchMs ?? 0,
    batches: columns(shards.map(({ batches }) => batches)).map(joinBatches),
    seconds: columns(shards.map(({ seconds }) => seconds)).map(joinSeconds),
    ...(shards.every((shard) => shard.slices) && { slices: slices.map(joinSlices) }),
    use: {
      eventLoopUtilization: Math.max(...shards.map(({ use }) => use.eventLoopUtilization)),
      cpuPerSecond: Math.max(...shards.map(({ use }) => use.cpuPerSecond)),
      loopDelayP99Ms: Math.max(...shards.map(({ use }) => use.loopDelayP99Ms)),
      gcMs: sum(shards, ({ use }) => use.gcMs),
    },
    overCapacity: shards.some(({ overCapacity }) => overCapacity),
    cutShort: shards.some(({ cutShort }) => cutShort),
  };
}

/** The same second of several parts as one. */
export function joinSlices(slices: readonly ShardSlice[]): ShardSlice {
  return {
    requests: sum(slices, ({ requests }) => requests),
    completed: sum(slices, ({ completed }) => completed),
    failed: addedUp(slices.map(({ failed }) => failed)),
    failureLabels: addedUp(slices.map(({ failureLabels }) => failureLabels)),
    unsent: sum(slices, ({ unsent }) => unsent),
    histogramsUs: joinHistograms(slices.map(({ histogramsUs }) => histogramsUs)),
  };
}

export function joinTimes(parts: readonly HdrData[]): HdrHistogram {
  const all = new HdrHistogram();
  for (const part of parts) all.addData(part);
  return all;
}

export function addedUp<Key extends string>(
  counts: readonly Readonly<Partial<Record<Key, number>>>[],
): Record<Key, number> {
  const all: Partial<Record<Key, number>> = {};
  for (const part of counts) {
    for (const key of Object.keys(part) as Key[]) all[key] = (all[key] ?? 0) + (part[key] ?? 0);
  }
  return all as Record<Key, number>;
}

export function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

function joinHistograms(parts: readonly HistogramsOf<HdrData>[]): HistogramsOf<HdrData> {
  const of = (name: keyof HistogramsOf<HdrData>) => joinTimes(parts.map((part) => part[name])).toData();
  return { lag: of('lag'), wait: of('wait'), connect: of('connect'), service: of('service'), total: of('total') };
}

function joinBatches(batches: readonly Batch[]): Batch {
  return {
    completed: sum(batches, ({ completed }) => completed),
    ended: sum(batches, ({ ended = 0 }) => ended),
    waited: sum(batches, ({ waited = 0 }) => waited),
    serviceMs: sum(batches, ({ serviceMs }) => serviceMs),
    waitMs: sum(batches, ({ waitMs }) => waitMs),
  };
}

function joinSeconds(seconds: readonly ShardSecond[]): ShardSecond {
  return {
    completed: sum(seconds, ({ completed }) => completed),
    failed: sum(seconds, ({ failed }) => failed),
    timesUs: joinTimes(seconds.map(({ timesUs }) => timesUs)).toData(),
    waiting: sum(seconds, ({ waiting }) => waiting),
    longestQueue: sum(seconds, ({ longestQueue }) => longestQueue),
    connections: sum(seconds, ({ connections }) => connections),
  };
}

/** The first of every row, then the second ...; as far as all of them go, so that no column lacks a part. */
function columns<T>(rows: readonly (readonly T[])[]): T[][] {
  const length = Math.min(...rows.map((row) => row.length));
  return Array.from({ length: Number.isFinite(length) ? length : 0 }, (_, at) =>
    rows.flatMap((row) => row.slice(at, at + 1)),
  );
}
