#!/usr/bin/env bash
# OpenTelemetry's SDK for Node.js exports a series that nobody observes any longer, with its last value, without a limit.
# Of:      library sdk-metrics 2.12.1, exporter-prometheus 0.223.0
# Guess:   an observable gauge shows what its callback observed in this collection; what it leaves out is gone.
# Happens: sdk-metrics 2.12.1 with the cumulative temporality, which Prometheus's exporter uses: two pools report 3 used
#          connections each; one is closed and its callback removed; three scrapes later it still has 3 used
#          connections. Observing 0 once ends nothing either, but the 0 stays instead.
# Hurts:   who opens and closes pools by tenant: the sum of used connections only grows, as do the memory and the scrape, and
#          an alert on a full pool fires for a pool that is closed.
# So:      observe 0 for a pool once after it was closed, and reuse the names of pools.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
npm_install @opentelemetry/exporter-prometheus@0.223.0 @opentelemetry/sdk-metrics@2.12.1 @opentelemetry/api@1.9.1
run_js <<'JS'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';

const exporter = new PrometheusExporter({ preventServerStart: true });
const used = new MeterProvider({ readers: [exporter] }).getMeter('pools').createObservableUpDownCounter('used');
const observe = (value, pool) => (result) => result.observe(value, { pool });
const scrape = async () => {
  const { resourceMetrics } = await exporter.collect();
  const lines = new PrometheusSerializer().serialize(resourceMetrics).split('\n');
  return lines.flatMap((line) => /^used\{pool="(\w+)".*\} (\d+)/.exec(line)?.slice(1).join(' ') ?? []).join(', ');
};

const full = { orders: observe(3, 'orders'), tenant: observe(3, 'tenant') };
for (const callback of Object.values(full)) used.addCallback(callback);
console.log(`both open: ${await scrape()}`);
used.removeCallback(full.tenant);
for (let i = 0; i < 2; i += 1) await scrape();
console.log(`tenant closed, third scrape: ${await scrape()}`);
const zero = observe(0, 'tenant');
used.addCallback(zero);
await scrape();
used.removeCallback(zero);
console.log(`after one 0: ${await scrape()}`);
JS
expect '^both open: orders 3, tenant 3$' \
  '^tenant closed, third scrape: orders 3, tenant 3$' \
  '^after one 0: orders 3, tenant 0$'
holds 'sdk-metrics 2.12.1 exports the last value of a series that is no longer observed'
