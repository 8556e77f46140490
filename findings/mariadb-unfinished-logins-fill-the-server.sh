#!/usr/bin/env bash
# Connections that never log in take all slots of MariaDB, that of administrators too, for connect_timeout each.
# Of:      server MariaDB 10.11, mysql2 3.24.6
# Guess:   a slot of max_connections is taken once a user has logged in, and an administrator always finds one more.
# Happens: MariaDB 10.11, max_connections 10: 11 TCP connections that say nothing, and everybody gets 1040, users with
#          all privileges included, until connect_timeout (10 s) ends them. They are in Threads_connected and are
#          `unauthenticated user` in the process list.
# Hurts:   who opens many connections at once, as at a roll-out, from far away, with TLS or through a slow
#          authentication; and who has health checks that keep a connection open and say nothing.
# So:      lower connect_timeout, limit who reaches the port, and set extra_port, whose slots are apart.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/mariadb.sh"
npm_install mysql2@3.24.6
EXTRA_PORT=$(free_port)
export EXTRA_PORT
start_mariadb --max-connections=10 "--extra-port=$EXTRA_PORT"
run_js <<'JS'
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import mysql from 'mysql2/promise';
import login from './login.mjs';

const admin = await mysql.createConnection({ ...login, port: Number(process.env.EXTRA_PORT) });
await admin.query("CREATE USER clerk@'%'");
const tried = (options) => mysql.createConnection(options).then((one) => (one.destroy(), 'let in'), (error) => error.code);
const who = async (when) => {
  console.log(`clerk ${when}: ${await tried({ host: login.host, port: login.port, user: 'clerk' })}`);
  console.log(`administrator ${when}: ${await tried(login)}`);
};
await who('before');
await sleep(500);
// One more than there are slots for everybody.
const silent = Array.from({ length: 11 }, () => connect(login.port, login.host).on('error', () => {}));
const ended = Promise.all(silent.map((socket) => new Promise((resolve) => socket.on('close', resolve))));
await Promise.all(silent.map((socket) => once(socket, 'data')));
await who('beside 11 that say nothing');
const [[{ Value }]] = await admin.query("SHOW GLOBAL STATUS LIKE 'Threads_connected'");
const [[{ n }]] = await admin.query("SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST WHERE USER = 'unauthenticated user'");
console.log(`Threads_connected: ${Value}, of them unauthenticated: ${n}`);
await ended;
await sleep(500);
await who('after connect_timeout');
process.exit();
JS
expect '^administrator before: let in$' '^clerk beside 11 that say nothing: ER_CON_COUNT_ERROR$' \
  '^administrator beside 11 that say nothing: ER_CON_COUNT_ERROR$' '^administrator after connect_timeout: let in$' \
  'unauthenticated: 11$'
holds 'connections that never log in take every slot'
