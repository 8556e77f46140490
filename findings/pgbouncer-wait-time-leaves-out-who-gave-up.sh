#!/usr/bin/env bash
# PgBouncer's total_wait_time leaves out every wait that ended in query_wait_timeout, but counts their queries as done.
# Of:      pooler PgBouncer 1.18.0, PostgreSQL 18.4, pg 8.23.1
# Guess:   three clients that wait 1 s each in vain add 3 s to total_wait_time and nothing to the queries.
# Happens: PgBouncer 1.18.0, one connection, held by a transaction, query_wait_timeout 1: three clients are ended after
#          1 s each. SHOW STATS: total_wait_time +0 ms, total_query_count +3, total_xact_count +3, though no query
#          reached the server. A client that is served after 1 s adds 1 s.
# Hurts:   who graphs the mean wait (wait time over queries) or alerts on avg_wait_time: when the pool is so full that
#          nobody gets a connection, the wait falls to 0, and the throughput stays up.
# So:      watch maxwait and cl_waiting of SHOW POOLS, and count the errors of the clients.
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

const connect = async (options) => {
  const client = new pg.Client(options);
  client.on('error', () => {});
  await client.connect();
  return client;
};
const desk = await connect({ user: 'console', database: 'pgbouncer' });
const stats = async () => {
  const { rows } = await desk.query('SHOW STATS');
  const row = rows.find(({ database }) => database === 'postgres');
  const [waitUs, queries, transactions] = ['wait_time', 'query_count', 'xact_count'].map((name) => +row[`total_${name}`]);
  return { waitMs: waitUs / 1000, queries, transactions };
};
const grown = (before, after) =>
  `wait ${after.waitMs - before.waitMs < 100 ? '+0 ms' : '+1 s or more'}, queries +${after.queries - before.queries}, ` +
  `transactions +${after.transactions - before.transactions}`;

const holder = await connect();
await holder.query('BEGIN');
await holder.query('SELECT 1');
await desk.query('SET query_wait_timeout = 1');
const before = await stats();
const clients = await Promise.all([connect(), connect(), connect()]);
const wait = (client) => client.query('SELECT 1').then(() => 'served', (error) => error.message);
for (const answer of await Promise.all(clients.map(wait))) console.log(`a waiting client: ${answer}`);
console.log(`three waits of 1 s in vain: ${grown(before, await stats())}`);

await desk.query('SET query_wait_timeout = 60');
const middle = await stats();
const served = (await connect()).query('SELECT 1');
await sleep(1200);
await holder.query('COMMIT');
await served;
console.log(`one wait of 1.2 s, served: ${grown(middle, await stats())}`);
process.exit();
JS
expect '^a waiting client: query_wait_timeout$' \
  '^three waits of 1 s in vain: wait \+0 ms, queries \+3, transactions \+3$' \
  '^one wait of 1\.2 s, served: wait \+1 s or more,'
holds 'PgBouncer 1.18.0 counts the queries of waits in vain, and none of their time'
