#!/usr/bin/env bash
# A line in [users] of PgBouncer 1.18 keeps a user out whose password comes from auth_query.
# Of:      pooler PgBouncer 1.18.0, PostgreSQL 18.4, pg 8.23.1
# Guess:   app = max_user_connections=3 limits the user app and changes nothing else.
# Happens: PgBouncer 1.18.0 with auth_query: users log in, but app, which has that line, fails with "SASL
#          authentication failed": it is known now, without a password, and PgBouncer does not ask the server for it.
#          1.26.1 does.
# Hurts:   who gives a user a limit in the pooler of Debian 12: all its new clients are refused.
# So:      before 1.26, users in [users] belong in auth_file too; or limit by max_db_connections and on the server.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/postgres.sh"
. "$here/lib/pgbouncer.sh"
npm_install pg@8.23.1
start_postgres
run_js <<'JS'
import pg from 'pg';

const admin = new pg.Client();
await admin.connect();
for (const role of ['app', 'other']) await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD 'word'`);
process.exit();
JS
printf '%s\n' '[users]' 'app = max_user_connections=3' >"$work/more.ini"
start_pgbouncer auth_type=scram-sha-256 auth_user=postgres "%include $work/more.ini"
run_js <<'JS'
import pg from 'pg';

const login = async (user) => {
  const client = new pg.Client({ user, password: 'word' });
  client.on('error', () => {});
  return client.connect().then(() => (client.end(), 'let in'), (error) => error.message);
};
console.log(`other, without a line in [users]: ${await login('other')}`);
console.log(`app, with a line in [users]: ${await login('app')}`);
process.exit();
JS
expect '^other, without a line in \[users\]: let in$' '^app, with a line in \[users\]: SASL authentication failed'
holds 'a line in [users] keeps out a user of auth_query'
