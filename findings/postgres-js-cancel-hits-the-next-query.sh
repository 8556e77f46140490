#!/usr/bin/env bash
# cancel() of a postgres.js query that was sent behind another one ends the next query instead, and the cancelled one is
# done.
# Of:      library postgres 3.4.9, PostgreSQL 18.4
# Guess:   the cancelled query rejects with 57014 and does nothing; nobody else's query is touched.
# Happens: a connection runs a slow query, and an INSERT was sent behind it, as postgres.js does when all connections
#          are busy. The INSERT is cancelled while the slow query runs: it is carried out and its promise resolves, and
#          the next query of the connection, somebody else's, fails with 57014. The request to cancel goes out when the
#          turn of the INSERT has come, and names the connection, not the query. max_pipeline: 1 changes nothing.
# Hurts:   who cancels when a client goes away, on a busy pool: the abort of one request fails another one, and what was
#          to be stopped is done.
# So:      cancel() only on a connection of sql.reserve() with one query at a time; for the rest statement_timeout.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/postgres.sh"
npm_install postgres@3.4.9
start_postgres
run_js <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';

const look = postgres({ max: 1 });
const sql = postgres({ max: 1 });
await look`CREATE TABLE orders (id int)`;
await sql`SELECT 1`;
const outcome = (query) => query.then(() => 'served', ({ code }) => code);

const slow = outcome(sql.unsafe('SELECT pg_sleep(0.5)'));
const insert = sql.unsafe('INSERT INTO orders VALUES (1)');
const inserted = outcome(insert);
await sleep(200);
insert.cancel();
const next = inserted.then(() => outcome(sql.unsafe('SELECT pg_sleep(1)')));
console.log(`slow query: ${await slow}`);
console.log(`cancelled one: ${await inserted}, rows: ${(await look`SELECT count(*) AS n FROM orders`)[0].n}`);
console.log(`next query of somebody else: ${await next}`);
console.log(`the one after it: ${await outcome(sql.unsafe('SELECT pg_sleep(0.1)'))}`);
process.exit();
JS
expect "^slow query: served$" "^cancelled one: served, rows: 1$" "^next query of somebody else: 57014$" \
  "^the one after it: served$"
holds "postgres.js cancels somebody else's query"
