#!/usr/bin/env bash
# With cluster, prom-client adds the quantiles of a Summary up over the workers: four with a median of 0.1 s have 0.4 s.
# Of:      library prom-client 15.1.3
# Guess:   quantiles cannot be added, so the sum over workers leaves them out, or has one of each worker.
# Happens: prom-client 15.1.3, four workers that saw waits of 0.1 s each: AggregatorRegistry has quantile 0.5 = 0.4 and
#          0.99 = 0.4, while the sum and the count are right: a mean of 0.1 s. `aggregator: 'max'` takes the largest sum
#          and count too: 1,000 of 4,000 waits are left.
# Hurts:   Node services with a worker for each processor: the p99 wait for the pool grows with the workers, and an alert on
#          it goes off after a scale-up where nothing waits longer.
# So:      A Histogram, whose buckets may be added; histogram_quantile() over their sum.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
npm_install prom-client@15.1.3
run_js <<'JS'
import client from 'prom-client';

/** What a worker hands to the primary. */
const ofWorker = (aggregator) => {
  const registry = new client.Registry();
  const options = { name: 'wait_seconds', help: 'Wait', percentiles: [0.5, 0.99], registers: [registry], aggregator };
  const waits = new client.Summary(options);
  for (let i = 0; i < 1000; i += 1) waits.observe(0.1);
  return registry.getMetricsAsJSON();
};
for (const aggregator of ['sum', 'max']) {
  const workers = await Promise.all(Array.from({ length: 4 }, () => ofWorker(aggregator)));
  const text = await client.AggregatorRegistry.aggregate(workers).metrics();
  const read = (series) => Number(text.split('\n').find((line) => line.startsWith(`wait_seconds${series} `)).split(' ')[1]);
  const figures = ['{quantile="0.5"}', '{quantile="0.99"}', '_count', '_sum'].map((series) => read(series).toFixed(2));
  console.log(`${aggregator}: p50 ${figures[0]}, p99 ${figures[1]}, count ${figures[2]}, sum ${figures[3]}`);
}
process.exit();
JS
expect '^sum: p50 0\.40, p99 0\.40, count 4000\.00, sum 400\.00$' \
  '^max: p50 0\.10, p99 0\.10, count 1000\.00, sum 100\.00$'
holds 'prom-client 15.1.3 says a median of 0.4 s for four workers with 0.1 s'
