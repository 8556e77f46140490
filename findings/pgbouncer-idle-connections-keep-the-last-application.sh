#!/usr/bin/env bash
# A connection of PgBouncer that serves nobody is shown by PostgreSQL under the name of the application that it served last.
# Of:      pooler PgBouncer 1.18.0, PostgreSQL 18.4, pg 8.23.1
# Guess:   a server connection without a client has no application_name, or that of PgBouncer.
# Happens: PgBouncer 1.18.0 (1.26.1 too), transaction pooling, PostgreSQL 18.4: the application "nightly" runs one query and leaves. Its
#          connection stays in pg_stat_activity as "nightly", idle, for as long as nobody else uses it
#          (server_idle_timeout, 10 min). A client named "shop" that is connected and has sent nothing is not there at all.
# Hurts:   who counts sessions by application on the server behind a pooler: applications that have left hold
#          connections, and those that are connected have none.
# So:      count clients by application at the pooler (SHOW CLIENTS), and only connections at the server.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/postgres.sh"
. "$here/lib/pgbouncer.sh"
npm_install pg@8.23.1
start_postgres autovacuum=off
server_port=$PGPORT
start_pgbouncer
SERVER_PORT=$server_port run_js <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const connect = async (options) => {
  const client = new pg.Client(options);
  await client.connect();
  return client;
};
const server = await connect({ port: Number(process.env.SERVER_PORT), application_name: 'observer' });
const desk = await connect({ user: 'console', database: 'pgbouncer', application_name: 'observer' });
const say = async (when) => {
  const sql = `SELECT application_name AS name, state FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND application_name <> 'observer'`;
  const names = (rows) => rows.map(({ name }) => name).sort().join(', ') || 'nobody';
  const { rows: sessions } = await server.query(sql);
  const clients = (await desk.query('SHOW CLIENTS')).rows.filter(({ database }) => database === 'postgres');
  const ofClients = clients.map(({ application_name: name }) => ({ name }));
  console.log(`${when}: PostgreSQL shows ${names(sessions)}; PgBouncer's clients are ${names(ofClients)}`);
};

const nightly = await connect({ application_name: 'nightly' });
await nightly.query('SELECT 1');
await nightly.end();
await sleep(3000);
await say('3 s after nightly has left');
const shop = await connect({ application_name: 'shop' });
await sleep(500);
await say('with shop connected');
await shop.query('SELECT 1');
await say('after a query of shop');
process.exit();
JS
expect "^3 s after nightly has left: PostgreSQL shows nightly; PgBouncer's clients are nobody$" \
  "^with shop connected: PostgreSQL shows nightly; PgBouncer's clients are shop$" \
  "^after a query of shop: PostgreSQL shows shop; PgBouncer's clients are shop$"
holds 'PostgreSQL names the application that a pooled connection served last'
