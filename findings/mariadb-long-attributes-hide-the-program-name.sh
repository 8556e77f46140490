#!/usr/bin/env bash
# One long connection attribute makes the server forget the attributes that come after it, the program's name included.
# Of:      server MariaDB 10.11, mysql2 3.24.6
# Guess:   an attribute that is too long is cut or left out by itself, and the others stay.
# Happens: MariaDB 10.11, performance_schema on, whose performance_schema_session_connect_attrs_size is 512 by itself: all
#          attributes of a connection share these bytes, and what comes after them is lost without a warning to the
#          client. With a note of 600 letters before program_name the session has no name; with the note after it, it has.
# Hurts:   who names connections to tell applications apart and adds attributes to it (build, pod, trace): in the
#          monitor, the sessions of that application belong to nobody. Only Performance_schema_session_connect_attrs_lost
#          counts them.
# So:      put program_name first, and keep the rest short; or raise performance_schema_session_connect_attrs_size.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/mariadb.sh"
npm_install mysql2@3.24.6
start_mariadb --performance-schema=ON
run_js <<'JS'
import mysql from 'mysql2/promise';
import login from './login.mjs';

const admin = await mysql.createConnection(login);
const note = 'x'.repeat(600);
const nameOf = async (connectAttributes) => {
  const { threadId } = await mysql.createConnection({ ...login, connectAttributes });
  const [rows] = await admin.query(
    'SELECT ATTR_NAME AS name, ATTR_VALUE AS value FROM performance_schema.session_connect_attrs WHERE PROCESSLIST_ID = ?',
    [threadId],
  );
  return rows.find(({ name }) => name === 'program_name')?.value ?? 'none';
};
console.log(`program_name alone: ${await nameOf({ program_name: 'shop' })}`);
console.log(`program_name after a long note: ${await nameOf({ note, program_name: 'shop' })}`);
console.log(`program_name before a long note: ${await nameOf({ program_name: 'shop', note })}`);
const [[{ Value: lost }]] = await admin.query("SHOW GLOBAL STATUS LIKE 'Performance_schema_session_connect_attrs_lost'");
console.log(`connections whose attributes were lost: ${lost}`);
process.exit();
JS
expect '^program_name alone: shop$' '^program_name after a long note: none$' '^program_name before a long note: shop$'
holds 'a long attribute hides the name of the program'
