#!/usr/bin/env bash
# While one connection of a generic-pool is validated, nobody is served, with four good ones idle.
# Of:      library generic-pool 3.9.0, tarn 3.1.2
# Guess:   the caller fails after acquireTimeoutMillis; the resource that did not answer is destroyed, others serve the next.
# Happens: generic-pool 3.9.0, max 5, all idle, testOnBorrow, acquireTimeoutMillis 300; validate() of the first takes 3 s,
#          as `SELECT 1` on a silent network takes until somebody gives up, that of the others nothing. Requests one after
#          the other: all fail with a TimeoutError until the 3 s are over, with four available and none borrowed. It starts
#          no validation while as many are under way as requests wait. tarn 3.1.2 fails one request and serves the next.
# Hurts:   who turns validation on against connections that a firewall dropped: the first of them stops the service for as
#          long as its validation takes, and the pool's numbers say that it is idle.
# So:      A time limit of validate()'s own, after which it returns false.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
npm_install generic-pool@3.9.0 tarn@3.1.2
run_js <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import generic from 'generic-pool';
import { Pool as Tarn } from 'tarn';

let isSilent = false;
let firstOut;
const connections = () => {
  let created = 0;
  firstOut = undefined;
  isSilent = false;
  return {
    create: async () => ({ number: (created += 1) }),
    destroy: async () => {},
    /** The one that is tried first once the network is silent. */
    validate: async (connection) => {
      if (isSilent) firstOut ??= connection;
      return connection !== firstOut || sleep(3000, false);
    },
  };
};
/** Five are used and given back, then come requests one after the other for as long as that validation takes. */
async function run(name, acquire, release, seeRest) {
  const used = await Promise.all([1, 2, 3, 4, 5].map(acquire));
  for (const connection of used) await release(connection);
  isSilent = true;
  const ends = { served: 0, failed: 0 };
  const answer = () => acquire().then(release).then(() => (ends.served += 1), () => (ends.failed += 1));
  for (let request = 0; request < 5; request += 1) await answer();
  console.log(`${name}: ${ends.served} served, ${ends.failed} failed${seeRest?.() ?? ''}`);
  await sleep(2500);
  await answer();
  console.log(`${name} after it: ${ends.served} served`);
}
const pool = generic.createPool(connections(), { max: 5, testOnBorrow: true, acquireTimeoutMillis: 300 });
const rest = () => `, ${pool.available} available, ${pool.borrowed} borrowed, size ${pool.size}`;
await run('generic-pool', () => pool.acquire(), (connection) => pool.release(connection), rest);
const tarn = new Tarn({ ...connections(), min: 0, max: 5, acquireTimeoutMillis: 300 });
await run('tarn', () => tarn.acquire().promise, async (connection) => tarn.release(connection));
process.exit();
JS
expect '^generic-pool: 0 served, 5 failed, 4 available, 0 borrowed, size 5$' \
  '^generic-pool after it: 1 served$' \
  '^tarn: 4 served, 1 failed$'
holds 'generic-pool 3.9.0 serves nobody while one connection is validated'
