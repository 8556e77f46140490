#!/usr/bin/env bash
# postgres_exporter with an ordinary login leaves the sessions of all others out of pg_stat_activity_count, without an error.
# Of:      tool postgres_exporter 0.11.1, PostgreSQL 18.4, pg 8.23.1
# Guess:   it counts all sessions, perhaps without their states, or says that it may not.
# Happens: postgres_exporter 0.11.1 on PostgreSQL 18.4, a login without pg_monitor: with every usable connection taken (17 of
#          17) the sum of pg_stat_activity_count is 2, pg_up is 1 and pg_exporter_last_scrape_error 0. A transaction that
#          is left open is not there either. The states of others are NULL to that login, and the exporter joins by the state.
#          pg_stat_database_numbackends says 17. With pg_monitor both do.
# Hurts:   who alerts on sum(pg_stat_activity_count) / pg_settings_max_connections: the server is full and the alert sees 10 %.
# So:      GRANT pg_monitor to the exporter's login, and count by pg_stat_database_numbackends.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/postgres.sh"
npm_install pg@8.23.1
start_postgres max_connections=20
debian_unpack '0.11.1-*' prometheus-postgres-exporter
port=$(free_port)
export METRICS=http://127.0.0.1:$port/metrics
DATA_SOURCE_NAME="postgresql://exporter@127.0.0.1:$PGPORT/postgres?sslmode=disable" serve "$work/exporter.log" \
  "$root/usr/bin/prometheus-postgres-exporter" "--web.listen-address=127.0.0.1:$port"
port_open "$port" || cannot "the exporter does not start: $(tail -n 1 "$work/exporter.log")"
run_js <<'JS'
import pg from 'pg';

const connect = async (user) => {
  const client = new pg.Client({ user });
  client.on('error', () => {});
  await client.connect();
  return client;
};
const scrape = async () => {
  const lines = (await (await fetch(process.env.METRICS)).text()).split('\n');
  const values = (name) => lines.filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  const sum = (name) => values(name).reduce((total, line) => total + Number(line.split(' ').at(-1)), 0);
  const open = values('pg_stat_activity_max_tx_duration').filter((line) => line.includes('idle in transaction"'));
  return [
    `activity ${sum('pg_stat_activity_count')}`,
    `backends ${sum('pg_stat_database_numbackends')}`,
    `oldest open transaction ${open.some((line) => !line.endsWith(' 0')) ? 'seen' : 'not seen'}`,
    `up ${sum('pg_up')}, error ${sum('pg_exporter_last_scrape_error')}`,
  ].join(', ');
};
const admin = await connect('postgres');
await admin.query('CREATE ROLE exporter LOGIN; CREATE ROLE app LOGIN');
await scrape(); // It keeps its connection from here on.
const sessions = [];
for (;;) {
  try {
    sessions.push(await connect('app'));
  } catch ({ code }) {
    console.log(`refused: ${code}`);
    break;
  }
}
await sessions[0].query('BEGIN');
await sessions[0].query('SELECT 1');
const { rows } = await admin.query("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'");
console.log(`the server counts ${rows[0].count}`);
await new Promise((resolve) => setTimeout(resolve, 1_000));
console.log(`without pg_monitor: ${await scrape()}`);
await admin.query('GRANT pg_monitor TO exporter');
console.log(`with pg_monitor: ${await scrape()}`);
for (const client of [...sessions, admin]) await client.end();
JS
expect '^refused: 53300$' \
  '^the server counts 17$' \
  '^without pg_monitor: activity 2, backends 17, oldest open transaction not seen, up 1, error 0$' \
  '^with pg_monitor: activity 17, backends 17, oldest open transaction seen, up 1, error 0$'
holds 'postgres_exporter 0.11.1 without pg_monitor counts 2 of 17 sessions'
