#!/usr/bin/env bash
# PostgreSQL counts two commits for each parallel worker: one query with 4 workers is 9 transactions.
# Of:      server PostgreSQL 18.4, pg 8.23.1
# Guess:   one transaction of the client is one in pg_stat_database.xact_commit, however many workers help.
# Happens: PostgreSQL 18.4: one SELECT with 2 workers adds 5 to xact_commit, with 4 workers 9, without workers 1; a
#          login adds 1 of its own. If the client rolls back, xact_rollback gets 1 and the workers' commits stay.
# Hurts:   who takes transactions per second from xact_commit to size a pool: few reports with many workers look like a
#          busy fleet of short transactions, and the time per transaction comes out several times too small.
# So:      count statements at the client, or subtract twice parallel_workers_launched of the same view (18 and later).
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/postgres.sh"
npm_install pg@8.23.1
start_postgres autovacuum=off max_parallel_workers=8 max_worker_processes=12
run_js <<'JS'
import pg from 'pg';

// Reads one database from a session in another, so that only the measured session counts.
const reader = new pg.Client({ database: 'template1' });
await reader.connect();
const read = async () => {
  const sql = `SELECT xact_commit::int AS commits, xact_rollback::int AS rollbacks, parallel_workers_launched::int AS workers
    FROM pg_stat_database WHERE datname = 'postgres'`;
  return (await reader.query(sql)).rows[0];
};
const session = async (queries) => {
  const client = new pg.Client();
  await client.connect();
  for (const query of queries) await client.query(query);
  await client.end();
  await new Promise((resolve) => setTimeout(resolve, 400)); // Its counts arrive when it has ended.
};
const options = (workers) =>
  `SET min_parallel_table_scan_size = 0; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; ` +
  `SET max_parallel_workers_per_gather = ${workers}`;
await session(['CREATE TABLE big WITH (parallel_workers = 4) AS SELECT generate_series(1, 300000) AS i', 'ANALYZE big']);

const query = 'SELECT count(*) FROM big WHERE i % 7 = 0';
for (const workers of [0, 2, 4]) {
  for (const [name, queries] of [['autocommit', [query]], ['rolled back', ['BEGIN', query, 'ROLLBACK']]]) {
    const before = await read();
    await session([options(workers)]);
    const between = await read();
    await session([options(workers), ...queries]);
    const after = await read();
    const own = (key) => after[key] - between[key] - (between[key] - before[key]);
    console.log(`${own('workers')} workers, ${name}: commits ${own('commits')}, rollbacks ${own('rollbacks')}`);
  }
}
await reader.end();
JS
expect '^0 workers, autocommit: commits 1, rollbacks 0' \
  '^2 workers, autocommit: commits 5, ' \
  '^4 workers, autocommit: commits 9, ' \
  '^4 workers, rolled back: commits 8, rollbacks 1'
holds 'each parallel worker adds two to xact_commit'
