#!/usr/bin/env bash
# After a LISTEN through PgBouncer in transaction mode, notifications go to whoever has the connection just then.
# Of:      pooler PgBouncer 1.18.0, PostgreSQL 18.4, pg 8.23.1
# Guess:   LISTEN is refused, or nobody is told anything.
# Happens: PgBouncer 1.18.0, pool_mode=transaction, pool of 1: LISTEN of the client "listener" is answered as done. A
#          notification while nobody is in a transaction reaches nobody: PgBouncer drops it with a WARNING, "got packet 'A'
#          from server when not linked". One that comes while another client, "other", is in a transaction is delivered to
#          "other", which never ran LISTEN; only one that falls into a transaction of "listener" reaches it. Once
#          "listener" has left, "other" is still told.
# Hurts:   caches and job queues that listen through the pooler: they work in a test, where the one client has the one
#          connection, and lose what is sent while they idle. Programs that act on every notification of their connection
#          act on those of others.
# So:      listen on a session of one's own, straight to the server or in session mode; let others poll too.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/postgres.sh"
. "$here/lib/pgbouncer.sh"
npm_install pg@8.23.1
start_postgres
server_port=$PGPORT
start_pgbouncer default_pool_size=1
SERVER_PORT=$server_port run_js <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

let told = [];
const login = async (name, options) => {
  const client = new pg.Client(options);
  client.on('notification', ({ payload }) => told.push(`${name} is told "${payload}"`));
  await client.connect();
  return client;
};
const writer = await login('writer', { port: Number(process.env.SERVER_PORT) });
const listener = await login('listener');
const other = await login('other');
await listener.query('LISTEN orders');

/** Sends a notification in the middle of a transaction of this client, or of nobody. */
const notify = async (when, payload, client) => {
  told = [];
  await client?.query('BEGIN');
  await writer.query(`NOTIFY orders, '${payload}'`);
  await sleep(500);
  await client?.query('COMMIT');
  console.log(`${when}: ${told.join(', ') || 'nobody is told'}`);
};
await notify('all idle', 'one');
await notify('other in a transaction', 'two', other);
await notify('listener in a transaction', 'three', listener);
await listener.end();
await sleep(200);
await notify('listener gone, other in a transaction', 'four', other);
process.exit();
JS
expect '^all idle: nobody is told$' '^other in a transaction: other is told "two"$' \
  '^listener in a transaction: listener is told "three"$' '^listener gone, other in a transaction: other is told "four"$'
holds 'notifications through PgBouncer reach the client that has the connection'
