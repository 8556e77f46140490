#!/usr/bin/env bash
# One connection that does not answer its validation blocks a generic-pool of five for good, with four good ones idle.
# Of:      library generic-pool 3.9.0, tarn 3.1.2
# Guess:   the caller fails after acquireTimeoutMillis; the resource that did not answer is destroyed, others serve the next.
# Happens: generic-pool 3.9.0, max 5, all idle, testOnBorrow, acquireTimeoutMillis 300; validate() of the first never
#          settles, as `SELECT 1` on a silent network, that of the others does. Ten requests one after the other: ten
#          TimeoutErrors, with four available and none borrowed. Nothing is destroyed. It starts no validation while as
#          many are under way as requests wait. tarn 3.1.2 fails one request and serves nine.
# Hurts:   who turns validation on against connections that a firewall dropped: the first of them stops the service until
#          the process is restarted, and the pool's numbers say that it is idle.
# So:      A time limit of validate()'s own, after which it returns false.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
npm_install generic-pool@3.9.0 tarn@3.1.2
run_js <<'JS'
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
      return connection !== firstOut || new Promise(() => {});
    },
  };
};
/** Five are used and given back, then come requests one after the other. */
async function run(name, acquire, release) {
  const used = await Promise.all([1, 2, 3, 4, 5].map(acquire));
  for (const connection of used) await release(connection);
  isSilent = true;
  const ends = { served: 0, failed: 0 };
  for (let request = 0; request < 10; request += 1) {
    await acquire().then(release).then(() => (ends.served += 1), () => (ends.failed += 1));
  }
  console.log(`${name}: ${ends.served} served, ${ends.failed} failed`);
}
const pool = generic.createPool(connections(), { max: 5, testOnBorrow: true, acquireTimeoutMillis: 300 });
await run('generic-pool', () => pool.acquire(), (connection) => pool.release(connection));
console.log(`generic-pool at rest: ${pool.available} available, ${pool.borrowed} borrowed, size ${pool.size}`);
const tarn = new Tarn({ ...connections(), min: 0, max: 5, acquireTimeoutMillis: 300 });
await run('tarn', () => tarn.acquire().promise, async (connection) => tarn.release(connection));
process.exit();
JS
expect '^generic-pool: 0 served, 10 failed$' \
  '^generic-pool at rest: 4 available, 0 borrowed, size 5$' \
  '^tarn: 9 served, 1 failed$'
holds 'generic-pool 3.9.0 serves nobody while one validation is not answered'
