#!/usr/bin/env bash
# PgBouncer takes the cancel request for a query that waits for a connection, and drops it: the query runs all the same.
# Of:      pooler PgBouncer 1.18.0, PostgreSQL 18.4, pg 8.23.1
# Guess:   a query that waits in PgBouncer's queue ends at once when it is cancelled, by an error or a closed
#          connection.
# Happens: PgBouncer 1.18.0, one connection, taken for 3 s: the cancel request of the waiting client is answered as
#          always and logged as "cancel request for idle client"; the query waits its time, runs and is answered. The
#          same request for a running query ends it within 0.1 s.
# Hurts:   who gives up overdue queries by cancelling them: under overload, when they all wait, each runs later for
#          nobody, the write too that the caller was told was called off.
# So:      bound the wait with query_wait_timeout, and end overdue queries by closing the connection.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/postgres.sh"
. "$here/lib/pgbouncer.sh"
npm_install pg@8.23.1
start_postgres autovacuum=off
start_pgbouncer default_pool_size=1
run_js <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const connect = async () => {
  const client = new pg.Client();
  client.on('error', () => {});
  await client.connect();
  return client;
};
/** Resolves when PgBouncer has taken the request and closed its connection. */
const cancel = ({ processID, secretKey }) =>
  new Promise((resolve) => {
    const { connection } = new pg.Client();
    connection.on('error', () => {});
    connection.once('connect', () => connection.cancel(processID, secretKey));
    connection.once('end', resolve);
    connection.connect(Number(process.env.PGPORT), process.env.PGHOST);
  });
const timed = async (name, query) => {
  const start = performance.now();
  const end = await query.then(() => 'is answered', (error) => `fails with ${error.code}`);
  console.log(`${name}: ${end} after ${((performance.now() - start) / 1000).toFixed(1)} s`);
};
const [holder, waiter] = [await connect(), await connect()];
await holder.query('CREATE TABLE done (what text)');
const running = timed('running query, cancelled after 0.5 s', holder.query('SELECT pg_sleep(3)'));
await sleep(500);
await cancel(holder);
await running;

const slow = holder.query('SELECT pg_sleep(3)');
await sleep(200);
const waiting = timed('waiting query, cancelled after 0.5 s', waiter.query("INSERT INTO done VALUES ('paid')"));
await sleep(500);
await cancel(waiter);
await Promise.all([slow, waiting]);
console.log(`rows written: ${(await waiter.query('SELECT count(*)::int AS rows FROM done')).rows[0].rows}`);
process.exit();
JS
grep -o 'cancel request for idle client' "$work/pgbouncer.log" | tee -a "$work/seen" || true
expect '^running query.*: fails with 57014 after 0\.' \
  '^waiting query.*: is answered after [23]\.' \
  '^rows written: 1$' \
  '^cancel request for idle client$'
holds 'PgBouncer 1.18.0 drops the cancel request of a waiting query'
