#!/usr/bin/env bash
# When one of four workers ends, prom-client's counters fall, and Prometheus makes 3,000 new waits of it.
# Of:      library prom-client 15.1.3, promtool 2.42.0
# Guess:   the counts of a worker that ended stay in the sum, because a counter must not fall.
# Happens: prom-client 15.1.3, AggregatorRegistry, four workers of node:cluster that counted 1,000 waits each: 4000. One
#          ends and another is started: 3000. Prometheus 2.42 takes the fall for a restart from 0, so that increase() over
#          it is all that the other three ever counted, 3,000, while nothing waited.
# Hurts:   who restarts workers one by one, by a limit on memory or requests: each restart is a burst of waits, errors and
#          requests in graphs and alerts, the larger the longer the others have run.
# So:      Scrape each worker on a port of its own, or keep the last counts of a worker that ended and add them.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
npm_install prom-client@15.1.3
debian_unpack '2.42.0*' prometheus
cat >"$work/service.js" <<'JS'
import cluster from 'node:cluster';
import { once } from 'node:events';
import { AggregatorRegistry, Counter } from 'prom-client';

const registry = new AggregatorRegistry();
if (cluster.isPrimary) {
  const start = async () => {
    const worker = cluster.fork();
    await once(worker, 'online');
    while ((await once(worker, 'message'))[0] !== 'counted');
    return worker;
  };
  const total = async () => Number(/^waits_total (\d+)$/m.exec(await registry.clusterMetrics())[1]);
  const [first] = await Promise.all([1, 2, 3, 4].map(start));
  const before = await total();
  first.kill();
  await once(first, 'exit');
  await start();
  console.log(before, await total());
  process.exit();
} else {
  new Counter({ name: 'waits_total', help: 'Waits' }).inc(cluster.worker.id <= 4 ? 1000 : 0);
  process.send('counted');
}
JS
cd "$work"
read -r before after < <(timeout 30 node service.js)
{
  echo "four workers: $before, with a new one in the place of one: $after"
  cat >test.yml <<YAML
tests:
  - interval: 1m
    input_series: [{ series: waits_total, values: ${before}x4 ${after}x4 }]
    promql_expr_test: [{ expr: 'round(increase(waits_total[9m]), 100)', eval_time: 9m, exp_samples: [{ value: 0 }] }]
YAML
  echo "increase: $("$root/usr/bin/promtool" test rules test.yml 2>&1 | grep -Eo 'got: *\[?.*' | head -n 1)"
} | tee seen
expect '^four workers: 4000, with a new one in the place of one: 3000$' \
  '^increase: got:.* 3\.?[0-9]*E\+0?3'
holds 'the counters of prom-client 15.1.3 fall by what a worker that ended had counted'
