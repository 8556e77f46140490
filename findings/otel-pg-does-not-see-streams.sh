#!/usr/bin/env bash
# OpenTelemetry's instrumentation of pg does not see streams and cursors: no span, and nothing in the duration metric.
# Of:      library @opentelemetry/instrumentation-pg 0.76.0, pg 8.23.1, pg-query-stream 4.17.0, PostgreSQL 18.4
# Guess:   a stream has one span, which ends with its last row.
# Happens: (0.77.0 too) a stream of pg-query-stream that takes 0.6 s leaves no span, and db.client.operation.duration
#          does not count it; the same statement by query() has both. What is given to query() and sends itself (a
#          "submittable", as pg-cursor and pg-query-stream are) passes by.
# Hurts:   exports and batch jobs: what holds connections longest is in no trace and no histogram; a hold time that is
#          taken from that histogram is too short.
# So:      a span and a histogram of one's own around streams, from connect() to release().
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/postgres.sh"
npm_install @opentelemetry/instrumentation-pg@0.76.0 @opentelemetry/api@1.9.1 @opentelemetry/sdk-metrics@2.12.1 \
  @opentelemetry/sdk-trace-base@2.12.1 pg@8.23.1 pg-query-stream@4.17.0
start_postgres
run_js <<'JS'
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { PgInstrumentation } = require('@opentelemetry/instrumentation-pg');
const { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } = require('@opentelemetry/sdk-metrics');
const { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-base');

const spans = new InMemorySpanExporter();
const metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter: metrics, exportIntervalMillis: 60_000 });
const instrumentation = new PgInstrumentation();
instrumentation.setTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }));
instrumentation.setMeterProvider(new MeterProvider({ readers: [reader] }));
const pg = require('pg');
const QueryStream = require('pg-query-stream');

async function tell(name) {
  metrics.reset();
  await reader.forceFlush();
  const all = metrics.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  const duration = all.find(({ descriptor }) => descriptor.name === 'db.client.operation.duration');
  const counted = (duration?.dataPoints ?? []).reduce((sum, { value }) => sum + value.count, 0);
  const seen = spans.getFinishedSpans().filter((span) => span.name.startsWith('pg.query')).length;
  console.log(`${name}: ${seen} spans, ${counted} in the histogram`);
}
const client = await new pg.Pool({ max: 1 }).connect();
const text = 'SELECT g, pg_sleep(0.02) FROM generate_series(1, 30) AS g';
await client.query(text);
await tell('after query()');
let rows = 0;
for await (const _row of client.query(new QueryStream(text))) rows += 1;
await tell(`after a stream of ${rows} rows`);
process.exit();
JS
expect '^after query\(\): 1 spans, 1 in the histogram$' '^after a stream of 30 rows: 1 spans, 1 in the histogram$'
holds 'instrumentation-pg sees no stream'
