#!/usr/bin/env bash
# PgBouncer's maxwait is 0 while its clients wait for their login: with the server hanging, cl_waiting is 5 and maxwait 0.
# Of:      pooler PgBouncer 1.18.0, PostgreSQL 18.4, pg 8.23.1
# Guess:   maxwait is how long the first of the clients in cl_waiting has waited, whatever it waits for.
# Happens: PgBouncer 1.18.0 (1.26.1 too): the server hangs (SIGSTOP) when the first five clients come. SHOW POOLS after
#          3 s: cl_waiting 5, maxwait 0, and SHOW CLIENTS says wait 0 of each. When the server goes on, a client that is
#          logged in and whose query waits for the one connection has a maxwait.
# Hurts:   who alerts on maxwait, as the manual of PgBouncer advises: a database that hangs or takes no logins when a
#          pool begins (a deploy, a restart of PgBouncer, a new user) has no wait there, while nobody gets in.
# So:      alert on cl_waiting that stays above 0 as well; connect_time of SHOW CLIENTS says since when.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/postgres.sh"
. "$here/lib/pgbouncer.sh"
npm_install pg@8.23.1
start_postgres autovacuum=off
server_pid=${pids[-1]}
start_pgbouncer default_pool_size=1
SERVER_PID=$server_pid run_js <<'JS'
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const start = (options) => {
  const client = new pg.Client(options);
  client.on('error', () => {});
  const ready = client.connect();
  ready.catch(() => {});
  return { client, ready };
};
const desk = start({ user: 'console', database: 'pgbouncer' });
await desk.ready;
const say = async (who) => {
  const { rows } = await desk.client.query('SHOW POOLS');
  const { cl_waiting: waiting, maxwait } = rows.find(({ database }) => database === 'postgres');
  const clients = (await desk.client.query('SHOW CLIENTS')).rows.filter(({ state }) => state === 'waiting');
  const waits = clients.map(({ wait }) => wait).join(' ');
  console.log(`${who}: cl_waiting ${waiting}, maxwait ${maxwait > 0 ? 'above 0' : 0}, wait of each: ${waits}`);
};
const hang = () => process.kill(Number(process.env.SERVER_PID), 'SIGSTOP');
const goOn = () => process.kill(Number(process.env.SERVER_PID), 'SIGCONT');

hang();
const first = Array.from({ length: 5 }, () => start());
await sleep(3000);
await say('five clients whose login waits');
goOn();
await Promise.all(first.map(({ ready }) => ready));

const holder = first[0].client;
await holder.query('BEGIN');
await holder.query('SELECT 1');
first[1].client.query('SELECT 1').catch(() => {});
await sleep(3000);
await say('one client whose query waits');
process.exit();
JS
expect '^five clients whose login waits: cl_waiting 5, maxwait 0, wait of each: 0 0 0 0 0$' \
  '^one client whose query waits: cl_waiting 1, maxwait above 0,'
holds 'clients that wait for their login have no maxwait'
