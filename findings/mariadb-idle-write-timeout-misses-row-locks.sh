#!/usr/bin/env bash
# MariaDB's idle_write_transaction_timeout leaves transactions alone that hold row locks by SELECT ... FOR UPDATE.
# Of:      server MariaDB 10.11, mysql2 3.24.6
# Guess:   a transaction that has locked rows FOR UPDATE is a writing one and is ended when it idles too long.
# Happens: MariaDB 10.11 counts a transaction as writing once a row has changed. After SELECT ... FOR UPDATE, or an
#          UPDATE that matches no row, the session idles on past the limit with its locks;
#          idle_readonly_transaction_timeout is the one that ends it.
# Hurts:   who sets only the write limit so that forgotten transactions cannot block others: the leaked connection that
#          locked a row first and never came to write blocks every writer of that row.
# So:      set idle_transaction_timeout, which covers both kinds.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/mariadb.sh"
npm_install mysql2@3.24.6
start_mariadb --performance-schema=OFF
run_js <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import mysql from 'mysql2/promise';
import login from './login.mjs';

const other = await mysql.createConnection(login);
await other.query('CREATE TABLE stock (id INT PRIMARY KEY, n INT) ENGINE=InnoDB');
await other.query('INSERT INTO stock VALUES (1, 5)');
await other.query('SET innodb_lock_wait_timeout = 1');

async function idles(limit, statement) {
  const session = await mysql.createConnection(login);
  session.on('error', () => {});
  await session.query(`SET ${limit} = 1`);
  await session.query('BEGIN');
  await session.query(statement);
  await sleep(2200);
  const lock = await other.query('UPDATE stock SET n = n WHERE id = 1').then(() => 'free', (error) => error.code);
  const alive = await session.query('SELECT 1').then(() => 'goes on', () => 'was ended');
  session.destroy();
  await sleep(200);
  console.log(`${limit} 1 s, ${statement}: the session ${alive}, the row is ${lock}`);
}

for (const limit of ['idle_write_transaction_timeout', 'idle_readonly_transaction_timeout', 'idle_transaction_timeout']) {
  await idles(limit, 'SELECT n FROM stock WHERE id = 1 FOR UPDATE');
}
await idles('idle_write_transaction_timeout', 'UPDATE stock SET n = n + 1 WHERE id = 1');
await other.end();
JS
expect '^idle_write.* FOR UPDATE: the session goes on, the row is ER_LOCK_WAIT_TIMEOUT$' \
  '^idle_readonly.* FOR UPDATE: the session was ended, the row is free$' \
  '^idle_transaction.* FOR UPDATE: the session was ended' \
  '^idle_write.*UPDATE stock .*: the session was ended, the row is free$'
holds "idle_write_transaction_timeout does not end a transaction that only locked rows"
