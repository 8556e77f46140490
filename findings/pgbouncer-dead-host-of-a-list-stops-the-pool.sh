#!/usr/bin/env bash
# With two hosts in PgBouncer's host=, one of which is down, clients wait server_login_retry for the other one.
# Of:      pooler PgBouncer 1.18.0, PostgreSQL 18.4, pg 8.23.1
# Guess:   a host that refuses connections is passed over at once, as libpq does with a list.
# Happens: host=127.0.0.2,127.0.0.1 with nobody at the first: the first client waits 15 s, the default of
#          server_login_retry, with a healthy host in the list; here with server_login_retry = 3 it waits 3 s. Each
#          login to a server takes the next host of the list, and a failed one stops all logins of the pool for
#          server_login_retry.
# Hurts:   who lists replicas so that PgBouncer goes on when one is down: with each growth of the pool, clients wait up
#          to 15 s, longer than their connect timeout.
# So:      server_login_retry = 1; or a proxy with health checks between.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/postgres.sh"
. "$here/lib/pgbouncer.sh"
npm_install pg@8.23.1
start_postgres
SERVER_PORT=$PGPORT
start_pgbouncer server_login_retry=3
sed -i "s/^postgres = .*/postgres = host=127.0.0.1 port=$SERVER_PORT\nlisted = host=127.0.0.2,127.0.0.1 port=$SERVER_PORT dbname=postgres/" "$work/pgbouncer/ini"
run_js <<'JS'
import pg from 'pg';

const desk = new pg.Client({ user: 'console', database: 'pgbouncer' });
await desk.connect();
await desk.query('RELOAD');
async function ask(database) {
  const client = new pg.Client({ database });
  const from = performance.now();
  await client.connect();
  await client.query('SELECT 1');
  console.log(`${database}: ${Math.round((performance.now() - from) / 1000)} s`);
  await client.end();
}
await ask('postgres');
await ask('listed');
process.exit();
JS
expect '^postgres: 0 s$' '^listed: [34] s$'
holds 'a dead host of a list stops the logins of the pool for server_login_retry'
