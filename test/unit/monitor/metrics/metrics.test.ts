import { metrics } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import { AggregatorRegistry, Gauge, type OpenMetricsContentType, Registry, register } from 'prom-client';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type MeterOptions, openTelemetry } from '../../../../src/monitor/metrics/opentelemetry.ts';
import { prometheus, type RegistryLike } from '../../../../src/monitor/metrics/prometheus.ts';
import {
  olderLimitName,
  poolMetrics,
  poolNameAttribute,
  prometheusName,
  stateAttribute,
} from '../../../../src/monitor/metrics/semconv.ts';
import { PoolObserver } from '../../../../src/monitor/observer.ts';
import type { MonitoredPool } from '../../../../src/monitor/pool-monitor.ts';

/** A pool of two connections in which this happened: one opened in 20 ms, two waits (5 ms, and 40 ms of which 30 queued), a timeout. */
function busyPool(name: string): MonitoredPool {
  let nowMs = 0;
  const observer = new PoolObserver({ now: () => nowMs });
  const pass = (ms: number) => {
    nowMs += ms;
  };
  const [first, second] = [{}, {}];
  const connecting = observer.connecting();
  pass(20);
  connecting.connected();
  observer.connecting().failed(new Error('refused'));
  const served = observer.asked();
  pass(5);
  served.granted(first);
  const late = observer.asked();
  pass(10);
  late.queues();
  pass(30);
  late.granted(second);
  observer.asked().failed(new Error('too late'), 'timeout');
  pass(2_000);
  observer.released(first);
  observer.asked();
  const sizes = { used: 1, idle: 1, connecting: 0, pending: 1, limit: 2 };
  return { name, library: 'pg', system: 'postgresql', observer, sizes: () => sizes };
}

/** Every sample of a text of Prometheus, without the labels that all have. */
function samples(text: string): Record<string, number> {
  const lines = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('target_info'));
  return Object.fromEntries(
    lines.map((line) => {
      const [, series = '', value] = /^(.*) (\S+)$/.exec(line.replace(/,?otel_scope_\w+="[^"]*"/g, '')) ?? [];
      return [series.replace('{,', '{').replace('{}', ''), Number(value)];
    }),
  );
}

const ofPool = (name: string, more = '') => `{db_client_connection_pool_name="${name}"${more}}`;
const state = (name: string) => `,db_client_connection_state="${name}"`;

/** What both ways must say of `busyPool`, but for the endings of names. */
const figures = (name: string, suffix: { seconds: string }) => ({
  [`db_client_connection_count${ofPool(name, state('idle'))}`]: 1,
  [`db_client_connection_count${ofPool(name, state('used'))}`]: 1,
  [`db_client_connection_count${ofPool(name, state('connecting'))}`]: 0,
  [`db_client_connection_limit${ofPool(name)}`]: 2,
  [`db_client_connection_pending_requests${ofPool(name)}`]: 1,
  [`db_client_connection_timeouts_total${ofPool(name)}`]: 1,
  [`poolctl_connection_acquire_errors_total${ofPool(name, ',error_type="timeout"')}`]: 1,
  [`poolctl_connection_acquire_errors_total${ofPool(name, ',error_type="refused"')}`]: 0,
  [`poolctl_connection_overdue${ofPool(name)}`]: 0,
  [`poolctl_connection_leak_reports_total${ofPool(name)}`]: 0,
  [`db_client_connection_create_time${suffix.seconds}_count${ofPool(name)}`]: 1,
  [`db_client_connection_create_time${suffix.seconds}_sum${ofPool(name)}`]: 0.02,
  [`db_client_connection_wait_time${suffix.seconds}_count${ofPool(name)}`]: 2,
  [`db_client_connection_wait_time${suffix.seconds}_sum${ofPool(name)}`]: 0.045,
  [`db_client_connection_wait_time${suffix.seconds}_bucket${ofPool(name, ',le="0.0025"')}`]: 0,
  [`db_client_connection_wait_time${suffix.seconds}_bucket${ofPool(name, ',le="0.01"')}`]: 1,
  [`db_client_connection_wait_time${suffix.seconds}_bucket${ofPool(name, ',le="0.05"')}`]: 2,
  [`db_client_connection_wait_time${suffix.seconds}_bucket${ofPool(name, ',le="+Inf"')}`]: 2,
  [`poolctl_connection_queued_time${suffix.seconds}_count${ofPool(name)}`]: 1,
  [`poolctl_connection_queued_time${suffix.seconds}_sum${ofPool(name)}`]: 0.03,
  [`db_client_connection_use_time${suffix.seconds}_count${ofPool(name)}`]: 1,
  [`db_client_connection_use_time${suffix.seconds}_sum${ofPool(name)}`]: 2.04,
});

describe('the names', () => {
  it("are those of OpenTelemetry's conventions", () => {
    const known = new Set<unknown>(Object.values(conventions));
    const own = Object.values(poolMetrics).map(({ name }) => name);
    const names = [...own, olderLimitName, poolNameAttribute, stateAttribute, 'error.type'];
    expect(names.filter((name) => !known.has(name) && !name.startsWith('poolctl.'))).toEqual([]);
  });

  it('have their unit and kind in Prometheus, as the Collector writes them', () => {
    expect(prometheusName(poolMetrics.waitTime)).toBe('db_client_connection_wait_time_seconds');
    expect(prometheusName(poolMetrics.timeouts)).toBe('db_client_connection_timeouts_total');
    expect(prometheusName(poolMetrics.count)).toBe('db_client_connection_count');
  });
});

describe('OpenTelemetry', () => {
  function scraped(options?: MeterOptions) {
    const exporter = new PrometheusExporter({ preventServerStart: true });
    const meter = new MeterProvider({ readers: [exporter] }).getMeter('application');
    const scrape = async () => {
      const { resourceMetrics, errors } = await exporter.collect();
      expect(errors).toEqual([]);
      return samples(new PrometheusSerializer(undefined, false, undefined, true).serialize(resourceMetrics));
    };
    return { plugin: openTelemetry(meter, options), meter, scrape };
  }

  it('has what happened since the pool was given to the meter, and the totals before', async () => {
    const { plugin, scrape } = scraped();
    const pool = busyPool('orders');
    plugin(pool);
    const found = await scrape();
    expect(found).toMatchObject(
      Object.fromEntries(Object.entries(figures('orders', { seconds: '' })).filter(([name]) => !/_time_/.test(name))),
    );
    const connection = {};
    pool.observer.asked().granted(connection);
    pool.observer.released(connection);
    expect(await scrape()).toMatchObject({
      [`db_client_connection_wait_time_count${ofPool('orders')}`]: 1,
      [`db_client_connection_wait_time_bucket${ofPool('orders', ',le="0.0005"')}`]: 1,
      [`db_client_connection_use_time_bucket${ofPool('orders', ',le="300"')}`]: 1,
    });
  });

  it('gives the older name of the limit on request only', async () => {
    const [newer, both] = [scraped(), scraped({ olderNames: true })];
    newer.plugin(busyPool('orders'));
    both.plugin(busyPool('orders'));
    const older = `db_client_connection_max${ofPool('orders')}`;
    expect(await newer.scrape()).not.toHaveProperty([older]);
    expect(await both.scrape()).toMatchObject({ [older]: 2, [`db_client_connection_limit${ofPool('orders')}`]: 2 });
  });

  it('tells pools of one meter apart, and counts one that is given twice once', async () => {
    const { plugin, meter, scrape } = scraped();
    const orders = busyPool('orders');
    const stops = [plugin(orders), openTelemetry(meter)(orders), plugin(busyPool('users'))];
    orders.observer.asked().granted({});
    const waits = `db_client_connection_wait_time_count${ofPool('orders')}`;
    expect(await scrape()).toMatchObject({
      [waits]: 1,
      [`db_client_connection_limit${ofPool('orders')}`]: 2,
      [`db_client_connection_limit${ofPool('users')}`]: 2,
    });
    stops[0]?.();
    orders.observer.asked().granted({});
    expect(await scrape()).toMatchObject({ [waits]: 2 });
    stops[1]?.();
    orders.observer.asked().granted({});
    expect(await scrape()).toMatchObject({ [waits]: 2 });
  });

  it('shows a pool that has ended as empty: the SDK keeps its series', async () => {
    const { plugin, scrape } = scraped();
    const stop = plugin(busyPool('orders'));
    await scrape();
    stop();
    for (let time = 0; time < 2; time += 1) {
      expect(await scrape()).toMatchObject({
        [`db_client_connection_count${ofPool('orders', state('used'))}`]: 0,
        [`db_client_connection_pending_requests${ofPool('orders')}`]: 0,
        [`db_client_connection_limit${ofPool('orders')}`]: 0,
        [`db_client_connection_timeouts_total${ofPool('orders')}`]: 1,
      });
    }
  });

  it('warns of a meter that was got before there was a MeterProvider: it does nothing', () => {
    const onWarning = vi.fn();
    openTelemetry(metrics.getMeter('early'), { onWarning })(busyPool('orders'));
    openTelemetry(new MeterProvider().getMeter('application'), { onWarning });
    expect(onWarning.mock.calls).toEqual([
      [expect.stringMatching(/^This meter does nothing: .* Set the MeterProvider/)],
    ]);
  });

  it('gives changes to a reader that asks for them', async () => {
    class DeltaReader extends MetricReader {
      override selectAggregationTemporality = () => AggregationTemporality.DELTA;
      protected override async onForceFlush() {}
      protected override async onShutdown() {}
    }
    const reader = new DeltaReader();
    const pool = busyPool('orders');
    openTelemetry(new MeterProvider({ readers: [reader] }).getMeter('application'))(pool);
    const timeouts = async () => {
      const { resourceMetrics } = await reader.collect();
      const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
      const found = metrics.find(({ descriptor }) => descriptor.name === 'db.client.connection.timeouts');
      return found?.dataPoints.map(({ value }) => value);
    };
    expect(await timeouts()).toEqual([1]);
    pool.observer.asked().failed(new Error('too late'), 'timeout');
    expect(await timeouts()).toEqual([1]);
    expect(await timeouts()).toEqual([0]);
  });
});

describe('prom-client', () => {
  const stops: (() => void)[] = [];
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
  });
  const give = (registry: RegistryLike, pool: MonitoredPool) => {
    const stop = prometheus(registry)(pool);
    stops.push(stop);
    return stop;
  };

  it.each([
    ['the default registry', register],
    ['its own registry', new Registry()],
  ])('has all that is counted in %s', async (_name, registry) => {
    give(registry, busyPool('orders'));
    expect(samples(await registry.metrics())).toMatchObject(figures('orders', { seconds: '_seconds' }));
  });

  it('says kind and meaning of each metric', async () => {
    const registry = new Registry();
    give(registry, busyPool('orders'));
    const text = await registry.metrics();
    expect(text).toContain('# TYPE db_client_connection_count gauge');
    expect(text).toContain('# TYPE db_client_connection_timeouts_total counter');
    expect(text).toContain('# TYPE db_client_connection_wait_time_seconds histogram');
    expect(text).toContain(`# HELP db_client_connection_limit ${poolMetrics.limit.means}`);
  });

  it('keeps several pools apart in one registry; the series of one vanish with it, the metrics with the last', async () => {
    const registry = new Registry();
    const [first, second] = [give(registry, busyPool('orders')), give(registry, busyPool('users'))];
    first();
    const left = samples(await registry.metrics());
    expect(left).toMatchObject(figures('users', { seconds: '_seconds' }));
    expect(Object.keys(left).filter((series) => series.includes('"orders"'))).toEqual([]);
    second();
    expect((await registry.metrics()).trim()).toBe('');
  });

  it('reads right in the OpenMetrics form too, where the registry itself adds _total', async () => {
    const registry = new Registry<OpenMetricsContentType>();
    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
    give(registry, busyPool('orders'));
    for (let scrape = 0; scrape < 2; scrape += 1) {
      const text = await registry.metrics();
      expect(text).toContain('# TYPE db_client_connection_timeouts counter');
      expect(samples(text)).toMatchObject(figures('orders', { seconds: '_seconds' }));
    }
  });

  it('has the default labels of the registry, and adds up over the workers of a cluster', async () => {
    const registry = new Registry();
    registry.setDefaultLabels({ app: 'shop' });
    give(registry, busyPool('orders'));
    expect(await registry.metrics()).toContain('db_client_connection_pool_name="orders",app="shop"} 2');
    const other = new Registry();
    give(other, busyPool('orders'));
    const all = AggregatorRegistry.aggregate([await other.getMetricsAsJSON(), await other.getMetricsAsJSON()]);
    expect(samples(await all.metrics())).toMatchObject({
      [`db_client_connection_limit${ofPool('orders')}`]: 4,
      [`db_client_connection_wait_time_seconds_count${ofPool('orders')}`]: 4,
    });
  });

  it('is there again for the next pool after the registry was cleared, and totals survive a reset', async () => {
    const registry = new Registry();
    give(registry, busyPool('orders'));
    registry.resetMetrics();
    expect(samples(await registry.metrics())).toMatchObject(figures('orders', { seconds: '_seconds' }));
    registry.clear();
    give(registry, busyPool('users'));
    expect(samples(await registry.metrics())).toMatchObject(figures('users', { seconds: '_seconds' }));
  });

  it("leaves the application's own metrics alone, and says where a name is taken", async () => {
    const registry = new Registry();
    const own = new Gauge({ name: 'db_client_connection_limit', help: 'own', registers: [registry] });
    expect(() => give(registry, busyPool('orders'))).toThrow(
      'A metric with the name db_client_connection_limit has already been registered.',
    );
    expect(registry.getMetricsAsArray()).toEqual([own]);
  });
});
