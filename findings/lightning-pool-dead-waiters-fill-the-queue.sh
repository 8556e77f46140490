#!/usr/bin/env bash
# In lightning-pool, requests that have timed out keep their places in the queue: the next one is refused as if it were
# full.
# Of:      library lightning-pool 4.14.0
# Guess:   a request that is rejected after acquireTimeoutMillis leaves the queue and makes room for the next.
# Happens: lightning-pool 4.14.0, max 1, maxQueue 2, acquireTimeoutMillis 300: both waiters are rejected after 0.3 s,
#          and 1 s later `pending` is still 2 and a third request is refused at once, "Pool queue is full". They go when
#          a resource is given back.
# Hurts:   services with one long transaction: after the first timeouts every request is refused without a wait, and a
#          gauge of `pending` shows waiters that nobody is behind.
# So:      leave maxQueue wide, and bound the queue in front of the pool.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
npm_install lightning-pool@4.14.0
run_js <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import { createPool } from 'lightning-pool';

const factory = { create: async () => ({}), destroy: async () => {} };
const pool = createPool(factory, { max: 1, maxQueue: 2, acquireTimeoutMillis: 300 });
const ask = async (name) => {
  const start = performance.now();
  const answer = await pool.acquire().then(() => 'served', (error) => `"${error.message}"`);
  console.log(`${name}: ${answer} after ${Math.round((performance.now() - start) / 100) * 100} ms`);
};
const held = await pool.acquire();
await Promise.all([ask('first waiter'), ask('second waiter')]);
await sleep(1000);
console.log(`pending: ${pool.pending}`);
await ask('third, 1 s later');
await pool.release(held);
await sleep(200);
console.log(`pending when the resource is back: ${pool.pending}`);
await ask('fourth');
process.exit();
JS
expect '^first waiter: "Request timed out" after 300 ms' \
  '^second waiter: "Request timed out" after 300 ms' \
  '^pending: 2$' \
  '^third, 1 s later: "Pool queue is full" after 0 ms' \
  '^pending when the resource is back: 0$' \
  '^fourth: served'
holds 'timed-out requests fill the queue of lightning-pool 4.14.0'
