#!/usr/bin/env bash
# node-postgres takes a time limit with a unit for milliseconds: "?statement_timeout=30s" ends statements after 30 ms.
# Of:      library pg 8.23.1, PostgreSQL 18.4, postgres 3.4.9
# Guess:   "30s" is 30 s as everywhere in PostgreSQL, or an error. (That pg parses a number was remembered just before
#          the run.)
# Happens: pg 8.23.1: statement_timeout=30s in the connection string is 30 ms at the server, lock_timeout=5s 5 ms and
#          idle_in_transaction_session_timeout=10min 10 ms, and so is the same text in the options. By
#          "options=-c statement_timeout=30s" it is 30 s, and with postgres.js 3.4.9 too.
# Hurts:   who moves a limit from postgresql.conf, ALTER ROLE or postgres.js into the URL: quick statements pass the
#          tests, and under load whatever waits 30 ms for a lock or the disk fails with 57014. The types say number, but
#          a URL has no types.
# So:      plain milliseconds, or "options=-c ...".
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/postgres.sh"
npm_install pg@8.23.1 postgres@3.4.9
start_postgres autovacuum=off
run_js <<'JS'
import pg from 'pg';
import postgres from 'postgres';

const { PGHOST, PGPORT } = process.env;
const url = (query) => `postgres://postgres@${PGHOST}:${PGPORT}/postgres?${query}`;
const show = async (config, name) => {
  const client = new pg.Client(config);
  await client.connect();
  const { rows } = await client.query(`SHOW ${name}`);
  await client.end();
  return rows[0][name];
};
const settings = ['statement_timeout=30s', 'lock_timeout=5s', 'idle_in_transaction_session_timeout=10min'];
for (const setting of settings) {
  const [name, value] = setting.split('=');
  const seen = {
    'in the URL': await show({ connectionString: url(setting) }, name),
    'in the options': await show({ connectionString: url(''), [name]: value }, name),
    'by options=-c': await show({ connectionString: url(`options=${encodeURIComponent(`-c ${setting}`)}`) }, name),
  };
  console.log(`${setting}: ${Object.entries(seen).map((entry) => entry.join(' ')).join(', ')}`);
}
const [row] = await postgres(url('statement_timeout=30s'))`SHOW statement_timeout`;
console.log(`postgres.js, statement_timeout=30s: in the URL ${row.statement_timeout}`);
process.exit();
JS
expect '^statement_timeout=30s: in the URL 30ms, in the options 30ms, by options=-c 30s$' \
  '^lock_timeout=5s: in the URL 5ms, in the options 5ms, by options=-c 5s$' \
  '^idle_in_transaction_session_timeout=10min: in the URL 10ms, in the options 10ms, by options=-c 10min$' \
  '^postgres\.js, statement_timeout=30s: in the URL 30s$'
holds 'pg 8.23.1 takes statement_timeout=30s for 30 ms'
