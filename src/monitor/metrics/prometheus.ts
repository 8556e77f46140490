import type { Times } from '../counters.ts';
import type { MonitoredPool, PoolPlugin } from '../pool-monitor.ts';
import { keysOf, type ObservedMetric, observed, readingOf, timed } from './readings.ts';
import {
  boundsOf,
  type MetricDefinition,
  type PoolMetric,
  poolMetrics,
  poolNameAttribute,
  prometheusLabel,
  prometheusName,
  seconds,
} from './semconv.ts';
import { SharedPools } from './shared-pools.ts';

/** What is asked of a registry of prom-client, the default one or another. */
export interface RegistryLike {
  registerMetric(metric: never): void;
  getSingleMetric(name: string): unknown;
  removeSingleMetric(name: string): void;
}

const exporters = new WeakMap<RegistryLike, RegistryExporter>();

/**
 * Gives the metrics of pools to a registry of prom-client. Each scrape reads the counters of a pool; when a pool ends or is
 * observed no longer, its series vanish. All pools of a registry share the metrics.
 *
 * @throws TypeError where it is no registry. The plugin throws prom-client's error where the registry has another metric of one of these names.
 */
export function prometheus(registry: RegistryLike): PoolPlugin {
  if (typeof registry?.getSingleMetric !== 'function')
    throw new TypeError(
      'This is no registry of prom-client. Give prometheus(register), with its `register` or your own.',
    );
  const exporter = exporters.get(registry) ?? new RegistryExporter(registry);
  exporters.set(registry, exporter);
  return (pool) => exporter.add(pool);
}

class RegistryExporter {
  readonly #registry: RegistryLike;
  readonly #pools = new SharedPools<void>();
  readonly #families: readonly Family[];

  constructor(registry: RegistryLike) {
    this.#registry = registry;
    this.#families = [
      ...keysOf(observed).map((metric) => new Family(metric, () => this.#values(metric))),
      ...keysOf(timed).map((metric) => new Family(metric, () => this.#buckets(metric))),
    ];
  }

  add(pool: MonitoredPool): () => void {
    return this.#pools.add(
      pool,
      () => this.#register(),
      () => this.#pools.size === 0 && this.#unregister(),
    );
  }

  /** Whoever clears the registry clears these too, so that they are looked for with each pool. */
  #register(): void {
    const missing = this.#families.filter((family) => this.#registry.getSingleMetric(family.key) !== family);
    try {
      for (const family of missing) this.#registry.registerMetric(family as never);
    } catch (error) {
      if (this.#pools.size === 0) this.#unregister();
      throw error;
    }
  }

  #unregister(): void {
    const ours = this.#families.filter((family) => this.#registry.getSingleMetric(family.key) === family);
    for (const family of ours) this.#registry.removeSingleMetric(family.key);
  }

  #values(metric: ObservedMetric): Value[] {
    const { by }: MetricDefinition = poolMetrics[metric];
    return [...this.#pools].flatMap(([pool]) =>
      observed[metric](readingOf(pool)).flatMap(([value, attribute]) => {
        const own = by === undefined || attribute === undefined ? {} : { [prometheusLabel(by)]: attribute };
        return value === undefined ? [] : [{ labels: { ...labelsOf(pool), ...own }, value }];
      }),
    );
  }

  #buckets(metric: keyof typeof timed): Value[] {
    const bounds = boundsOf(metric);
    return [...this.#pools].flatMap(([pool]) =>
      bucketsOf(metric, timed[metric](pool.observer.counters), bounds, labelsOf(pool)),
    );
  }
}

type Labels = Readonly<Record<string, string | number>>;

interface Value {
  readonly labels: Labels;
  readonly value: number;
  readonly metricName?: string;
}

const labelsOf = ({ name }: MonitoredPool): Labels => ({ [prometheusLabel(poolNameAttribute)]: name });

/** The counts up to each bound, from the exact histogram: a time within 0.1 % of a bound may be on its other side. */
function bucketsOf(metric: PoolMetric, times: Times, bounds: readonly number[], labels: Labels): Value[] {
  const name = prometheusName(poolMetrics[metric]);
  const { histogram, count, sumMs } = times;
  const upTo = (bound: number) => count - histogram.countAbove(bound * 1e6);
  return [
    ...bounds.map((le) => ({ labels: { ...labels, le }, value: upTo(le), metricName: `${name}_bucket` })),
    { labels: { ...labels, le: '+Inf' }, value: count, metricName: `${name}_bucket` },
    { labels, value: seconds(sumMs), metricName: `${name}_sum` },
    { labels, value: count, metricName: `${name}_count` },
  ];
}

const types = { now: 'gauge', total: 'counter', times: 'histogram' } as const;

/** A metric as a registry of prom-client reads it. */
class Family {
  readonly key: string;
  /** For OpenMetrics, the registry takes `_total` away and adds it again. */
  name: string;
  readonly help: string;
  readonly type: (typeof types)[MetricDefinition['kind']];
  readonly aggregator = 'sum';
  readonly #values: () => Value[];

  constructor(metric: PoolMetric, values: () => Value[]) {
    this.key = prometheusName(poolMetrics[metric]);
    this.name = this.key;
    this.help = poolMetrics[metric].means;
    this.type = types[poolMetrics[metric].kind];
    this.#values = values;
  }

  async get(): Promise<object> {
    const { name, help, type, aggregator } = this;
    return { name, help, type, aggregator, values: this.#values() };
  }

  /** Totals are the pool's: whoever resets a registry does not reset them. */
  reset(): void {}
}
