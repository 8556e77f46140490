#!/usr/bin/env bash
# INNODB_TRX of MariaDB shows a list that is frozen for as long as anybody reads it at least every 100 ms.
# Of:      server MariaDB 10.11, mysql2 3.24.6
# Guess:   none: known to the project's tests before the first run, from MySQL.
# Happens: MariaDB 10.11, four readers in turn, one of them every 40 ms: a transaction that begins is not listed in the
#          1.3 s that they read on, and one that commits stays listed as long. After 0.2 s without a reader the list is
#          right. That each reader for itself pauses for 160 ms does not help.
# Hurts:   who samples open transactions often, to find long ones or to measure how long a connection is held; two
#          monitors with decent pauses are enough to freeze the list for each other, and a transaction that is long gone
#          looks like one that blocks the server.
# So:      read it every 0.2 s at most, and from one place; or read performance_schema.events_transactions_current.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/mariadb.sh"
npm_install mysql2@3.24.6
start_mariadb
run_js <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import mysql from 'mysql2/promise';
import login from './login.mjs';

const connect = () => mysql.createConnection(login);
const readers = [await connect(), await connect(), await connect(), await connect()];
const writer = await connect();
const { threadId } = writer;
await writer.query('CREATE TABLE paid (id INT) ENGINE = InnoDB');
const listed = async (reader) => {
  const [rows] = await reader.query('SELECT trx_mysql_thread_id AS id FROM information_schema.INNODB_TRX');
  return rows.some(({ id }) => Number(id) === threadId) ? 'listed' : 'not listed';
};
/** Reads for a second and a half, each time by the next reader; true if no gap was as long as what would thaw it. */
const readOn = async (change) => {
  const seen = new Set();
  let widest = 0;
  let last = performance.now();
  await listed(readers[0]);
  for (let i = 0; i < 40; i += 1) {
    if (i === 5) await change();
    const now = performance.now();
    seen.add(await listed(readers[i % 4]));
    widest = Math.max(widest, performance.now() - last);
    last = performance.now();
    await sleep(35);
  }
  return { seen: [...seen].join(', then '), isDense: widest < 95 };
};
const show = async (name, before, change) => {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await before();
    await sleep(200);
    const { seen, isDense } = await readOn(change);
    await sleep(200);
    const later = await listed(readers[0]);
    if (!isDense) continue;
    console.log(`${name}: ${seen}; after 0.2 s without a reader: ${later}`);
    return;
  }
};
const begin = async () => {
  await writer.query('BEGIN');
  await writer.query('INSERT INTO paid VALUES (1)');
};
const commit = () => writer.query('COMMIT');
await show('a transaction that begins', commit, begin);
await commit();
await show('a transaction that commits', begin, commit);
process.exit();
JS
expect '^a transaction that begins: not listed; after 0\.2 s without a reader: listed$' \
  '^a transaction that commits: listed; after 0\.2 s without a reader: not listed$'
holds 'readers of INNODB_TRX freeze it for each other'
