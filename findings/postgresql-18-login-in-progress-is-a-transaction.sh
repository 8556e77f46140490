#!/usr/bin/env bash
# On PostgreSQL 18 a client that is still asked for its password is in pg_stat_activity as a transaction that grows older.
# Of:      server PostgreSQL 18.4, pg 8.23.1
# Guess:   a login that is not done has no transaction, as it has no user and no database there.
# Happens: PostgreSQL 18.4: a client that leaves the question for its password unanswered for 3 s is a "client backend" in
#          state "starting", without user and database, and with xact_start set: max(now() - xact_start) is 3 s, while no
#          session has begun anything. It goes on until authentication_timeout, 60 s.
# Hurts:   who alerts on the oldest transaction (max_tx_duration of postgres_exporter and the like): slow logins, as with
#          IAM tokens or LDAP, and connections that a port scanner opens, are long transactions of nobody.
# So:      leave out state = 'starting' where transactions are counted.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/postgres.sh"
npm_install pg@8.23.1
printf '%s\n' 'host all postgres 127.0.0.1/32 trust' 'host all app 127.0.0.1/32 scram-sha-256' >"$work/hba"
start_postgres autovacuum=off "hba_file=$work/hba"
run_js <<'JS'
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const reader = new pg.Client();
await reader.connect();
await reader.query(`CREATE ROLE app LOGIN PASSWORD 'x'`);
const say = async (when) => {
  const { rows } = await reader.query(`SELECT backend_type, state, usename, datname,
      round(extract(epoch FROM now() - xact_start))::int AS seconds
    FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`);
  const told = rows.map((row) => `${row.state}, user ${row.usename}, database ${row.datname}, transaction of ${row.seconds} s`);
  console.log(`${when}: ${told.join('; ') || 'nobody'}`);
};

await say('before');
const socket = connect(Number(process.env.PGPORT), '127.0.0.1');
const body = Buffer.from('\0\x03\0\0user\0app\0database\0postgres\0\0', 'latin1');
const length = Buffer.alloc(4);
length.writeInt32BE(body.length + 4);
socket.write(Buffer.concat([length, body]));
const [question] = await new Promise((resolve) => socket.once('data', (bytes) => resolve([bytes])));
console.log(`the server asks: message ${String.fromCharCode(question[0])}, ${question.subarray(9).toString('latin1').split('\0')[0]}`);
await sleep(3000);
await say('3 s without an answer');
socket.destroy();
process.exit();
JS
expect '^before: nobody$' \
  '^the server asks: message R, SCRAM-SHA-256' \
  '^3 s without an answer: starting, user null, database null, transaction of 3 s$'
holds 'a login in progress has an open transaction in pg_stat_activity'
