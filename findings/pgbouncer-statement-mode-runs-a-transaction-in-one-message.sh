#!/usr/bin/env bash
# PgBouncer's statement mode refuses BEGIN by closing the connection, and runs a transaction that is sent in one message.
# Of:      pooler PgBouncer 1.18.0, PostgreSQL 18.4, pg 8.23.1
# Guess:   pool_mode=statement takes no transaction, however it is sent, and a refused BEGIN is an error like another.
# Happens: PgBouncer 1.18.0: 'BEGIN; INSERT ...; COMMIT' in one message is run and kept, as is a DO block with COMMIT in
#          it. A message that leaves a transaction open is refused only after the server has run it (what stood before
#          BEGIN is undone), and costs the client its connection, and PgBouncer its own to the server.
# Hurts:   who trusts the mode to keep transactions out, and pools whose library sends a BEGIN of its own: each costs a
#          login on both sides of PgBouncer.
# So:      what must not run needs rights of the role, not a pool mode; use transaction mode where a library begins.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/postgres.sh"
. "$here/lib/pgbouncer.sh"
npm_install pg@8.23.1
start_postgres autovacuum=off
start_pgbouncer pool_mode=statement default_pool_size=1
run_js <<'JS'
import pg from 'pg';

const connect = async () => {
  const client = new pg.Client();
  client.on('error', () => {});
  await client.connect();
  return client;
};
const one = async (client, sql) => Object.values((await client.query(sql)).rows[0])[0];
const setUp = await connect();
await setUp.query('CREATE TABLE done (what text)');
for (const sql of [
  "BEGIN; INSERT INTO done VALUES ('one message'); COMMIT",
  "DO $$ BEGIN INSERT INTO done VALUES ('block'); COMMIT; END $$",
  "INSERT INTO done VALUES ('before BEGIN'); BEGIN",
  'BEGIN',
]) {
  const client = await connect();
  const before = await one(client, 'SELECT pg_backend_pid()');
  const end = await client.query(sql).then(() => 'is answered', ({ code }) => `fails with ${code}`);
  const next = await client.query('SELECT 1').then(() => 'open', () => 'closed');
  const server = (await one(setUp, 'SELECT pg_backend_pid()')) === before ? 'kept' : 'replaced';
  console.log(`${sql}: ${end}; client connection ${next}, server connection ${server}`);
  client.end().catch(() => {});
}
console.log(`rows kept: ${await one(setUp, "SELECT string_agg(what, ', ' ORDER BY what) FROM done")}`);
process.exit();
JS
expect '^BEGIN; INSERT.*: is answered; client connection open, server connection kept$' \
  '^DO .*: is answered; client connection open' \
  '^INSERT .*: fails with 08P01; client connection closed, server connection replaced$' \
  '^BEGIN: fails with 08P01; client connection closed, server connection replaced$' \
  '^rows kept: block, one message$'
holds 'PgBouncer 1.18.0 runs a transaction in statement mode, and closes connections for BEGIN alone'
