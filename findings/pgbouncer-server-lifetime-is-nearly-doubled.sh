#!/usr/bin/env bash
# PgBouncer closes connections that are past server_lifetime one at a time, so that the last one lives nearly twice as
# long.
# Of:      pooler PgBouncer 1.18.0, PostgreSQL 18.4, pg 8.23.1
# Guess:   connections that are older than server_lifetime are closed when they are next free, all of them within a
#          second.
# Happens: server_lifetime = 4 and default_pool_size = 4, four connections opened together and used in short queries,
#          free in between: one is closed after some 4 s, and each further one server_lifetime / default_pool_size
#          later, so that one of them is still used after 6 s and more, and all are gone after 10 s. With the defaults,
#          an hour and 20, the last one goes after nearly two hours.
# Hurts:   who sets server_lifetime below a limit of others: a firewall or proxy that ends connections after an hour,
#          the life of a credential, or the time in which a fail-over or a new DNS answer has to reach every connection.
# So:      half of the limit.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/postgres.sh"
. "$here/lib/pgbouncer.sh"
npm_install pg@8.23.1
start_postgres
start_pgbouncer default_pool_size=4 server_lifetime=4
run_js <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const desk = new pg.Client({ user: 'console', database: 'pgbouncer' });
await desk.connect();
const pids = async () => {
  const { rows } = await desk.query('SHOW SERVERS');
  return rows.filter(({ database }) => database === 'postgres').map(({ remote_pid }) => remote_pid);
};
const pool = new pg.Pool({ max: 4 });
const four = (text) => Promise.all([1, 2, 3, 4].map(() => pool.query(text)));
await four('SELECT pg_sleep(0.3)');
const first = await pids();
const from = performance.now();
console.log(`connections of the start: ${first.length}`);
async function say(seconds) {
  while (performance.now() - from < seconds * 1000) {
    await four('SELECT pg_sleep(0.05)');
    await sleep(150);
  }
  const now = await pids();
  console.log(`after ${seconds} s: ${now.filter((pid) => first.includes(pid)).length} of them`);
}
for (const seconds of [3, 5.7, 10]) await say(seconds);
process.exit();
JS
expect '^connections of the start: 4$' '^after 3 s: 4 of them$' '^after 5.7 s: [1-3] of them$' '^after 10 s: 0 of them$'
holds 'server_lifetime closes one connection after the other'
