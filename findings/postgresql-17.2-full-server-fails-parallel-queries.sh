#!/usr/bin/env bash
# On a full PostgreSQL 17.2, parallel queries of sessions that are there already fail while an administrator looks in.
# Of:      server PostgreSQL 17.2, pg 8.23.1
# Guess:   a session that is logged in does not care how full the server is; a query that gets no workers runs without.
#          (That limits were checked for workers at all was read in the release notes of 17.3 before the run.)
# Happens: PostgreSQL 17.2, 10 slots, 3 of them reserved: with all 7 ordinary slots taken, a parallel query runs. With one
#          superuser in a reserved slot it fails, each time: 53300, "remaining connection slots are reserved for roles with
#          the SUPERUSER attribute". Without workers it runs. Seen on 10.23 and 12.22 too; on 17.4 and 17.10 it runs.
# Hurts:   whose pools together fill the server: when somebody logs in to see what is wrong, reports begin to fail, with
#          an error that a pool takes for a refused login. Fixed in 17.3, 16.7, 15.11, 14.16 and 13.19.
# So:      update; until then leave slots free, or set max_parallel_workers_per_gather=0 for the application's role.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/postgres.sh"
npm_install pg@8.23.1
postgres_version=17.2.0-beta.15
start_postgres autovacuum=off max_connections=10 superuser_reserved_connections=3 max_wal_senders=2
run_js <<'JS'
import pg from 'pg';

const connect = async (user) => {
  const client = new pg.Client({ user });
  client.on('error', () => {});
  await client.connect();
  return client;
};
const boss = await connect('postgres');
await boss.query('CREATE TABLE big AS SELECT generate_series(1, 100000) AS i');
await boss.query('ANALYZE big; CREATE ROLE app LOGIN; GRANT SELECT ON big TO app');
await boss.end();

const session = await connect('app');
await session.query(`SET min_parallel_table_scan_size = 0; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0;
  SET max_parallel_workers_per_gather = 2`);
const ask = async (when) => {
  const end = await session.query('SELECT count(*) FROM big').then(
    ({ rows }) => `counts ${rows[0].count}`,
    ({ code, message }) => `fails with ${code}, ${message}`,
  );
  console.log(`${when}: ${end}`);
};
const bosses = async () =>
  (await session.query("SELECT FROM pg_stat_activity WHERE usename = 'postgres' AND datid IS NOT NULL")).rowCount;
while ((await bosses()) > 0); // The administrator's place is free again.
await ask('alone');
let sessions = 1;
for (;;) {
  const refusal = await connect('app').then(() => undefined, ({ code }) => code);
  if (refusal) break;
  sessions += 1;
}
await ask(`${sessions} sessions, no more are let in`);
const administrator = await connect('postgres');
await ask('and an administrator');
await ask('and once more');
await session.query('SET max_parallel_workers_per_gather = 0');
await ask('without workers');
await administrator.end();
process.exit();
JS
expect '^alone: counts 100000$' \
  '^7 sessions, no more are let in: counts 100000$' \
  '^and an administrator: fails with 53300, remaining connection slots are reserved' \
  '^and once more: fails with 53300' \
  '^without workers: counts 100000$'
holds 'PostgreSQL 17.2 fails parallel queries of running sessions when a reserved slot is taken'
