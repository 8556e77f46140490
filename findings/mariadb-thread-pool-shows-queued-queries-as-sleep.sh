#!/usr/bin/env bash
# A query that waits for a thread of MariaDB's thread pool is an idle session to the process list: Sleep, without a text.
# Of:      server MariaDB 10.11, mysql2 3.24.6
# Guess:   the session shows as Query with a state that says what it waits for, and Threads_running counts it. (Made
#          without a look at profiles/servers/mariadb.yaml, which knew it.)
# Happens: MariaDB 10.11, pool-of-threads, one group, both threads at work for 3 s: three more clients wait 2.5 s for
#          "SELECT 1"; the process list has them as Sleep, idle since their last query, and Threads_running counts the
#          threads only. max_statement_time starts when a thread takes the query: all are answered.
# Hurts:   who looks at a saturated server: every pool says that its connections are busy and the server says that they
#          sleep, which reads as clients that hold connections for nothing; limits of statements do not end the wait.
# So:      count the waits at the pools; ask the server by extra_port, since a login waits for a thread too.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/mariadb.sh"
npm_install mysql2@3.24.6
EXTRA_PORT=$(free_port)
export EXTRA_PORT
start_mariadb --thread-handling=pool-of-threads --thread-pool-size=1 --thread-pool-max-threads=2 \
  "--extra-port=$EXTRA_PORT"
run_js <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import mysql from 'mysql2/promise';
import login from './login.mjs';

const admin = await mysql.createConnection({ ...login, port: Number(process.env.EXTRA_PORT) });
const clients = [];
for (let i = 0; i < 5; i += 1) clients.push(await mysql.createConnection(login));
const [one, other, ...waiting] = clients;
const busy = [one, other].map((client) => client.query('SELECT SLEEP(3)'));
await sleep(500);
const start = performance.now();
const served = waiting.map(async (client) => {
  await client.query('SET STATEMENT max_statement_time = 1 FOR SELECT 1');
  return performance.now() - start;
});
await sleep(500);
const [sessions] = await admin.query(`SELECT command, COUNT(*) AS count FROM information_schema.processlist
                                       WHERE id <> CONNECTION_ID() AND user = 'app' GROUP BY command`);
for (const { command, count } of sessions) console.log(`process list: ${command} ${count}`);
const [[running]] = await admin.query("SHOW GLOBAL STATUS LIKE 'Threads_running'");
console.log(`Threads_running, without this session: ${running.Value - 1}`);
await Promise.all(busy);
const shortest = Math.min(...(await Promise.all(served)));
console.log(`"SELECT 1" of three, limit 1 s: ${shortest > 1500 ? 'all answered, none before 1.5 s' : 'answered early'}`);
process.exit();
JS
expect '^process list: Query 2$' \
  '^process list: Sleep 3$' \
  '^Threads_running, without this session: 2$' \
  '^"SELECT 1" of three, limit 1 s: all answered, none before 1\.5 s$'
holds 'MariaDB 10.11 shows queries in the queue of its thread pool as Sleep'
