#!/usr/bin/env bash
# A queryNodeStream() of @databases/mysql that is destroyed keeps its connection for good; queryStream() does not.
# Of:      library @databases/mysql 7.1.0, MariaDB 10.11
# Guess:   both give the connection back, however the reading ends.
# Happens: poolSize 2: after one stream of queryNodeStream() that is destroyed after its first row, as pipeline() does
#          when the other end goes away, two queries of 0.5 s at once take a second: one connection is left for them.
#          After a loop over queryStream() that breaks they take half a second.
# Hurts:   exports by HTTP: each download that the client breaks off takes one connection from the pool.
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
async function left(name, readOne) {
  const db = createPool({ connectionString: `mysql://${user}:${password}@${host}:${port}/${database}`, poolSize: 2, bigIntMode: 'number' });
  await Promise.all([1, 2].map(() => db.query(sql`SELECT SLEEP(0.1)`)));
  await readOne(db);
  await sleep(500);
  const start = performance.now();
  await Promise.all([1, 2].map(() => db.query(sql`SELECT SLEEP(0.5)`)));
  console.log(`${name}: two queries ${performance.now() - start < 900 ? 'run at once' : 'run one after the other'}`);
}
await left('queryStream', async (db) => {
  for await (const _row of db.queryStream(rows)) break;
});
await left('queryNodeStream', async (db) => {
  const stream = db.queryNodeStream(rows);
  await once(stream, 'data');
  stream.destroy();
});
process.exit();
JS
expect '^queryStream: two queries run at once$' '^queryNodeStream: two queries run one after the other$'
holds 'a stream of @databases/mysql that is destroyed keeps its connection'
