#!/usr/bin/env bash
# MAX_USER_CONNECTIONS of MariaDB does not count the sessions that were there before the account had a limit.
# Of:      server MariaDB 10.11, mysql2 3.24.6
# Guess:   with 8 sessions of an account and a new limit of 5, nobody more gets in until enough have left.
# Happens: MariaDB 10.11 (MySQL 9.7 too): 5 more get in beside the 8. They count once the account has a limit when they
#          log in: lowered from 8 to 5 beside 8 sessions, nobody more gets in, not even when 2 of them have left. And a
#          limit of 0 is none, where PostgreSQL's CONNECTION LIMIT 0 refuses everybody.
# Hurts:   who sets the first limits on a running system, or in an outage: pools keep their sessions for hours.
# So:      set the limit, then restart the services one after the other.
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

const admin = await mysql.createConnection(login);
await admin.query("CREATE USER clerk@'%'");
const limit = (count) => admin.query(`ALTER USER clerk@'%' WITH MAX_USER_CONNECTIONS ${count}`);
const open = async (atMost) => {
  const sessions = [];
  try {
    while (sessions.length < atMost) {
      sessions.push(await mysql.createConnection({ host: login.host, port: login.port, user: 'clerk' }));
    }
  } catch (error) {
    if (error.errno !== 1226) throw error;
  }
  return sessions;
};
const close = async (sessions) => {
  await Promise.all(sessions.map((session) => session.end()));
  await sleep(500);
};

const first = await open(8);
await limit(5);
const more = await open(20);
console.log(`without a limit ${first.length}, then with a limit of 5: ${more.length} more`);
await close([...first, ...more]);

await limit(8);
const eight = await open(20);
await limit(5);
console.log(`with a limit of 8 ${eight.length}, then with a limit of 5: ${(await open(20)).length} more`);
await close(eight.splice(0, 2));
console.log(`after 2 of them have left: ${(await open(20)).length} more`);
await close(eight);

await limit(0);
console.log(`with a limit of 0: ${(await open(20)).length} of 20`);
process.exit();
JS
expect '^without a limit 8, then with a limit of 5: 5 more$' '^with a limit of 8 8, then with a limit of 5: 0 more$' \
  '^after 2 of them have left: 0 more$' '^with a limit of 0: 20 of 20$'
holds 'a first limit of an account does not count the sessions that are there'
