#!/usr/bin/env bash
# Leaving a stream of rows after the first one gives the connection to the next request, which waits for all other rows.
# Of:      library mysql2 3.24.6, knex 3.3.0, kysely 0.28.19, MariaDB 10.11
# Guess:   the query is ended, or the connection is closed or kept until the rows are through.
# Happens: mysql2 3.24.6, a pool of 1, MariaDB 10.11: a query sends 200 rows of 20 kB, one every 20 ms. `for await` over its
#          stream is left after the first row, within 0.1 s. The connection is back in the pool, and the next request, a
#          SELECT 1, takes 4 s: it waits until all rows have come. pool.query().stream(), stream() of knex 3.3.0 and of
#          kysely 0.28.19 alike. The query itself runs on to its end.
# Hurts:   who looks at the first rows of a long result, or stops where a client has gone: another request pays for the rest,
#          and the pool counts the connection as idle. An acquire timeout does not end its wait: it has its connection.
# So:      LIMIT, or a connection of one's own for the stream, destroyed where it is left early.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/mariadb.sh"
npm_install mysql2@3.24.6 knex@3.3.0 kysely@0.28.19
start_mariadb
run_js <<'JS'
import knex from 'knex';
import { Kysely, MysqlDialect, sql } from 'kysely';
import mysql from 'mysql2';
import login from './login.mjs';

// 200 rows of 20 kB, one every 20 ms.
const [body, one] = ["seq, SLEEP(0.02), REPEAT('x', 20000) FROM seq_1_to_200", 'SELECT 1'];
const pool = () => mysql.createPool({ ...login, connectionLimit: 1 });
const first = async (rows) => {
  for await (const _ of rows) break;
};
async function watch(name, stream, query) {
  await query();
  const from = performance.now();
  await stream();
  const left = performance.now();
  await query();
  const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
  console.log(`${name}: first row and out ${seconds(left - from)}, next request ${seconds(performance.now() - left)}`);
}
const bare = pool();
await watch('mysql2', () => first(bare.query(`SELECT ${body}`).stream()), () => bare.promise().query(one));
const builder = knex({ client: 'mysql2', connection: login, pool: { min: 0, max: 1 } });
await watch('knex', () => first(builder.select(builder.raw(body)).stream()), () => builder.raw(one));
const db = new Kysely({ dialect: new MysqlDialect({ pool: pool() }) });
const rows = () => db.selectFrom('seq_1_to_200').select([sql`SLEEP(0.02)`.as('a'), sql`REPEAT('x', 20000)`.as('b')]).stream();
await watch('kysely', () => first(rows()), () => sql`SELECT 1`.execute(db));
process.exit();
JS
expect '^mysql2: first row and out 0\.[0-9] s, next request [345]' '^knex: first row and out 0\.[0-9] s, next request [345]' \
  '^kysely: first row and out 0\.[0-9] s, next request [345]'
holds 'after a stream of mysql2 that was left early the next request waits for its rows'
