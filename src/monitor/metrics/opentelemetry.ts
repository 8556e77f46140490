import { PoolCounters } from '../counters.ts';
import type { AcquireSink } from '../facts.ts';
import type { MonitoredPool, PoolPlugin } from '../pool-monitor.ts';
import { keysOf, type ObservedMetric, observed, type PoolReading, readingOf, type timed } from './readings.ts';
import {
  boundsOf,
  type MetricDefinition,
  olderLimitName,
  type PoolMetric,
  poolMetrics,
  poolNameAttribute,
  seconds,
} from './semconv.ts';
import { SharedPools } from './shared-pools.ts';

/** What is asked of a meter of @opentelemetry/api 1.3 or newer, which has all of it. */
export interface MeterLike {
  createHistogram(name: string, options?: MetricOptions): HistogramLike;
  createObservableUpDownCounter(name: string, options?: MetricOptions): ObservableLike;
  createObservableCounter(name: string, options?: MetricOptions): ObservableLike;
  addBatchObservableCallback(callback: (result: BatchResultLike) => void, instruments: ObservableLike[]): void;
}

export interface MetricOptions {
  readonly description?: string;
  readonly unit?: string;
  readonly advice?: { explicitBucketBoundaries?: number[] };
}

export interface HistogramLike {
  record(value: number, attributes?: Readonly<Record<string, string>>): void;
}

export interface ObservableLike {
  addCallback(callback: never): void;
}

export interface BatchResultLike {
  observe(instrument: ObservableLike, value: number, attributes?: Readonly<Record<string, string>>): void;
}

export interface MeterOptions {
  /** Gives the limit under its older name `db.client.connection.max` too. */
  readonly olderNames?: boolean;
  /** Is told once where the meter does nothing, or another instrumentation gives the same. Left out: a warning of the process. */
  readonly onWarning?: (message: string) => void;
}

const exporters = new WeakMap<MeterLike, MeterExporter>();

/**
 * Gives the metrics of pools to a meter of OpenTelemetry, until a pool ends or is observed no longer. All pools of a meter
 * share its instruments. Sizes are observed when the meter is read, so that they stay right while a pool does nothing; used
 * and limit are from one moment.
 */
export function openTelemetry(meter: MeterLike, options: MeterOptions = {}): PoolPlugin {
  const warn = options.onWarning ?? ((message) => process.emitWarning(message, { code: 'POOLCTL_METRICS' }));
  const exporter = exporters.get(meter) ?? new MeterExporter(meter, warn);
  exporters.set(meter, exporter);
  return (pool) => exporter.add(pool, { olderNames: options.olderNames ?? false });
}

interface Observable {
  readonly metric: ObservedMetric;
  readonly instrument: ObservableLike;
  readonly isOlder: boolean;
}

/** What is left of a pool that has ended. */
const nothing = { used: 0, idle: 0, connecting: 0, pending: 0, limit: 0 };

class MeterExporter {
  readonly #histograms: { readonly [M in keyof typeof timed]: HistogramLike };
  readonly #pools = new SharedPools<{ readonly olderNames: boolean; stop(): void }>();
  /** Ended since the last reading. The SDK keeps the last value of a series for good, so it has to be 0. */
  readonly #ended = new Map<string, { readonly olderNames: boolean }>();

  readonly #warn: (message: string) => void;
  #hasWarned = false;

  constructor(meter: MeterLike, warn: (message: string) => void) {
    this.#warn = warn;
    if (meter.constructor.name === 'NoopMeter') {
      warn(
        'This meter does nothing: it was got before a MeterProvider was set, or none is. ' +
          'Set the MeterProvider first, then call getMeter().',
      );
    }
    const histogram = (metric: keyof typeof timed) =>
      meter.createHistogram(poolMetrics[metric].name, {
        ...optionsOf(metric),
        advice: { explicitBucketBoundaries: [...boundsOf(metric)] },
      });
    this.#histograms = {
      createTime: histogram('createTime'),
      waitTime: histogram('waitTime'),
      useTime: histogram('useTime'),
      queuedTime: histogram('queuedTime'),
    };
    const observable = (metric: ObservedMetric, name: string, isOlder: boolean): Observable => {
      const create = poolMetrics[metric].kind === 'total' ? 'createObservableCounter' : 'createObservableUpDownCounter';
      return { metric, instrument: meter[create](name, optionsOf(metric)), isOlder };
    };
    const observables = [
      ...keysOf(observed).map((metric) => observable(metric, poolMetrics[metric].name, false)),
      observable('limit', olderLimitName, true),
    ];
    meter.addBatchObservableCallback(
      (result) => this.#read(result, observables),
      observables.map(({ instrument }) => instrument),
    );
  }

  add(pool: MonitoredPool, { olderNames }: { readonly olderNames: boolean }): () => void {
    const start = () => {
      this.#ended.delete(pool.name);
      return { olderNames, stop: pool.observer.addSink(this.#sinkOf(pool)) };
    };
    return this.#pools.add(pool, start, ({ stop }) => {
      stop();
      this.#ended.set(pool.name, { olderNames });
    });
  }

  #sinkOf(pool: MonitoredPool): AcquireSink {
    const attributes = { [poolNameAttribute]: pool.name };
    const { createTime, waitTime, useTime, queuedTime } = this.#histograms;
    return {
      granted: ({ waitMs = 0, queuedMs = 0 }) => {
        waitTime.record(seconds(waitMs), attributes);
        if (queuedMs > 0) queuedTime.record(seconds(queuedMs), attributes);
      },
      ended: ({ useMs }) => {
        if (useMs !== undefined) useTime.record(seconds(useMs), attributes);
      },
      connected: ({ tookMs, errorType }) => {
        if (errorType === undefined && tookMs !== undefined) createTime.record(seconds(tookMs), attributes);
      },
    };
  }

  #read(result: BatchResultLike, observables: readonly Observable[]): void {
    for (const [name, { olderNames }] of this.#ended) {
      const reading = { sizes: nothing, counters: new PoolCounters(), overdue: 0 };
      const falls = observables.filter(({ metric }) => poolMetrics[metric].kind === 'now');
      observe(result, falls, { name, reading, olderNames });
    }
    this.#ended.clear();
    for (const [pool, { olderNames }] of this.#pools) {
      observe(result, observables, { name: pool.name, reading: readingOf(pool), olderNames });
      this.#warnOfTwo(pool);
    }
  }

  #warnOfTwo(pool: MonitoredPool): void {
    const other = this.#hasWarned ? undefined : pool.alsoMeteredBy?.();
    if (other === undefined) return;
    this.#hasWarned = true;
    this.#warn(
      `${other} gives ${poolMetrics.count.name} of the pool "${pool.name}" too, so that a sum over both counts connections ` +
        `twice. Drop one of them by a view: { meterName: '${other}', instrumentName: 'db.client.connection.*', aggregation: { type: AggregationType.DROP } }.`,
    );
  }
}

function observe(
  result: BatchResultLike,
  observables: readonly Observable[],
  { name, reading, olderNames }: { name: string; reading: PoolReading; olderNames: boolean },
): void {
  for (const { metric, instrument, isOlder } of observables) {
    if (isOlder && !olderNames) continue;
    const { by }: MetricDefinition = poolMetrics[metric];
    for (const [value, attribute] of observed[metric](reading)) {
      if (value === undefined) continue;
      const own = by !== undefined && attribute !== undefined ? { [by]: attribute } : {};
      result.observe(instrument, value, { [poolNameAttribute]: name, ...own });
    }
  }
}

const optionsOf = (metric: PoolMetric): MetricOptions => ({
  description: poolMetrics[metric].means,
  unit: poolMetrics[metric].unit,
});
