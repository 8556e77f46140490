#!/usr/bin/env bash
# After one login in a moment without its only server, Pgpool-II serves nobody until somebody attaches the server again.
# Of:      pooler Pgpool-II 4.3.5, PostgreSQL 18.4, pg 8.23.1
# Guess:   clients are refused while the server is away, and served once it is back.
# Happens: Pgpool-II 4.3.5 with one server and its defaults: the server is away for 1 s, in which two clients come. Both are
#          refused; so are all that come 1, 3 and 5 s after the server is back, with XX000 ("unable to connect to
#          backend" to the client; "all backend nodes are down" in its log). The first refused connection detached the
#          server (failover_on_backend_error), and nothing attaches it but pcp_attach_node; the state is in a file
#          (pgpool_status) that outlives a restart. With failover_on_backend_error=off all are served at once. With no
#          login in that second they would be in both cases.
# Hurts:   who has Pgpool-II for its pooling in front of one server: a restart of that server of a second or two is an outage
#          until somebody comes, and pools that connect again at once make sure that some login falls into it.
# So:      failover_on_backend_error = off where there is one server.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/postgres.sh"
. "$here/lib/pgpool.sh"
npm_install pg@8.23.1
start_postgres
server=$PGPORT
door=$(free_port)
PGPORT=$door
start_pgpool
defaults=$PGPORT
PGPORT=$door
start_pgpool failover_on_backend_error=off
SERVER=$server DOOR=$door DEFAULTS=$defaults OFF=$PGPORT run_js <<'JS'
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** The port of the server as Pgpool-II sees it: nobody listens while it is away. */
const sockets = new Set();
const door = createServer((socket) => {
  const server = connect(Number(process.env.SERVER), process.env.PGHOST);
  for (const each of [socket, server]) {
    sockets.add(each);
    each.on('error', () => {}).on('close', () => [socket, server].forEach((both) => both.destroy()));
  }
  socket.pipe(server).pipe(socket);
});
const open = () => new Promise((ready) => door.listen(Number(process.env.DOOR), '127.0.0.1', ready));
const close = () => {
  for (const socket of sockets) socket.destroy();
  return new Promise((done) => door.close(done));
};
const ask = async (port) => {
  const client = new pg.Client({ port, connectionTimeoutMillis: 3000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('SELECT 1');
    return 'answered';
  } catch (error) {
    return `refused (${error.code ?? error.message})`;
  } finally {
    client.end().catch(() => {});
  }
};
const ports = { defaults: Number(process.env.DEFAULTS), off: Number(process.env.OFF) };
const say = async (when) => {
  const seen = await Promise.all(Object.entries(ports).map(async ([name, port]) => `${name} ${await ask(port)}`));
  console.log(`${when}: ${seen.join(', ')}`);
};
await open();
await say('before');
await close();
await say('away');
await sleep(1000);
await say('away for 1 s');
await open();
for (const seconds of [1, 3, 5]) {
  await sleep(seconds === 1 ? 1000 : 2000);
  await say(`back for ${seconds} s`);
}
process.exit();
JS
expect '^before: defaults answered, off answered$' '^away: defaults refused.*, off refused' \
  '^back for 1 s: defaults refused .*, off answered$' '^back for 5 s: defaults refused .*, off answered$'
holds 'Pgpool-II with its defaults has lost its only server for good'
