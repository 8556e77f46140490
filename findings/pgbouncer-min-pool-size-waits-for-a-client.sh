#!/usr/bin/env bash
# PgBouncer 1.18's min_pool_size opens nothing before the first client has come, in a database with user= neither.
# Of:      pooler PgBouncer 1.18.0, PostgreSQL 18.4, pg 8.23.1
# Guess:   with min_pool_size = 3 three server connections are open soon after the start, and stay.
# Happens: 2 s after the start there is none. With a client that is only connected there are 3. When the client has left
#          and server_lifetime is over, they are closed and not replaced. With `user=` at the entry of the database, for
#          which the manual of later releases has them opened without a client, there is none for 9 s.
# Hurts:   who sets it so that the first requests after a deploy or a quiet night find warm connections: they are the
#          ones that open them, one login after the other (pgbouncer-opens-connections-one-by-one).
# So:      keep a client connected to each pool that has to be warm, such as a health check with a session of its own.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/postgres.sh"
. "$here/lib/pgbouncer.sh"
npm_install pg@8.23.1
start_postgres
SERVER_PORT=$PGPORT
start_pgbouncer min_pool_size=3 server_lifetime=3
sed -i "s/^postgres = .*/&\nforced = host=127.0.0.1 port=$SERVER_PORT dbname=postgres user=postgres/" "$work/pgbouncer/ini"
run_js <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const desk = new pg.Client({ user: 'console', database: 'pgbouncer' });
await desk.connect();
await desk.query('RELOAD');
const say = async (when) => {
  const { rows } = await desk.query('SHOW SERVERS');
  const to = (name) => rows.filter(({ database }) => database === name).length;
  console.log(`${when}: ${to('postgres')} server connections, ${to('forced')} with user=`);
};
await sleep(2000);
await say('no client yet');
const client = new pg.Client();
await client.connect();
await sleep(1500);
await say('a client that asks nothing');
await client.end();
await sleep(6000);
await say('no client any more');
process.exit();
JS
expect '^no client yet: 0 server connections, 0 with user=$' '^a client that asks nothing: 3 ' \
  '^no client any more: 0 server connections, 0 with user=$'
holds 'min_pool_size needs a client'
