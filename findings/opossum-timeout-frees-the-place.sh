#!/usr/bin/env bash
# opossum's capacity does not bound what runs: an action that timed out gives its place away and goes on.
# Of:      library opossum 9.0.0
# Guess:   with capacity 2 there are never more than two actions at work; the place is free when the action ends.
# Happens: opossum 9.0.0, capacity 2, timeout 100 ms, actions of 2 s: two every 100 ms are let in, and 20 run at once.
#          Every caller got ETIMEDOUT after 100 ms, no action was stopped.
# Hurts:   who bounds the use of a database by a circuit breaker: when queries become slower than the timeout, the
#          bound is gone, and each retry adds a query to the slow server or a waiter to the queue of the pool.
# So:      bound the work by the pool itself, or let the action end at the timeout (statement_timeout below it).
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
npm_install opossum@9.0.0
run_js <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import CircuitBreaker from 'opossum';

let running = 0;
let most = 0;
const query = async () => {
  running += 1;
  most = Math.max(most, running);
  await sleep(2000);
  running -= 1;
};
const breaker = new CircuitBreaker(query, { capacity: 2, timeout: 100, errorThresholdPercentage: 100, volumeThreshold: 1000 });
const ends = {};
for (let round = 0; round < 10; round += 1) {
  const calls = [1, 2, 3].map(() => breaker.fire().catch(({ code }) => (ends[code] = (ends[code] ?? 0) + 1)));
  await Promise.all(calls);
}
console.log(`capacity 2: ${most > 10 ? 'more than 10' : most} actions at once`);
console.log(`callers: ${ends.ETIMEDOUT} timed out, ${ends.ESEMLOCKED} refused`);
process.exit();
JS
expect '^capacity 2: more than 10 actions at once$' \
  '^callers: 20 timed out, 10 refused$'
holds 'opossum 9.0.0 with capacity 2 runs more than 10 actions at once'
