#!/usr/bin/env bash
# pg-mem's stand-in for pg answers ROLLBACK with ROLLBACK and keeps what the transaction wrote.
# Of:      server pg-mem 3.0.14, pg 8.23.1
# Guess:   a transaction of one client can be rolled back; two at once may not be kept apart well.
# Happens: pg-mem 3.0.14, createPg(): BEGIN, INSERT, ROLLBACK by one client leave the row. The same statements
#          in one text, given to pg-mem itself, are rolled back. "max: 1" lends two clients at once.
# Hurts:   tests of code that takes a client from a pool for a transaction: a forgotten ROLLBACK and a right one leave
#          the same rows, a leak is never noticed, and a test that checks the rollback fails for no reason.
# So:      test transactions and pools on a real server; PGlite or embedded-postgres need no more than npm.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
npm_install pg-mem@3.0.14 pg@8.23.1
run_js <<'JS'
import { newDb } from 'pg-mem';

const db = newDb();
db.public.none('CREATE TABLE orders (who text)');
const { Pool } = db.adapters.createPg();
const pool = new Pool({ max: 1 });
const client = await pool.connect();
await client.query('BEGIN');
await client.query("INSERT INTO orders VALUES ('one')");
console.log(`ROLLBACK of a client answers ${(await client.query('ROLLBACK')).command}`);
console.log(`rows after it: ${(await client.query('SELECT * FROM orders')).rows.length}`);
const second = await Promise.race([pool.connect().then(() => 'lent'), new Promise((end) => setTimeout(end, 500, 'waits'))]);
console.log(`second client of max 1: ${second}`);

const direct = newDb();
direct.public.none('CREATE TABLE orders (who text)');
direct.public.none("BEGIN; INSERT INTO orders VALUES ('one'); ROLLBACK;");
console.log(`rows after the same in one text: ${direct.public.many('SELECT * FROM orders').length}`);
process.exit();
JS
expect '^ROLLBACK of a client answers ROLLBACK$' \
  '^rows after it: 1$' \
  '^second client of max 1: lent$' \
  '^rows after the same in one text: 0$'
holds 'pg-mem 3.0.14 keeps the rows that a client rolled back'
