#!/usr/bin/env bash
# Sessions of PgBouncer's console pass max_client_conn and count towards it: three watchers, and no application gets in.
# Of:      pooler PgBouncer 1.18.0, PostgreSQL 18.4, pg 8.23.1
# Guess:   the console is refused like any client when max_client_conn is reached.
# Happens: PgBouncer 1.18.0, max_client_conn 2: with 2 clients in, a third is refused (08P01), 5 sessions of the console
#          are let in. The other way round: with 2 sessions of the console in, the first client is refused.
# Hurts:   who keeps dashboards and exporters connected to the console: each takes a place of the application for good,
#          and nothing refuses the watchers.
# So:      add the watchers to max_client_conn, and let them log out between readings.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/postgres.sh"
. "$here/lib/pgbouncer.sh"
npm_install pg@8.23.1
start_postgres autovacuum=off
start_pgbouncer max_client_conn=2
run_js <<'JS'
import pg from 'pg';

const open = [];
const console_ = { database: 'pgbouncer', user: 'console' };
async function connect(name, login = {}) {
  const client = new pg.Client(login);
  client.on('error', () => {});
  const end = await client.connect().then(
    () => open.push(client) && 'let in',
    ({ code, message }) => `refused, ${code} ${message}`,
  );
  console.log(`${name}: ${end}`);
}
const leave = async () => {
  await Promise.all(open.splice(0).map((client) => client.end()));
  await new Promise((resolve) => setTimeout(resolve, 300));
};
for (const i of [1, 2, 3]) await connect(`clients first: client ${i}`);
for (const i of [1, 2, 3, 4, 5]) await connect(`clients first: console ${i}`, console_);
await leave();
for (const i of [1, 2]) await connect(`console first: console ${i}`, console_);
await connect('console first: client 1');
process.exit();
JS
expect '^clients first: client 2: let in' \
  '^clients first: client 3: refused, 08P01' \
  '^clients first: console 5: let in' \
  '^console first: client 1: refused, 08P01 no more connections allowed'
holds 'sessions of the console are let in past max_client_conn and take the places of clients'
