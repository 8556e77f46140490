#!/usr/bin/env bash
# MariaDB's statement digests leave out prepared statements: what a driver sends by execute() is in no row.
# Of:      server MariaDB 10.11, mysql2 3.24.6
# Guess:   execute() and query() of one text are one row of events_statements_summary_by_digest.
# Happens: MariaDB 10.11, performance_schema on, 30 query() and 70 execute() of one text by mysql2: the digest has
#          COUNT_STAR 30. prepared_statements_instances has the statement with COUNT_EXECUTE 0; it counts with the
#          consumer events_statements_current on, the digests do not. The 70 are in Com_stmt_execute and, without a text,
#          in the summary by event name as statement/com/Execute.
# Hurts:   who takes rates and times of a service from the digests, as exporters and query monitors do: where the code
#          uses execute(), the service is not there, or only its rare other queries.
# So:      take the rate from Com_stmt_execute, and the time from events_statements_summary_global_by_event_name.
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

const [client, admin] = [await mysql.createConnection(login), await mysql.createConnection(login)];
const text = 'SELECT ? + 1 AS total';
for (let i = 0; i < 30; i += 1) await client.query(text, [i]);
for (let i = 0; i < 70; i += 1) await client.execute(text, [i]);
const count = async (sql) => (await admin.query(sql))[0][0].count;
const schema = 'FROM performance_schema';
const digest = `SELECT SUM(count_star) AS count ${schema}.events_statements_summary_by_digest`;
console.log(`digests of this text: ${await count(`${digest} WHERE digest_text LIKE '%AS \`total\`%'`)}`);
console.log(`digests without a text: ${(await count(`${digest} WHERE digest_text IS NULL`)) ?? 0}`);
const event = `SELECT count_star AS count ${schema}.events_statements_summary_global_by_event_name WHERE event_name =`;
console.log(`statement/com/Execute: ${await count(`${event} 'statement/com/Execute'`)}`);
const [[instance]] = await admin.query(`SELECT sql_text, count_execute ${schema}.prepared_statements_instances`);
console.log(`prepared_statements_instances: "${instance.sql_text}" ${instance.count_execute}`);
process.exit();
JS
expect '^digests of this text: 30$' \
  '^digests without a text: 0$' \
  '^statement/com/Execute: 70$' \
  '^prepared_statements_instances: "SELECT \? \+ 1 AS total" 0$'
holds 'the digests of MariaDB 10.11 leave out 70 of 100 statements'
