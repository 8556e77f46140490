import { toMilliseconds } from '../stats/hdr/microseconds.ts';
import type { PoolCounters, Times } from './counters.ts';
import type { AcquireFailure, PoolSizes } from './facts.ts';
import { utilizationOf } from './figures.ts';
import { overdueCount } from './leaks.ts';
import type { MonitoredPool } from './pool-monitor.ts';

/** Times in ms. The quantiles are of all times since the pool is observed, each to 0.1 %; 0 where there are none. */
export interface TimesSummary {
  readonly count: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** One pool at one moment, and all that it did since it is observed. */
export interface PoolSnapshot extends PoolSizes {
  readonly pool: string;
  readonly library: string;
  /** Connections in use as a share of the limit; undefined where it has none. */
  readonly utilization: number | undefined;
  /** How long the oldest request has been waiting, in ms; 0 where none waits. */
  readonly oldestWaitMs: number;
  /** How long the pool is observed, in ms. */
  readonly observedMs: number;
  readonly asked: number;
  readonly granted: number;
  readonly failed: Readonly<Record<AcquireFailure, number>>;
  readonly errorTypes: Readonly<Record<string, number>>;
  readonly returned: number;
  readonly destroyed: number;
  readonly connected: number;
  readonly connectFailed: number;
  readonly releasedInTransaction: number;
  /** Held for longer than a report of a leak takes, at this moment. */
  readonly overdue: number;
  /** Of those that had to wait in the queue. */
  readonly queuedTime: TimesSummary;
  /** Of every connection that was seen opening. */
  readonly connectTime: TimesSummary;
  /** From the request to the hand-over, of every acquire that got a connection. */
  readonly waitTime: TimesSummary;
  readonly useTime: TimesSummary;
}

export function snapshotOf(pool: MonitoredPool): PoolSnapshot {
  const { name, library, observer } = pool;
  const { counters } = observer;
  const sizes = pool.sizes();
  const [oldest] = observer.waiting;
  return {
    pool: name,
    library,
    ...sizes,
    utilization: utilizationOf(sizes),
    oldestWaitMs: oldest ? observer.now() - oldest.askedAtMs : 0,
    observedMs: observer.now() - observer.startedAtMs,
    overdue: overdueCount(observer),
    ...countsOf(counters),
    queuedTime: summaryOf(counters.queued),
    connectTime: summaryOf(counters.connecting),
    waitTime: summaryOf(counters.wait),
    useTime: summaryOf(counters.use),
  };
}

function countsOf({
  asked,
  granted,
  failed,
  errorTypes,
  returned,
  destroyed,
  connected,
  connectFailed,
  releasedInTransaction,
}: PoolCounters) {
  return {
    asked,
    granted,
    failed: { ...failed },
    errorTypes: Object.fromEntries(errorTypes),
    returned,
    destroyed,
    connected,
    connectFailed,
    releasedInTransaction,
  };
}

function summaryOf({ count, sumMs, maxMs, histogram }: Times): TimesSummary {
  const quantile = (ratio: number) => Math.min(maxMs, toMilliseconds(histogram.valueAt(ratio)));
  return {
    count,
    meanMs: count === 0 ? 0 : sumMs / count,
    p50Ms: quantile(0.5),
    p95Ms: quantile(0.95),
    p99Ms: quantile(0.99),
    maxMs,
  };
}
