import { withoutUndefined } from '../../base/without-undefined.ts';
import { HdrHistogram } from '../../stats/hdr/hdr-histogram.ts';
import { quantileMs } from '../quantile-ms.ts';
import { addedUp, joinShards, joinTimes, sum } from './join.ts';
import type { SecondOf, StepRun, Tick } from './model.ts';
import type { ShardRun, ShardSecond, ShardTick } from './shard-run.ts';

/** All threads of a step as one. Counts and histograms add up exactly; the threads began at the same moment. */
export function mergeShards(shards: readonly ShardRun[]): StepRun {
  const { histogramsUs: times, seconds, use, slices: _, ...counts } = joinShards(shards);
  return {
    ...counts,
    histogramsUs: {
      lag: HdrHistogram.fromData(times.lag),
      wait: HdrHistogram.fromData(times.wait),
      connect: HdrHistogram.fromData(times.connect),
      service: HdrHistogram.fromData(times.service),
      total: HdrHistogram.fromData(times.total),
    },
    seconds: seconds.map(secondOf),
    client: { ...use, threads: shards.length },
  };
}

/** The latest tick of each thread as one; its percentiles are of all their last seconds together. */
export function mergeTicks(ticks: readonly ShardTick[]): Tick {
  const timesUs = joinTimes(ticks.map((tick) => tick.timesUs));
  return {
    elapsedMs: Math.max(0, ...ticks.map(({ elapsedMs }) => elapsedMs)),
    completed: sum(ticks, ({ completed }) => completed),
    failed: sum(ticks, ({ failed }) => failed),
    failedBy: addedUp(ticks.map(({ failedBy }) => failedBy)),
    ratePerSecond: sum(ticks, ({ ratePerSecond }) => ratePerSecond),
    ...withoutUndefined({ p95Ms: quantileMs(timesUs, 0.95), p99Ms: quantileMs(timesUs, 0.99) }),
    waiting: sum(ticks, ({ waiting }) => waiting),
    processIds: ticks.flatMap(({ processIds }) => processIds),
  };
}

function secondOf({ timesUs: data, ...counts }: ShardSecond): SecondOf {
  const timesUs = HdrHistogram.fromData(data);
  return {
    ...counts,
    ...withoutUndefined({
      p50Ms: quantileMs(timesUs, 0.5),
      p95Ms: quantileMs(timesUs, 0.95),
      p99Ms: quantileMs(timesUs, 0.99),
    }),
  };
}
