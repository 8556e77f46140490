#!/usr/bin/env bash
# OpenTelemetry's exporter for Prometheus writes an exponential histogram as a name without samples, and no error.
# Of:      library exporter-prometheus 0.223.0, sdk-metrics 2.12.1
# Guess:   it converts them to buckets with le, or warns that it cannot.
# Happens: exporter-prometheus 0.223.0 with sdk-metrics 2.12.1 (0.301.0 with 3.1.1 too): a histogram with the exponential
#          aggregation comes as HELP, UNIT and "# TYPE ... untyped", without a count, a sum or a bucket, and there is
#          no error. Only a diag logger, which is none by default, gets "Unrecognizable DataPointType: 1". The same values
#          in the default aggregation come in full.
# Hurts:   who turns to exponential histograms for waits, since the default buckets begin at 5 and waits are in seconds:
#          the scrape succeeds, the series end, and the alert on the wait never fires again.
# So:      buckets of one's own by a View, or send them by OTLP.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
npm_install @opentelemetry/exporter-prometheus@0.223.0 @opentelemetry/sdk-metrics@2.12.1 @opentelemetry/api@1.9.1
run_js <<'JS'
import { diag } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { AggregationType, MeterProvider } from '@opentelemetry/sdk-metrics';

const say = (...words) => console.log('diag logger:', ...words);
diag.setLogger({ error: say, warn: say, info() {}, debug() {}, verbose() {} });
const exporter = new PrometheusExporter({ preventServerStart: true });
const views = [{ instrumentName: 'exponential', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } }];
const meter = new MeterProvider({ readers: [exporter], views }).getMeter('pool');
for (const name of ['exponential', 'explicit']) {
  const wait = meter.createHistogram(name, { unit: 's' });
  for (const seconds of [0.001, 0.02, 0.5]) wait.record(seconds);
}
const { resourceMetrics, errors } = await exporter.collect();
console.log(`errors: ${errors.length}`);
const lines = new PrometheusSerializer().serialize(resourceMetrics).split('\n');
for (const name of ['exponential', 'explicit']) {
  const type = lines.find((line) => line.startsWith(`# TYPE ${name} `));
  console.log(`${type}; samples: ${lines.filter((line) => line.startsWith(name)).length}`);
}
JS
expect '^errors: 0$' \
  '^diag logger: Unrecognizable DataPointType: 1 ' \
  '^# TYPE exponential untyped; samples: 0$' \
  '^# TYPE explicit histogram; samples: 18$'
holds 'exporter-prometheus 0.223.0 drops exponential histograms without a word'
