#!/usr/bin/env bash
# Callbacks of pg's and mysql2's pools run in the AsyncLocalStorage of another request, if the caller had to wait.
# Of:      library pg 8.23.1, mysql2 3.24.6, PostgreSQL 18.4, MariaDB 10.11
# Guess:   a callback runs in the context of the request that handed it in, as those of Node's own modules do.
# Happens: a pool of 1 and three requests at once, each with its own AsyncLocalStorage: the callbacks of the second and
#          the third, of connect(), getConnection() and query(), run in the context of the first, which gave the
#          connection back. With promises every request has its own.
# Hurts:   services with callbacks that take the request id, the tenant or the span from the context: as soon as there
#          is a queue, log lines and spans go to the wrong request; without load all is right.
# So:      promises, or AsyncResource.bind(callback).
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/postgres.sh"
. "$here/lib/mariadb.sh"
npm_install pg@8.23.1 mysql2@3.24.6
start_postgres
start_mariadb
run_js <<'JS'
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import mysql from 'mysql2';
import pg from 'pg';
import login from './login.mjs';

const context = new AsyncLocalStorage();
async function threeAtOnce(name, ask) {
  const seen = await Promise.all(
    ['first', 'second', 'third'].map((request) =>
      context.run(request, () => new Promise((done) => ask(() => done(context.getStore())))),
    ),
  );
  console.log(`${name}: ${seen.join(' ')}`);
}
const postgres = new pg.Pool({ max: 1 });
const mariadb = mysql.createPool({ ...login, connectionLimit: 1 });
const one = 'SELECT 1';
await threeAtOnce('pg, connect', (tell) =>
  postgres.connect((_error, client, release) => {
    tell();
    client.query(one, () => release());
  }),
);
await threeAtOnce('pg, query', (tell) => postgres.query(one, tell));
await threeAtOnce('pg, query with a promise', (tell) => postgres.query(one).then(tell));
await threeAtOnce('mysql2, getConnection', (tell) =>
  mariadb.getConnection((_error, connection) => {
    tell();
    connection.query(one, () => connection.release());
  }),
);
await threeAtOnce('mysql2, query', (tell) => mariadb.query(one, tell));
await threeAtOnce('mysql2, query with a promise', (tell) => mariadb.promise().query(one).then(tell));
await threeAtOnce('mysql2, query bound', (tell) => mariadb.query(one, AsyncResource.bind(tell)));
process.exit();
JS
expect '^pg, connect: first first first$' '^pg, query: first first third$|^pg, query: first first first$' \
  '^pg, query with a promise: first second third$' '^mysql2, getConnection: first first first$' \
  '^mysql2, query: first first first$' '^mysql2, query with a promise: first second third$' \
  '^mysql2, query bound: first second third$'
holds 'callbacks of pools run in the context of another request'
