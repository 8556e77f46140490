#!/usr/bin/env bash
# In MariaDB, DO swallows max_statement_time: the wait is cut, nobody is told, and the rest of a procedure has no limit.
# Of:      server MariaDB 10.11, mysql2 3.24.6
# Guess:   whatever runs past max_statement_time ends with error 1969, and a procedure counts as one statement.
# Happens: MariaDB 10.11, limit 0.3 s: DO GET_LOCK(..., 5) on a lock that another session holds succeeds after 0.3 s,
#          without the lock and without a warning (SELECT GET_LOCK(...) succeeds too, and answers NULL). A procedure
#          that is in a DO when the limit strikes runs on, 1.5 s more, and CALL succeeds; with SET in place of DO, CALL
#          fails with 1969 after 0.3 s. The counter Max_statement_time_exceeded counts every cut, told or not.
# Hurts:   who takes a lock with DO and works on as if it were theirs; and who counts on the limit for the longest time
#          that a connection is held.
# So:      SELECT the lock and look at the answer; compare Max_statement_time_exceeded with the errors that callers saw.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/mariadb.sh"
npm_install mysql2@3.24.6
start_mariadb --performance-schema=OFF
run_js <<'JS'
import mysql from 'mysql2/promise';
import login from './login.mjs';

const holder = await mysql.createConnection(login);
await holder.query("SELECT GET_LOCK('job', 0)");
const session = await mysql.createConnection(login);
const procedure = (name, wait) =>
  session.query(`CREATE PROCEDURE ${name}() BEGIN DECLARE i INT DEFAULT 0;
    WHILE i < 4 DO ${wait}; SET i = i + 1; END WHILE;
    WHILE i < 19 DO SET @x = SLEEP(0.1); SET i = i + 1; END WHILE; END`);
await procedure('with_do', 'DO SLEEP(0.1)');
await procedure('with_set', 'SET @x = SLEEP(0.1)');
await session.query('SET max_statement_time = 0.3');
for (const sql of ["DO GET_LOCK('job', 5)", "SELECT GET_LOCK('job', 5)", 'CALL with_do()', 'CALL with_set()']) {
  const start = performance.now();
  const end = await session.query(sql).then(
    ([result]) =>
      Array.isArray(result) ? `answers ${JSON.stringify(Object.values(result[0]))}` : `succeeds, ${result.warningStatus} warnings,`,
    (error) => `fails with ${error.errno}`,
  );
  console.log(`${sql} ${end} after ${((performance.now() - start) / 1000).toFixed(1)} s, limit 0.3 s`);
}
const [[{ owner }]] = await session.query("SELECT IS_USED_LOCK('job') = CONNECTION_ID() AS owner");
const [[cuts]] = await session.query("SHOW GLOBAL STATUS LIKE 'Max_statement_time_exceeded'");
console.log(`the lock is ours: ${owner === 1}; Max_statement_time_exceeded: ${cuts.Value}`);
await holder.end();
await session.end();
JS
expect "^DO GET_LOCK.* succeeds, 0 warnings, after 0\." \
  "^SELECT GET_LOCK.* answers .null. after 0\." \
  '^CALL with_do\(\) succeeds, [0-9]+ warnings, after (1\.[6-9]|[2-4])' \
  '^CALL with_set\(\) fails with 1969 after 0\.' \
  '^the lock is ours: false; Max_statement_time_exceeded: 4$'
holds 'DO turns the end of max_statement_time into a success'
