#!/usr/bin/env bash
# Where a proxy closes connections before the login, postgres.js connects again and again without a pause, and never
# answers.
# Of:      library postgres 3.4.9, HAProxy 2.6.12, pg 8.23.1
# Guess:   the query fails with CONNECTION_CLOSED, or at connect_timeout at the latest; attempts have the pauses of
#          `backoff`.
# Happens: HAProxy with its only server down (or with a full queue) takes each connection and closes it. One query of a
#          pool of 1 with connect_timeout: 2 has no answer after 4 s, and HAProxy has seen hundreds of connections. pg
#          makes one attempt and fails. With a refused or reset connection, or an error of the server, postgres.js fails
#          at once.
# Hurts:   an outage behind a proxy: each connection of each process tries some hundred times a second, requests wait
#          without a limit, and no error is logged; when the server is back it meets all of them at once.
# So:      a limit of one's own around queries (Promise.race); let the proxy stop listening while no server is up.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
npm_install postgres@3.4.9 pg@8.23.1
debian_unpack '2.6.12-*' haproxy liblua5.3-0 libopentracing-c-wrapper0 libopentracing1 libsystemd0 libpcre2-8-0
PROXY_PORT=$(free_port)
STATS_PORT=$(free_port)
export PROXY_PORT STATS_PORT
cat >"$work/haproxy.cfg" <<CFG
global
  stats socket ipv4@127.0.0.1:$STATS_PORT
defaults
  mode tcp
  timeout connect 1s
  timeout client 1m
  timeout server 1m
listen postgres
  bind 127.0.0.1:$PROXY_PORT
  server one 127.0.0.1:1 disabled
CFG
serve "$work/haproxy.log" env "LD_LIBRARY_PATH=$library_path" "$root/usr/sbin/haproxy" -db -f "$work/haproxy.cfg"
port_open "$STATS_PORT" || cannot "HAProxy does not start: $(tail -n 1 "$work/haproxy.log")"
run_js <<'JS'
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import postgres from 'postgres';

async function seen() {
  const socket = connect(Number(process.env.STATS_PORT), '127.0.0.1');
  socket.end('show stat\n');
  const [head, ...rows] = (await text(socket)).split('\n').map((line) => line.split(','));
  const front = rows.find(([proxy, name]) => proxy === 'postgres' && name === 'FRONTEND');
  return Number(front[head.indexOf('stot')]);
}
const where = { host: '127.0.0.1', port: Number(process.env.PROXY_PORT), user: 'app', database: 'app', max: 1 };
async function ask(name, query) {
  const before = await seen();
  const answer = query().then(() => 'served', ({ code, message }) => code ?? message);
  const outcome = await Promise.race([answer, sleep(4000, 'no answer after 4 s')]);
  const attempts = (await seen()) - before;
  console.log(`${name}: ${outcome}, ${attempts < 100 ? attempts : 'over a hundred'} connections`);
}
await ask('pg', () => new pg.Pool(where).query('SELECT 1'));
await ask('postgres.js', () => postgres({ ...where, connect_timeout: 2 })`SELECT 1`);
process.exit();
JS
expect '^pg: Connection terminated unexpectedly, 1 connections$' '^postgres.js: no answer after 4 s, over a hundred connections$'
holds 'postgres.js reconnects without a pause where connections are closed before the login'
