#!/usr/bin/env bash
# A second [pgbouncer] in PgBouncer's configuration sets all settings of the first back to their defaults.
# Of:      pooler PgBouncer 1.18.0, PostgreSQL 18.4, pg 8.23.1
# Guess:   an included file with [pgbouncer] and one setting adds that setting, as in other ini files.
# Happens: PgBouncer 1.18.0: pool_mode = transaction and max_client_conn = 60 in the file, then %include of one with
#          [pgbouncer] and max_db_connections = 4. SHOW CONFIG after RELOAD: max_db_connections 4, max_client_conn 100,
#          pool_mode session, without a warning in the log. At a start it listens on no address, because listen_addr is
#          among what went. The same file without the line [pgbouncer] adds its setting.
# Hurts:   who keeps limits in a file of their own, or lets a tool write one: transactions become sessions, and the
#          pooler serves a fraction of its clients.
# So:      %include such a file inside [pgbouncer], as its last line, and let it begin without a section.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/postgres.sh"
. "$here/lib/pgbouncer.sh"
npm_install pg@8.23.1
start_postgres
echo '' >"$work/more.ini"
start_pgbouncer max_client_conn=60 "%include $work/more.ini"
MORE=$work/more.ini run_js <<'JS'
import { writeFileSync } from 'node:fs';
import pg from 'pg';

const desk = new pg.Client({ user: 'console', database: 'pgbouncer' });
await desk.connect();
const show = async (what, text) => {
  writeFileSync(process.env.MORE, text);
  await desk.query('RELOAD');
  const { rows } = await desk.query('SHOW CONFIG');
  const values = ['max_db_connections', 'max_client_conn', 'pool_mode'].map(
    (name) => `${name} ${rows.find(({ key }) => key === name).value}`,
  );
  console.log(`${what}: ${values.join(', ')}`);
};
await show('without a section', 'max_db_connections = 4\n');
await show('with a second section', '[pgbouncer]\nmax_db_connections = 4\n');
process.exit();
JS
expect '^without a section: max_db_connections 4, max_client_conn 60, pool_mode transaction$' \
  '^with a second section: max_db_connections 4, max_client_conn 100, pool_mode session$'
holds 'a second [pgbouncer] undoes the first'
