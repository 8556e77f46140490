#!/usr/bin/env bash
# A queryNodeStream() of @databases/mysql that is destroyed keeps its connection for good; queryStream() does not.
# Of:      library @databases/mysql 7.1.0, MariaDB 10.11
# Guess:   both give the connection back, however the reading ends.
# Happens: poolSize 2: after two streams of queryNodeStream() that are destroyed after their first row, as pipeline()
#          does when the other end goes away, no further query is served. Two loops over queryStream() that break leave
#          the pool whole.
# Hurts:   exports by HTTP: each download that the client breaks off takes one connection, until none is left.
# So:      queryStream(), with Readable.from() where a stream is needed.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/mariadb.sh"
npm_install @databases/mysql@7.1.0
start_mariadb
run_js <<'JS'
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import createPool, { sql } from '@databases/mysql';
import login from './login.mjs';

const { host, port, user, password, database } = login;
const rows = sql`SELECT seq FROM seq_1_to_100000`;
async function twice(name, readOne) {
  const db = createPool({ connectionString: `mysql://${user}:${password}@${host}:${port}/${database}`, poolSize: 2, bigIntMode: 'number' });
  for (let i = 0; i < 2; i += 1) await readOne(db);
  const next = db.query(sql`SELECT 1`).then(() => 'served');
  console.log(`${name}: the next query is ${await Promise.race([next, sleep(2000, 'not served in 2 s')])}`);
}
await twice('queryStream', async (db) => {
  for await (const _row of db.queryStream(rows)) break;
});
await twice('queryNodeStream', async (db) => {
  const stream = db.queryNodeStream(rows);
  await once(stream, 'data');
  stream.destroy();
  await sleep(200);
});
process.exit();
JS
expect '^queryStream: the next query is served$' '^queryNodeStream: the next query is not served in 2 s$'
holds 'a stream of @databases/mysql that is destroyed keeps its connection'
