#!/usr/bin/env bash
# PostgreSQL adds the time of a transaction to pg_stat_database only when the transaction ends: a leaked one idles for free.
# Of:      server PostgreSQL 18.4, pg 8.23.1
# Guess:   idle_in_transaction_time grows with the clock while a session is idle in a transaction, as session_time does.
# Happens: PostgreSQL 18.4: a session that has been idle in a transaction for 4 s has added 0 ms to
#          idle_in_transaction_time, also when it sends statements in between; with the COMMIT all of it is added at once.
# Hurts:   who alerts on the rate of idle_in_transaction_time, or computes the mean busy connections from it: a transaction
#          that is never ended, which is what a leak looks like, does not exist there; a long one comes as a jump.
# So:      take the ages from pg_stat_activity (now() - state_change), and the counter only for transactions that end.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/postgres.sh"
npm_install pg@8.23.1
start_postgres autovacuum=off
run_js <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const reader = new pg.Client({ database: 'template1' });
const holder = new pg.Client();
await reader.connect();
await holder.connect();
const read = async () => {
  const counters = `SELECT idle_in_transaction_time AS counted FROM pg_stat_database WHERE datname = 'postgres'`;
  const sessions = `SELECT extract(epoch FROM now() - xact_start) * 1000 AS open FROM pg_stat_activity
    WHERE datname = 'postgres' AND state = 'idle in transaction'`;
  const [{ rows: [{ counted }] }, { rows: [session] }] = [await reader.query(counters), await reader.query(sessions)];
  return { counted: Math.round(counted), open: Math.round(session?.open ?? 0) };
};
const round = (ms) => (ms < 500 ? '0 s' : `${Math.round(ms / 1000)} s`);
const say = async (when) => {
  const { counted, open } = await read();
  console.log(`${when}: pg_stat_activity says open for ${round(open)}, idle_in_transaction_time ${round(counted)}`);
};

await holder.query('CREATE TABLE shelf (i int)');
await holder.query('BEGIN');
await holder.query('INSERT INTO shelf VALUES (1)');
await sleep(2000);
await say('after 2 s');
await holder.query('SELECT count(*) FROM shelf');
await sleep(2000);
await say('2 s after another statement');
await holder.query('COMMIT');
await sleep(1500);
await say('after the COMMIT');
process.exit();
JS
expect '^after 2 s: pg_stat_activity says open for 2 s, idle_in_transaction_time 0 s$' \
  '^2 s after another statement: pg_stat_activity says open for 4 s, idle_in_transaction_time 0 s$' \
  '^after the COMMIT: pg_stat_activity says open for 0 s, idle_in_transaction_time 4 s$'
holds 'a transaction that is held open adds nothing to idle_in_transaction_time until it ends'
