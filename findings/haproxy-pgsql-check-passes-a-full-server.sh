#!/usr/bin/env bash
# HAProxy's pgsql-check says UP of a PostgreSQL that refuses every login, and DOWN when the reserved slots are gone too.
# Of:      pooler HAProxy 2.6.12, PostgreSQL 18.4, pg 8.23.1
# Guess:   the check logs in as its user, so that a server that refuses every ordinary login is DOWN. On second thought, before the run, UP seemed as likely.
# Happens: HAProxy 2.6.12, PostgreSQL 18.4 with 8 connections, 3 of them reserved: with 5 in use the server stays UP and
#          each new client gets 53300. With the 3 others taken by superusers it is DOWN, and a new client gets a closed
#          connection without a word of PostgreSQL; sessions that are open go on. The check is content with
#          the answer to the login, which PostgreSQL sends before it looks whether the last slots are reserved.
# Hurts:   who spreads readers over replicas: the full one keeps its share of the logins, all in vain; and when an
#          administrator logs in to look, the error changes from "too many" to "connection lost".
# So:      leave the pools fewer connections than the server has; a check by SQL is option external-check.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/postgres.sh"
npm_install pg@8.23.1
start_postgres autovacuum=off max_connections=8 superuser_reserved_connections=3 max_wal_senders=0
debian_unpack '2.6.12-*' haproxy liblua5.3-0 libopentracing-c-wrapper0 libopentracing1 libsystemd0 libpcre2-8-0
PROXY_PORT=$(free_port)
STATS_PORT=$(free_port)
export PROXY_PORT STATS_PORT
printf '%s\n' defaults 'timeout connect 2s' 'timeout client 30s' 'timeout server 30s' \
  'listen pg' 'mode tcp' "bind 127.0.0.1:$PROXY_PORT" 'option pgsql-check user clerk' \
  "server db 127.0.0.1:$PGPORT check inter 200 fall 2 rise 1" \
  'listen stats' 'mode http' "bind 127.0.0.1:$STATS_PORT" 'stats uri /' >"$work/haproxy.cfg"
serve "$work/haproxy.log" env "LD_LIBRARY_PATH=$library_path" "$root/usr/sbin/haproxy" -db -f "$work/haproxy.cfg"
port_open "$PROXY_PORT" || cannot "HAProxy does not start: $(tail -n 1 "$work/haproxy.log")"
echo "HAProxy $debian_version"
run_js <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const connect = async (options) => {
  const client = new pg.Client(options);
  client.on('error', () => {});
  await client.connect();
  return client;
};
/** What the proxy's own statistics say of the server, when several checks have passed. */
const verdict = async () => {
  await sleep(2000);
  const table = await (await fetch(`http://127.0.0.1:${process.env.STATS_PORT}/;csv`)).text();
  const [names, ...rows] = table.split('\n').map((line) => line.split(','));
  return rows.find(([proxy, server]) => proxy === 'pg' && server === 'db')[names.indexOf('status')];
};
const asClerk = { user: 'clerk', port: Number(process.env.PROXY_PORT) };
const newcomer = () => connect(asClerk).then(() => 'is let in', ({ code, message }) => code ?? message);

const admin = await connect();
await admin.query('CREATE ROLE clerk LOGIN');
const clerks = [];
while (clerks.length < 4) {
  const client = await connect(asClerk).catch(() => sleep(200));
  if (client) clerks.push(client);
}
console.log(`5 of 8 in use: ${await verdict()}, a newcomer: ${await newcomer()}`);
for (let i = 0; i < 3; i += 1) while (!(await connect().catch(() => sleep(50))));
console.log(`8 of 8 in use: ${await verdict()}, a newcomer: ${await newcomer()}`);
console.log(`an open session: ${(await clerks[0].query("SELECT 'goes on' AS says")).rows[0].says}`);
process.exit();
JS
expect '^5 of 8 in use: UP, a newcomer: 53300$' \
  '^8 of 8 in use: DOWN, a newcomer: Connection terminated unexpectedly$' \
  '^an open session: goes on$'
holds "HAProxy 2.6.12 says UP of a PostgreSQL that refuses every ordinary login"
