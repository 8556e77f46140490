#!/usr/bin/env bash
# PgBouncer logs in to the server one connection after the other, however many clients wait.
# Of:      pooler PgBouncer 1.18.0, PostgreSQL 18.4, pg 8.23.1
# Guess:   none: known to the project's tests before the first run.
# Happens: PgBouncer 1.18.0 with room for 5, PostgreSQL 18.4 where a login takes 1 s: of 5 clients that ask at once, the
#          first query starts after 1 s, the second after 2 and the fifth after 5. Without PgBouncer all start after 1 s.
# Hurts:   services behind a PgBouncer that has just started, or whose idle connections were closed: a burst waits as many
#          logins as it needs connections, and connect times out for none of them, because PgBouncer let them in.
# So:      set min_pool_size near what a burst needs, and server_idle_timeout above the quiet times.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/postgres.sh"
. "$here/lib/pgbouncer.sh"
npm_install pg@8.23.1
start_postgres post_auth_delay=1
DIRECT_PORT=$PGPORT
export DIRECT_PORT
start_pgbouncer default_pool_size=5
run_js <<'JS'
import pg from 'pg';

const [queryS, ask] = [6, [1, 2, 3, 4, 5]];
const run = async (name, port) => {
  const start = performance.now();
  const starts = ask.map(async () => {
    const client = new pg.Client({ port });
    client.on('error', () => {});
    await client.connect();
    await client.query(`SELECT pg_sleep(${queryS})`);
    const seconds = (performance.now() - start) / 1000 - queryS;
    await client.end();
    return seconds;
  });
  const sorted = (await Promise.all(starts)).sort((a, b) => a - b);
  console.log(`${name}: queries start after ${sorted.map((s) => s.toFixed(1)).join(', ')} s`);
};
await run('directly', Number(process.env.DIRECT_PORT));
await run('through PgBouncer', Number(process.env.PGPORT));
JS
expect '^directly: queries start after 1\.[0-9](, 1\.[0-9]){4} s$' \
  '^through PgBouncer: queries start after 1\.[0-9], 2\.[0-9], 3\.[0-9], 4\.[0-9], 5\.[0-9] s$'
holds 'PgBouncer 1.18.0 opens its server connections one by one'
