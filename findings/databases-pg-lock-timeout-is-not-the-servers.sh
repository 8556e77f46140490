#!/usr/bin/env bash
# The option acquireLockTimeoutMilliseconds of @databases/pg does not bound the wait for a lock of the database.
# Of:      library @databases/pg 6.1.0, PostgreSQL 18.4
# Guess:   acquireLockTimeoutMilliseconds is the server's lock_timeout: a row lock is waited for that long.
# Happens: @databases/pg 6.1.0 with 500: lock_timeout is 0 in its sessions, and an update waits 1.5 s for a row and
#          succeeds. The lock is the library's own, which lets one query at a time into a transaction: of two queries of
#          a transaction that are sent together, the second fails after 0.5 s, "Timed out waiting for lock after 500ms",
#          because the first takes 1 s, and the transaction is rolled back.
# Hurts:   who sets it so that a held row or a migration does not use up the pool: nothing ends such waits; and who
#          then sees lock time-outs looks for a lock in the database, where there is none.
# So:      set lock_timeout at the role or the database; await one query of a transaction before the next.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/postgres.sh"
npm_install @databases/pg@6.1.0
start_postgres
run_js <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import databases from '@databases/pg';

const { default: createPool, sql } = databases;
const db = createPool({
  connectionString: `postgres://postgres@127.0.0.1:${process.env.PGPORT}/postgres`,
  bigIntMode: 'string',
  acquireLockTimeoutMilliseconds: 500,
});
const timed = async (name, query) => {
  const start = performance.now();
  const end = await query.then(() => 'succeeds', (error) => `fails with "${error.message}"`);
  console.log(`${name}: ${end} after ${((performance.now() - start) / 1000).toFixed(1)} s`);
};
console.log(`lock_timeout: ${(await db.query(sql`SHOW lock_timeout`))[0].lock_timeout}`);
await db.query(sql`CREATE TABLE stock (item int, n int); INSERT INTO stock VALUES (1, 1)`);
const holder = db.tx(async (tx) => {
  await tx.query(sql`UPDATE stock SET n = 2`);
  await sleep(1700);
});
await sleep(200);
await timed('update of a row that is locked', db.query(sql`UPDATE stock SET n = 3`));
await holder;
await db
  .tx((tx) =>
    Promise.all([
      timed('first query of a transaction', tx.query(sql`SELECT pg_sleep(1)`)),
      tx.query(sql`UPDATE stock SET n = 4`),
    ]),
  )
  .catch((error) => console.log(`transaction: fails with "${error.message}"`));
console.log(`n is ${(await db.query(sql`SELECT n FROM stock`))[0].n}`);
await db.dispose();
JS
expect '^lock_timeout: 0$' \
  '^update of a row that is locked: succeeds after 1\.' \
  '^first query of a transaction: succeeds after 1\.' \
  '^transaction: fails with "Timed out waiting for lock after 500ms' \
  '^n is 3$'
holds 'acquireLockTimeoutMilliseconds of @databases/pg 6.1.0 leaves row locks alone'
