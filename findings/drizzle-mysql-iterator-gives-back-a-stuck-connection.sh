#!/usr/bin/env bash
# A loop over drizzle's iterator() that ends early gives back a connection that is stuck: who gets it next waits for
# good.
# Of:      library drizzle-orm 0.45.4, mysql2 3.24.6, MariaDB 10.11
# Guess:   after a break the connection serves the next query, as after a break in the streams of Knex, Kysely and
#          TypeORM. (Made without a look at profiles/drivers/drizzle.yaml, which knew it.)
# Happens: the connection goes back to the pool with its stream paused and the rest of the rows unread (100,000 of them;
#          a thousand fit into buffers and do no harm). The next query of a pool of 2 is put on that very connection and
#          is not answered in 2 s, with one place free. Read to the end, the connection serves on.
# Hurts:   jobs that look for the first match in a large table, or whose loop throws: every such end stops a request of
#          somebody else, and nothing is logged.
# So:      read to the end, or fetch pages with LIMIT.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/mariadb.sh"
npm_install drizzle-orm@0.45.4 mysql2@3.24.6
start_mariadb
run_js <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import { drizzle } from 'drizzle-orm/mysql2';
import { int, mysqlTable } from 'drizzle-orm/mysql-core';
import mysql from 'mysql2';
import login from './login.mjs';

const rows = mysqlTable('seq_1_to_100000', { seq: int() }); // MariaDB makes such tables on demand.
async function loop(name, isOver) {
  const db = drizzle({ client: mysql.createPool({ ...login, connectionLimit: 2 }) });
  for await (const row of await db.select().from(rows).prepare().iterator()) if (isOver(row)) break;
  const next = db.select().from(rows).limit(1).then(() => 'served');
  console.log(`${name}: the next query is ${await Promise.race([next, sleep(2000, 'not served in 2 s')])}`);
}
await loop('read to the end', () => false);
await loop('ended after one row', () => true);
process.exit();
JS
expect '^read to the end: the next query is served$' '^ended after one row: the next query is not served in 2 s$'
holds 'an iterator of drizzle that is left early gives back a connection that is stuck'
