#!/usr/bin/env bash
# MariaDB's connector loses what the option sessionVariables set when resetAfterUse is on; initSql and timezone stay.
# Of:      library mariadb 3.5.4, MariaDB 10.11
# Guess:   after each reset the connector applies again what its options say of the session.
# Happens: mariadb 3.5.4, MariaDB 10.11, a pool of 1 with resetAfterUse, sessionVariables { max_statement_time: 7 },
#          initSql and timezone: the first caller has all three, the second and all later ones have a
#          max_statement_time of 0, with initSql and timezone in force. Without resetAfterUse all stay. 3.0.2 and 3.4.5
#          do the same with sessionVariables.
# Hurts:   who limits statements or sets sql_mode by sessionVariables: tests, which take a connection once, see the
#          limit; in production nearly every checkout has none.
# So:      initSql for what must hold with resetAfterUse.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/mariadb.sh"
npm_install mariadb@3.5.4
start_mariadb
run_js <<'JS'
import mariadb from 'mariadb';
import login from './login.mjs';

const session = {
  sessionVariables: { max_statement_time: 7 },
  initSql: 'SET SESSION lock_wait_timeout = 11',
  timezone: '+05:00',
};
for (const resetAfterUse of [false, true]) {
  const pool = mariadb.createPool({ ...login, connectionLimit: 1, resetAfterUse, ...session });
  for (const caller of [1, 2, 3]) {
    const connection = await pool.getConnection();
    const [row] = await connection.query(
      'SELECT @@max_statement_time AS variable, @@lock_wait_timeout AS initial, @@time_zone AS zone',
    );
    console.log(`resetAfterUse ${resetAfterUse}, caller ${caller}: ${row.variable} s, ${row.initial} s, ${row.zone}`);
    await connection.release();
  }
  await pool.end();
}
process.exit();
JS
expect '^resetAfterUse false, caller 3: 7 s, 11 s, \+05:00$' \
  '^resetAfterUse true, caller 1: 7 s, 11 s, \+05:00$' \
  '^resetAfterUse true, caller 2: 0 s, 11 s, \+05:00$' \
  '^resetAfterUse true, caller 3: 0 s, 11 s, \+05:00$'
holds 'mariadb 3.5.4 with resetAfterUse drops sessionVariables after the first use'
