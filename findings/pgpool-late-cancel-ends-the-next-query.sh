#!/usr/bin/env bash
# A cancel request that finds all children of Pgpool-II taken waits, and ends whatever the session runs when one is free.
# Of:      pooler Pgpool-II 4.3.5, PostgreSQL 18.4, pg 8.23.1
# Guess:   a cancel request gets through when the clients are at num_init_children, as it is no login.
# Happens: Pgpool-II 4.3.5, num_init_children 2. With one client the cancel request for its query of 2 s ends it (57014).
#          With two clients the same request does nothing: a child must be free to read it, and the query runs to its end.
#          It is not lost: half a second into the NEXT query of that session the second client leaves, the request is
#          read, and that next query, which nobody asked to cancel, fails with 57014.
# Hurts:   whose time limits cancel (JDBC's setQueryTimeout, psycopg, psql's Ctrl-C): at full load, when limits strike, they
#          strike later and others: a session that a pool has lent to somebody else by then loses a good statement, perhaps
#          the write of a transaction.
# So:      statement_timeout on the server in place of cancel requests, and num_init_children above the sum of the pools.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/postgres.sh"
. "$here/lib/pgpool.sh"
npm_install pg@8.23.1
start_postgres
start_pgpool
run_js <<'JS'
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const login = async () => {
  const client = new pg.Client();
  await client.connect();
  return client;
};
/** The cancel request of the protocol for what the session of this client runs. */
const cancel = ({ processID, secretKey }) => {
  const request = Buffer.alloc(16);
  request.writeInt32BE(16, 0);
  request.writeInt32BE(80877102, 4);
  request.writeInt32BE(processID, 8);
  request.writeInt32BE(secretKey, 12);
  connect(Number(process.env.PGPORT), process.env.PGHOST).on('error', () => {}).end(request);
};
const run = (client, sql) => client.query(sql).then(() => 'ran to its end', (error) => error.code);

const shop = await login();
const overdue = run(shop, 'SELECT pg_sleep(2)');
await sleep(500);
cancel(shop);
console.log(`a child is free: the query that is to be cancelled ${await overdue}`);

const desk = await login();
const second = run(shop, 'SELECT pg_sleep(2)');
await sleep(500);
cancel(shop);
console.log(`no child is free: the query that is to be cancelled ${await second}`);
await sleep(500);
const next = run(shop, 'SELECT pg_sleep(2)');
await sleep(500);
await desk.end();
console.log(`a child becomes free: the next query of that session ${await next}`);
process.exit();
JS
expect '^a child is free: .* 57014$' '^no child is free: .* ran to its end$' '^a child becomes free: the next query of that session 57014$'
holds 'a cancel request that waited for a child of Pgpool-II ends the next query'
