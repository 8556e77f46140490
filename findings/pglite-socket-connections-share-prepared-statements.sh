#!/usr/bin/env bash
# Connections to PGlite's socket server share one session: a named statement of one is "already there" for the others.
# Of:      server pglite-socket 0.2.17, PGlite 0.5.14, pg 8.23.1
# Guess:   with maxConnections: 5 each connection has prepared statements and settings of its own, however they take
#          turns.
# Happens: two connections use the same named statement, as two connections of one pool do: the second fails with 42P05,
#          "prepared statement "orders" already exists". SET on one is seen on the other, and pg_backend_pid() is the
#          same.
# Hurts:   who tests against PGlite what runs on PostgreSQL: a pool of 1 is green, a pool of 2 fails by chance wherever
#          statements have names (pg with `name`, Prisma, sqlx, JDBC), and settings leak between tests.
# So:      a pool of 1 there, or statements without names.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
npm_install @electric-sql/pglite@0.5.14 @electric-sql/pglite-socket@0.2.17 pg@8.23.1
PORT=$(free_port) run_js <<'JS'
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import pg from 'pg';

const port = Number(process.env.PORT);
const host = '127.0.0.1';
await new PGLiteSocketServer({ db: await PGlite.create(), host, port, maxConnections: 5 }).start();
const open = async () => {
  const client = new pg.Client({ host, port, user: 'postgres', database: 'postgres' });
  await client.connect();
  return client;
};
const [one, other] = [await open(), await open()];
const named = (client) =>
  client.query({ name: 'orders', text: 'SELECT 1' }).then(() => 'served', ({ code, message }) => `${code} ${message}`);
console.log(`named statement: ${await named(one)}, on the other: ${await named(other)}`);
await one.query("SET application_name = 'one'");
const { rows } = await other.query('SHOW application_name');
console.log(`the other is called: ${rows[0].application_name}`);
const pid = async (client) => (await client.query('SELECT pg_backend_pid() AS pid')).rows[0].pid;
console.log(`the same backend: ${(await pid(one)) === (await pid(other))}`);
process.exit();
JS
expect '^named statement: served, on the other: 42P05 ' '^the other is called: one$' '^the same backend: true$'
holds 'connections to PGlite share prepared statements and settings'
