#!/usr/bin/env bash
# PostgreSQL logs "connection authorized" for logins that it refuses because their role or the server is full.
# Of:      server PostgreSQL 18.4, pg 8.23.1
# Guess:   a line "connection authorized" is a session that got in.
# Happens: PostgreSQL 18.4, log_connections=all, a role with CONNECTION LIMIT 2 that tries 5 times: 5 lines "connection
#          authenticated", 5 "connection authorized", 3 times FATAL "too many connections for role". The same where only
#          reserved slots are left. Only "connection ready", new in 18 with setup_durations, counts the sessions: 2. A
#          login that finds no slot at all has none of these lines, only "connection received" and FATAL.
# Hurts:   who counts logins or churn from the log, as reports do: a pool that is refused and tries again looks like
#          many short sessions, most when the server is full.
# So:      log_connections = 'setup_durations' from 18 on; before, take off the lines with SQLSTATE 53300.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/postgres.sh"
npm_install pg@8.23.1
start_postgres log_connections=all max_connections=8 superuser_reserved_connections=3
LOG=$work/postgres.log run_js <<'JS'
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const admin = new pg.Client();
await admin.connect();
await admin.query('CREATE ROLE clerk LOGIN CONNECTION LIMIT 2');
await admin.query('CREATE ROLE shop LOGIN');
const open = [];
let read = 0;
async function tries(user, count) {
  let refused = 0;
  for (let i = 0; i < count; i += 1) {
    const client = new pg.Client({ user });
    client.on('error', () => {});
    await client.connect().then(() => open.push(client), () => (refused += 1));
  }
  await sleep(300);
  const log = readFileSync(process.env.LOG, 'utf8');
  const lines = log.slice(read).split('\n');
  read = log.length;
  const say = (text) => `${text} ${lines.filter((line) => line.includes(`connection ${text}:`)).length}`;
  console.log(`${user}: ${count - refused} of ${count} let in; ${['received', 'authorized', 'ready'].map(say).join(', ')}`);
}
read = readFileSync(process.env.LOG, 'utf8').length;
await tries('clerk', 5);
await tries('shop', 4);
process.exit();
JS
expect '^clerk: 2 of 5 let in; received 5, authorized 5, ready 2$' '^shop: 2 of 4 let in; received 4, authorized 4, ready 2$'
holds 'refused logins are logged as authorized'
