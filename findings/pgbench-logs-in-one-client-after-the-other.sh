#!/usr/bin/env bash
# pgbench -C logs in one client after the other of a thread, and all others of that thread stand still meanwhile.
# Of:      tool pgbench 15, PostgreSQL 18.4
# Guess:   with -C and 10 clients, each logs in and asks on its own: with logins of 0.2 s there are some 45 transactions
#          a second.
# Happens: pgbench 15.x (Debian's postgresql-15) with -C -c 10, where a login takes 0.2 s: fewer than 6 transactions a
#          second, "latency average" of some 2 s for SELECT 1, which takes a millisecond. The same with -j 10: some 45 a
#          second. The default is -j 1, and a thread does nothing else while one of its clients connects.
# Hurts:   who measures what a pool is worth against "a connection for each request", far from the server or with TLS:
#          the figure without a pool is too bad by the number of clients per thread.
# So:      -C with -j equal to -c.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/postgres.sh"
start_postgres
debian_unpack '15.*' postgresql-15 libpq5
FAR_PORT=$(free_port)
export FAR_PORT
# Each connection waits 0.2 s before it goes on to the server.
cat >"$work/far.mjs" <<'JS'
import { connect, createServer } from 'node:net';

createServer((client) => {
  client.pause().on('error', () => {});
  setTimeout(() => {
    const server = connect(Number(process.env.PGPORT), '127.0.0.1').on('error', () => client.destroy());
    client.pipe(server).pipe(client);
  }, 200);
}).listen(Number(process.env.FAR_PORT), '127.0.0.1');
JS
node "$work/far.mjs" &
pids+=($!)
port_open "$FAR_PORT" || cannot "the proxy does not start"
echo 'SELECT 1;' >"$work/one.sql"
bench() {
  echo "$*: $(LD_LIBRARY_PATH=$library_path PGPORT=$FAR_PORT timeout 20 "$root/usr/lib/postgresql/15/bin/pgbench" \
    -n -C -c 10 -T 3 -f "$work/one.sql" "$@" postgres 2>/dev/null | sed -nE 's/^(latency average = [0-9]+|tps = [0-9]+).*/\1/p' | xargs)"
}
{ bench -j 1; bench -j 10; } | tee "$work/seen"
expect '^-j 1: latency average = [12][0-9]{3} tps = [3-6]$' '^-j 10: latency average = [2-4][0-9]{2} tps = [2-5][0-9]$'
holds 'pgbench -C lets all clients of a thread wait for each login'
