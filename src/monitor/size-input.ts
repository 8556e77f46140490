import { toMilliseconds } from '../stats/hdr/microseconds.ts';
import type { HistogramBucket } from '../stats/histogram-bucket.ts';
import type { MonitoredPool } from './pool-monitor.ts';

/**
 * The load on a pool: for `sizePool` of poolctl, and as JSON for `poolctl size --from`. All of one pool in one process;
 * times in ms.
 */
export interface MonitoredLoad {
  readonly schema: 'poolctl.monitor/1';
  readonly workload: {
    readonly arrivalRatePerSecond: number;
    readonly measured: { readonly kind: 'histogram'; readonly buckets: readonly HistogramBucket[] };
  };
  readonly result: {
    readonly scope: string;
    readonly isOfInstance: true;
    readonly windowSeconds: number;
    readonly ratePerSecond: { readonly value: number };
    readonly holdTime: { readonly meanMs: { readonly value: number }; readonly p95Ms: { readonly value: number } };
    readonly heldBy: readonly { readonly value: number; readonly source: string }[];
    readonly histogram: readonly HistogramBucket[];
  };
}

/** What was asked of a pool since it is observed, and for how long its connections were held. Undefined before the first was given back. */
export function sizeInputOf({ name, observer }: Pick<MonitoredPool, 'name' | 'observer'>): MonitoredLoad | undefined {
  const { asked, use } = observer.counters;
  const windowSeconds = (observer.now() - observer.startedAtMs) / 1_000;
  if (use.count === 0 || windowSeconds <= 0) return undefined;
  const rate = asked / windowSeconds;
  const meanMs = use.sumMs / use.count;
  const buckets = use.histogram
    .buckets()
    .map(({ from, to, count }) => ({ fromMs: toMilliseconds(from), toMs: toMilliseconds(to), count }));
  return {
    schema: 'poolctl.monitor/1',
    workload: {
      arrivalRatePerSecond: rate,
      measured: { kind: 'histogram', buckets },
    },
    result: {
      scope: `pool ${name}`,
      isOfInstance: true,
      windowSeconds,
      ratePerSecond: { value: rate },
      holdTime: { meanMs: { value: meanMs }, p95Ms: { value: toMilliseconds(use.histogram.valueAt(0.95)) } },
      heldBy: [
        { value: (use.count / windowSeconds) * (meanMs / 1_000), source: 'the time that connections were held' },
      ],
      histogram: buckets,
    },
  };
}
