#!/usr/bin/env bash
# A role at its CONNECTION LIMIT still fills the server: each login that will be refused takes a slot until it is.
# Of:      server PostgreSQL 18.4, pg 8.23.1
# Guess:   a role with CONNECTION LIMIT 5 takes 5 slots of max_connections, however often it tries.
# Happens: PostgreSQL 18.4, max_connections 20, role culprit with CONNECTION LIMIT 5: it never has more than 5 sessions.
#          But while 50 of its clients try again and again, another role without a session gets 53300 for most of its
#          logins: "sorry, too many clients already", or only reserved slots are left. The slots that refused logins
#          take are the attempts a second times the time of a login, with its round trips to the client (SCRAM).
#          MySQL 9.7 and MariaDB 10.11 do the same with 1040.
# Hurts:   who relies on limits of roles alone to keep one service's retries from the others.
# So:      keep slots free beside the limits, let pools wait between attempts (backoff), or put a pooler in front, where
#          the culprit waits in a queue.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/postgres.sh"
npm_install pg@8.23.1
start_postgres max_connections=20
printf 'host all %s 127.0.0.1/32 %s\n' postgres trust all scram-sha-256 >"$work/pgdata/pg_hba.conf"
run_js <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const open = async (user) => {
  const client = new pg.Client({ user, password: 'word' });
  client.on('error', () => {});
  await client.connect();
  return client;
};
const admin = await open('postgres');
await admin.query('SELECT pg_reload_conf()');
await admin.query("CREATE ROLE culprit LOGIN PASSWORD 'word' CONNECTION LIMIT 5");
await admin.query("CREATE ROLE other LOGIN PASSWORD 'word'");

let isOver = false;
const workers = Array.from({ length: 50 }, async () => {
  while (!isOver) await open('culprit').then(async (client) => (await sleep(200), client.end()), () => {});
});
await sleep(500);
let most = 0;
let refused = 0;
for (let login = 0; login < 40; login += 1) {
  const { rows } = await admin.query("SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = 'culprit'");
  most = Math.max(most, rows[0].n);
  await open('other').then((client) => client.end(), (error) => (refused += Number(error.code === '53300')));
  await sleep(20);
}
isOver = true;
await Promise.all(workers);
console.log(`sessions of the culprit: never more than ${most}`);
console.log(`logins of the other role: ${refused} of 40 refused with 53300`);
console.log(`many are refused: ${refused >= 10}`);
process.exit();
JS
expect '^sessions of the culprit: never more than 5$' '^many are refused: true$'
holds 'logins that a limit of a role refuses fill the server for other roles'
