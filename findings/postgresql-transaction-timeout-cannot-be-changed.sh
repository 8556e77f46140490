#!/usr/bin/env bash
# PostgreSQL: once a transaction has a transaction_timeout, SET LOCAL neither lengthens nor shortens it; SHOW says it did.
# Of:      server PostgreSQL 18.4, pg 8.23.1
# Guess:   a new value in the transaction counts at once, as that of statement_timeout does for the next statement. (Made
#          without a look at profiles/servers/postgres.yaml, which knew it.)
# Happens: PostgreSQL 18.4: with 1 s from the session, "SET LOCAL transaction_timeout = '5s'" as the first statement
#          leaves the end at 1 s (25P04); with 5 s, "= '1s'" leaves it at 5 s. SHOW has the new value each time. Only 0
#          ends the limit, and what is set after it counts from there.
# Hurts:   pools with a limit for all and longer jobs that raise it for their transaction: the connection is closed in
#          the middle all the same. Who lowers it for a request has no shorter limit.
# So:      SET before BEGIN; inside, SET LOCAL to 0 and then to the new value.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/postgres.sh"
npm_install pg@8.23.1
start_postgres autovacuum=off
run_js <<'JS'
import pg from 'pg';

const connect = async (timeout) => {
  const client = new pg.Client({ options: `-c transaction_timeout=${timeout}` });
  client.on('error', () => {});
  await client.connect();
  return client;
};
const transaction = async (session, settings, seconds) => {
  const client = await connect(session);
  await client.query('BEGIN');
  for (const value of settings) await client.query(`SET LOCAL transaction_timeout = '${value}'`);
  const { rows } = await client.query('SHOW transaction_timeout');
  const end = await client.query(`SELECT pg_sleep(${seconds})`).then(() => 'ends well', (error) => error.code);
  await client.end().catch(() => {});
  const set = ['BEGIN', ...settings.map((value) => `SET LOCAL ${value}`)].join(', ');
  return `session ${session}, ${set}; SHOW ${rows[0].transaction_timeout}: ${seconds} s ${end}`;
};
const seen = await Promise.all([
  transaction('1s', ['5s'], 2),
  transaction('5s', ['1s'], 2),
  transaction('1s', ['0'], 2),
  transaction('1s', ['0', '5s'], 2),
]);
for (const line of seen) console.log(line);
process.exit();
JS
expect '^session 1s, BEGIN, SET LOCAL 5s; SHOW 5s: 2 s 25P04$' \
  '^session 5s, BEGIN, SET LOCAL 1s; SHOW 1s: 2 s ends well$' \
  '^session 1s, BEGIN, SET LOCAL 0; SHOW 0: 2 s ends well$' \
  '^session 1s, BEGIN, SET LOCAL 0, SET LOCAL 5s; SHOW 5s: 2 s ends well$'
holds 'PostgreSQL 18.4 keeps the first transaction_timeout of a transaction'
