import { describe, expect, it } from 'vitest';
import { olderLimitName, poolMetrics, prometheusName } from '../../../src/monitor/metrics/semconv.ts';
import { profileIds } from '../../../src/profiles/files.ts';
import { metricSource } from '../../../src/profiles/load.ts';
import { type MeasuredQuantity, metricsFor } from '../../../src/profiles/metrics.ts';
import { parseShipped } from '../../../src/profiles/shipped.ts';
import { servedMetrics } from '../../../src/serve/metric-names.ts';

const namesOf = async (id: string) => Object.values((await metricSource(id)).metrics).flat();

describe('the sources of metrics', () => {
  it.each(profileIds('metrics'))('%s is read, and cites only what is among its sources', async (id) => {
    expect(() => parseShipped('metrics', id)).not.toThrow();
    const profile = await metricSource(id);
    const cited = [...(profile.traps ?? []), ...(await namesOf(id))].flatMap(({ source }) => source);
    for (const key of cited) expect(Object.keys(profile.sources)).toContain(key);
    expect(cited).toEqual(expect.arrayContaining(Object.keys(profile.sources)));
  });

  it('of poolctl watch are those that its endpoint serves, with their types, units and labels', async () => {
    const profile = await metricSource('poolctl-watch');
    const served = new Map(Object.values(servedMetrics).map((metric) => [metric.name as string, metric]));
    for (const [quantity, metric] of Object.entries(profile.metrics)) {
      for (const { names, type, unit, labels } of [metric].flat()) {
        const { pool = [], server = [] } = profile.labels;
        const found = served.get(names[0] ?? '');
        const own = labels ?? (found?.labels.length === 1 ? server : pool);
        expect([quantity, found?.type, found?.unit, found?.labels]).toEqual([quantity, type, unit, own]);
      }
    }
  });

  it('of poolctl/monitor are those that it gives to OpenTelemetry and prom-client', async () => {
    const given = new Map(Object.values(poolMetrics).map((metric) => [metric.name as string, metric]));
    for (const { otel = '', names, type } of await namesOf('poolctl-monitor')) {
      const definition = given.get(otel);
      if (!definition) throw new Error(`poolctl/monitor has no ${otel}`);
      expect(names[0]).toBe(prometheusName(definition));
      expect(type).toBe({ now: 'gauge', total: 'counter', times: 'histogram' }[definition.kind]);
    }
    expect(metricsFor(await metricSource('poolctl-monitor'), 'limit')[0]?.names).toContain(
      olderLimitName.replaceAll('.', '_'),
    );
  });

  it('of poolctl/monitor include all of OpenTelemetry, as it says', async () => {
    const [theirs, ours] = [await metricSource('opentelemetry'), await metricSource('poolctl-monitor')];
    for (const quantity of Object.keys(theirs.metrics) as MeasuredQuantity[]) {
      const names = (of: typeof ours) => metricsFor(of, quantity).map((metric) => metric.names);
      expect([quantity, names(ours)]).toEqual([quantity, names(theirs)]);
    }
  });
});
