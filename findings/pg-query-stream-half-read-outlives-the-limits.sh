#!/usr/bin/env bash
# A half-read stream of pg-query-stream is an active statement to PostgreSQL, and only transaction_timeout ends it.
# Of:      server PostgreSQL 18.4, pg-query-stream 4.17.0, pg 8.23.1
# Guess:   the session is "idle in transaction" between two batches, so idle_in_transaction_session_timeout ends it;
#          statement_timeout counts the server's own work. On second thought, before the run, it might show as active;
#          that statement_timeout does not end it was not foreseen.
# Happens: PostgreSQL 18.4, pg-query-stream 4.17.0, a reader that stops after 50 of 300 rows, each limit 500 ms: after
#          2 s the session is active, waits for ClientRead and keeps its snapshot under each limit but
#          transaction_timeout, inside BEGIN or not. When the reader goes on all rows come; under statement_timeout
#          57014 comes, though the server worked for some ms.
# Hurts:   exports to a slow or lost client: the connection and the snapshot stay with the stream, and the limit that is
#          set against such sessions passes them by; monitoring shows a busy server. Where the readers are slow,
#          statement_timeout fails streams of quick statements.
# So:      transaction_timeout (17 and later), and destroy the stream when its reader is gone.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/postgres.sh"
npm_install pg@8.23.1 pg-query-stream@4.17.0
start_postgres autovacuum=off
run_js <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import QueryStream from 'pg-query-stream';

const admin = new pg.Pool();
const look = `SELECT state, wait_event, backend_xmin IS NOT NULL AS snapshot FROM pg_stat_activity
               WHERE application_name = $1`;
const halfRead = async (limit, before = []) => {
  const name = [...before, limit].join(', ');
  const client = new pg.Client({ options: `-c ${limit}=500`, application_name: name });
  client.on('error', () => {});
  await client.connect();
  for (const sql of before) await client.query(sql);
  const stream = client.query(new QueryStream('SELECT * FROM generate_series(1, 300)', [], { batchSize: 100 }));
  let rows = 0;
  const end = new Promise((resolve) => {
    stream.on('end', () => resolve(`${rows} rows`)).on('error', ({ code }) => resolve(code));
  });
  stream.on('data', () => (rows += 1) === 50 && stream.pause());
  await sleep(2000);
  const [session] = (await admin.query(look, [name])).rows;
  if (!session) return `${name}: gone`;
  const { state, wait_event, snapshot } = session;
  stream.resume();
  return `${name}: ${state}, ${wait_event}, ${snapshot ? 'snapshot' : 'no snapshot'}; then ${await end}`;
};
const seen = [
  halfRead('idle_in_transaction_session_timeout'),
  halfRead('idle_in_transaction_session_timeout', ['BEGIN']),
  halfRead('idle_session_timeout'),
  halfRead('statement_timeout'),
  halfRead('transaction_timeout'),
];
for (const line of await Promise.all(seen)) console.log(line);
process.exit();
JS
expect '^idle_in_transaction_session_timeout: active, ClientRead, snapshot; then 300 rows$' \
  '^BEGIN, idle_in_transaction_session_timeout: active, ClientRead, snapshot; then 300 rows$' \
  '^idle_session_timeout: active, ClientRead, snapshot; then 300 rows$' \
  '^statement_timeout: active, ClientRead, snapshot; then 57014$' \
  '^transaction_timeout: gone$'
holds 'PostgreSQL 18.4 takes a half-read stream for an active statement'
