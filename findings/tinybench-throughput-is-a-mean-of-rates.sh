#!/usr/bin/env bash
# tinybench says 100 times and more of the calls a second that were made, where a few calls wait: it averages rates.
# Of:      tool tinybench 6.2.5
# Guess:   operations a second are the calls by the time that they took.
# Happens: tinybench 6.2.5, 200 calls one after the other, of which every twentieth waits 50 ms and the others nothing: they
#          take half a second, some 400 a second, and "Throughput avg (ops/s)" is above 40,000. It is the mean of 1 / latency
#          of the calls, in which a call that waits counts as nothing. 1 / "Latency avg" is right.
# Hurts:   who compares pool sizes or drivers by it: the pool in which one of twenty waits long looks as good as the one in
#          which nobody waits.
# So:      Take the mean latency, or calls by time.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
npm_install tinybench@6.2.5
run_js <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import { Bench } from 'tinybench';

let calls = 0;
const query = async () => {
  calls += 1;
  await (calls % 20 === 0 ? sleep(50) : undefined);
};
const bench = new Bench({ time: 0, iterations: 200, warmup: false });
bench.add('a pool where one of twenty waits', query);
const began = performance.now();
await bench.run();
const real = calls / ((performance.now() - began) / 1000);
const { latency, throughput } = bench.tasks[0].result;
const range = (perSecond) => (perSecond < 1000 ? 'below 1,000' : perSecond > 40_000 ? 'above 40,000' : 'between');
console.log(`calls made: ${range(real)} a second`);
console.log(`throughput: ${range(throughput.mean)} a second`);
console.log(`by the mean latency: ${range(1000 / latency.mean)} a second`);
JS
expect '^calls made: below 1,000 a second$' \
  '^throughput: above 40,000 a second$' \
  '^by the mean latency: below 1,000 a second$'
holds 'tinybench 6.2.5 averages rates: above 40,000 a second where fewer than 1,000 were made'
