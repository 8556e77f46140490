#!/usr/bin/env bash
# postgres_exporter counts the workers of a parallel query as sessions: one connection of a pool is five at work.
# Guess:   pg_stat_activity_count and numbackends are sessions of clients; workers of a query are none.
# Happens: Debian's postgres_exporter 0.11.1, PostgreSQL 18.4, two sessions of a service, one of which runs a query with
#          4 workers: pg_stat_activity_count is 5 in state "active" and 1 idle in the service's database, and
#          pg_stat_database_numbackends is 6. When the query has ended they are 0, 2 and 2.
# Hurts:   who takes the sessions in use from these metrics, for the size of a pool or as a share of max_connections:
#          workers take no place of it, and reports at night make a pool of 2 look like one of 6.
# So:      a query of one's own with backend_type = 'client backend'.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/postgres.sh"
npm_install pg@8.23.1
start_postgres autovacuum=off
debian_unpack '0.11.1-*' prometheus-postgres-exporter
EXPORTER_PORT=$(free_port)
export EXPORTER_PORT
serve "$work/exporter.log" env "DATA_SOURCE_NAME=postgresql://postgres@127.0.0.1:$PGPORT/postgres?sslmode=disable" \
  "$root/usr/bin/prometheus-postgres-exporter" "--web.listen-address=127.0.0.1:$EXPORTER_PORT"
port_open "$EXPORTER_PORT" || cannot "the exporter does not start: $(tail -n 1 "$work/exporter.log")"
echo "postgres_exporter $debian_version"
run_js <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

// The service has a database of its own; who looks on is in another.
const admin = new pg.Client();
await admin.connect();
await admin.query('CREATE DATABASE shop');
const [service, other] = [new pg.Client({ database: 'shop' }), new pg.Client({ database: 'shop' })];
await Promise.all([service.connect(), other.connect()]);
const setUp = [
  'CREATE TABLE orders WITH (parallel_workers = 4) AS SELECT generate_series(1, 100000) AS i',
  'ANALYZE orders',
  `CREATE FUNCTION slow(i int) RETURNS int PARALLEL SAFE LANGUAGE plpgsql AS
     $$ BEGIN IF i % 10000 = 0 THEN PERFORM pg_sleep(1); END IF; RETURN i; END $$`,
  'SET max_parallel_workers_per_gather = 4; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0',
  'SET min_parallel_table_scan_size = 0; SET parallel_leader_participation = off',
];
for (const sql of setUp) await service.query(sql);

const metrics = async () => {
  const text = await (await fetch(`http://127.0.0.1:${process.env.EXPORTER_PORT}/metrics`)).text();
  const shop = text.split('\n').filter((line) => line.includes('datname="shop"'));
  const value = (name, label = '') =>
    shop.find((line) => line.startsWith(`${name}{`) && line.includes(label))?.split(' ')[1];
  const count = (state) => value('pg_stat_activity_count', `state="${state}"`);
  return `active ${count('active')}, idle ${count('idle')}, numbackends ${value('pg_stat_database_numbackends')}`;
};
const look = "SELECT count(*)::int AS workers FROM pg_stat_activity WHERE backend_type = 'parallel worker'";
const workers = async () => (await admin.query(look)).rows[0].workers;
const query = service.query('SELECT count(slow(i)) FROM orders');
for (let i = 0; i < 100 && (await workers()) < 4; i += 1) await sleep(20);
console.log(`one query with ${await workers()} workers: ${await metrics()}`);
await query;
console.log(`no query: ${await metrics()}`);
process.exit();
JS
expect '^one query with 4 workers: active 5, idle 1, numbackends 6$' \
  '^no query: active 0, idle 2, numbackends 2$'
holds 'postgres_exporter 0.11.1 counts parallel workers as sessions'
