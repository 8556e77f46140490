#!/usr/bin/env bash
# lightning-pool opens more than its maximum: minIdle comes on top of max.
# Of:      library lightning-pool 4.14.0
# Guess:   max 6 bounds the resources of the pool; when 6 are lent, minIdle gives way.
# Happens: lightning-pool 4.14.0 with max 6 and minIdle 2: once the housekeeping has run with 6 lent, 8 are open, 2 of
#          them idle. With minIdle 0 it stays at 6.
# Hurts:   who divides max_connections among instances by `max`: each takes minIdle more, at full load, when it hurts.
# So:      count max + minIdle per instance.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
npm_install lightning-pool@4.14.0
run_js <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import { createPool } from 'lightning-pool';

for (const minIdle of [2, 0]) {
  let open = 0;
  let most = 0;
  const create = async () => {
    open += 1;
    most = Math.max(most, open);
    return {};
  };
  const destroy = async () => {
    open -= 1;
  };
  const pool = createPool({ create, destroy }, { max: 6, min: 0, minIdle, houseKeepInterval: 100 });
  const held = await Promise.all(Array.from({ length: 6 }, () => pool.acquire()));
  for (const one of held.slice(2)) await pool.release(one);
  await sleep(500);
  await Promise.all(Array.from({ length: 4 }, () => pool.acquire()));
  await sleep(500);
  console.log(`max 6, minIdle ${minIdle}: ${pool.acquired} lent, ${pool.available} idle, ${open} open, ${most} at most`);
}
process.exit();
JS
expect '^max 6, minIdle 2: 6 lent, 2 idle, 8 open' '^max 6, minIdle 0: 6 lent, 0 idle, 6 open, 6 at most'
holds 'lightning-pool 4.14.0 opens minIdle resources beyond max'
