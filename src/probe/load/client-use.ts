import { monitorEventLoopDelay, PerformanceObserver, performance } from 'node:perf_hooks';
import type { ShardUse } from './shard-run.ts';

/** The delay is measured by a timer of so many ms, which are a part of what it reads. */
const resolutionMs = 10;

/** Watches how busy this thread is, until the function that it returns is called. */
export function watchClient(): () => ShardUse {
  let gcMs = 0;
  const add = (entries: readonly { readonly duration: number }[]) => {
    for (const { duration } of entries) gcMs += duration;
  };
  const collections = new PerformanceObserver((list) => add(list.getEntries()));
  collections.observe({ entryTypes: ['gc'] });
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  const startMs = performance.now();
  const loopAtStart = performance.eventLoopUtilization();
  const cpuAtStart = process.cpuUsage();
  return () => {
    const loop = performance.eventLoopUtilization(loopAtStart);
    const { user, system } = process.cpuUsage(cpuAtStart);
    const elapsedMs = performance.now() - startMs;
    add(collections.takeRecords());
    collections.disconnect();
    delay.disable();
    return {
      eventLoopUtilization: loop.utilization,
      cpuPerSecond: elapsedMs > 0 ? (user + system) / 1_000 / elapsedMs : 0,
      loopDelayP99Ms: delay.count > 0 ? Math.max(0, delay.percentile(99) / 1e6 - resolutionMs) : 0,
      gcMs,
    };
  };
}
