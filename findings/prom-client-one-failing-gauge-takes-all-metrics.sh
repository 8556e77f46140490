#!/usr/bin/env bash
# One gauge that asks the database takes all metrics of the process with it when the database is down, or hangs.
# Of:      library prom-client 15.1.3
# Guess:   a collect() that fails leaves its own metric out, and one that does not answer is given up.
# Happens: prom-client 15.1.3, a counter and a gauge with collect(): when it rejects, registry.metrics() rejects with its
#          error; while it waits, metrics() waits, without a limit. The counter, which needs no database, is not told either
#          time.
# Hurts:   who reports sessions or the queue of a server by a query in collect(): when the pool is exhausted or the server
#          is gone, errors, latencies and waits of the service are gone from Prometheus for just as long.
# So:      Ask on a timer and set the gauge from that; or catch errors in collect(), with a time limit and a connection of
#          its own.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
npm_install prom-client@15.1.3
run_js <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import { Counter, Gauge, Registry } from 'prom-client';

const registers = [new Registry()];
new Counter({ name: 'requests_total', help: 'Requests', registers }).inc();
let database = 'works';
new Gauge({
  name: 'sessions',
  help: 'Sessions of the server',
  registers,
  async collect() {
    if (database === 'is down') throw new Error('connect ECONNREFUSED');
    if (database === 'hangs') await sleep(5000);
    this.set(7);
  },
});
for (database of ['works', 'is down', 'hangs']) {
  const scraped = registers[0].metrics().then(
    (text) => `${text.match(/^\w+ \d+$/gm).join(', ')}`,
    ({ message }) => `nothing but "${message}"`,
  );
  const late = sleep(2000).then(() => 'nothing in 2 s');
  console.log(`the database ${database}: ${await Promise.race([scraped, late])}`);
}
process.exit();
JS
expect '^the database works: requests_total 1, sessions 7$' \
  '^the database is down: nothing but "connect ECONNREFUSED"$' \
  '^the database hangs: nothing in 2 s$'
holds 'prom-client 15.1.3 tells no metric while one of them waits for the database'
