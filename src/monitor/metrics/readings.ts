import type { PoolCounters, Times } from '../counters.ts';
import type { PoolSizes } from '../facts.ts';
import type { MonitoredPool } from '../pool-monitor.ts';
import type { PoolMetric, poolMetrics } from './semconv.ts';

/** What one observation of a pool gives: what it holds now, and its totals. */
export interface PoolReading {
  readonly sizes: PoolSizes;
  readonly counters: PoolCounters;
  readonly overdue: number;
}

export const readingOf = (pool: MonitoredPool): PoolReading => ({
  sizes: pool.sizes(),
  counters: pool.observer.counters,
  overdue: [...pool.observer.held.values()].filter(({ isReported }) => isReported).length,
});

/** A value, and that of the metric's own attribute where it has one; undefined where the pool does not say it. */
export type MetricPoint = readonly [value: number | undefined, attribute?: string];

type TimesMetric = { [M in PoolMetric]: (typeof poolMetrics)[M]['kind'] extends 'times' ? M : never }[PoolMetric];
export type ObservedMetric = Exclude<PoolMetric, TimesMetric>;

/** All kinds of errors are there from the start: a rate knows the first error only when it has seen the 0 before it. */
export const observed: { readonly [M in ObservedMetric]: (reading: PoolReading) => readonly MetricPoint[] } = {
  count: ({ sizes }) => [
    [sizes.idle, 'idle'],
    [sizes.used, 'used'],
    [sizes.connecting, 'connecting'],
  ],
  limit: ({ sizes }) => [[sizes.limit]],
  pending: ({ sizes }) => [[sizes.pending]],
  timeouts: ({ counters }) => [[counters.failed.timeout]],
  acquireErrors: ({ counters }) => Object.entries(counters.failed).map(([kind, count]) => [count, kind]),
  overdue: ({ overdue }) => [[overdue]],
  leakReports: ({ counters }) => [[counters.leaksReported]],
};

export const timed: { readonly [M in TimesMetric]: (counters: PoolCounters) => Times } = {
  createTime: ({ connecting }) => connecting,
  waitTime: ({ wait }) => wait,
  useTime: ({ use }) => use,
  queuedTime: ({ queued }) => queued,
};

export const keysOf = <Key extends string>(table: Readonly<Record<Key, unknown>>) => Object.keys(table) as Key[];
