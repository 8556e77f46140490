#!/usr/bin/env bash
# A parser of Prometheus text takes an exemplar for the time of the sample, without a word.
# Of:      format parse-prometheus-text-format 1.1.1, prom-client 15.1.3
# Guess:   parse-prometheus-text-format throws at the exemplar, which is not in the format that it knows.
# Happens: parse-prometheus-text-format 1.1.1 on the OpenMetrics text of prom-client 15.1.3: the exemplar, its labels,
#          value and time run together, is the sample's "timestamp_ms". The counter falls in two: a counter without
#          samples under the short name, and an untyped metric with the sample under the name with _total.
# Hurts:   who feeds a pool's metrics into a report: times that are no numbers, and counters that filters for the type
#          COUNTER find empty, once somebody turns exemplars on.
# So:      ask for the older format in the Accept header, or use a parser of OpenMetrics.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
npm_install prom-client@15.1.3 parse-prometheus-text-format@1.1.1
run_js <<'JS'
import parse from 'parse-prometheus-text-format';
import prom from 'prom-client';

const registry = new prom.Registry();
registry.setContentType(prom.Registry.OPENMETRICS_CONTENT_TYPE);
const acquired = new prom.Counter({
  name: 'pool_acquired_total',
  help: 'Connections lent',
  registers: [registry],
  enableExemplars: true,
});
acquired.inc({ value: 3, exemplarLabels: { trace: 'a1' } });
const text = await registry.metrics();
console.log(text);
for (const { name, type, metrics } of parse(text)) console.log(name, type, JSON.stringify(metrics));
JS
expect '^pool_acquired COUNTER \[\]$' '^pool_acquired_total UNTYPED .*"value":"3"' '"timestamp_ms":"#\{trace='
holds 'parse-prometheus-text-format 1.1.1 returns the exemplar as the time of the sample'
