#!/usr/bin/env bash
# TypeORM with replication on MySQL or MariaDB: after one query in a moment without the server, that server is gone until
# the process restarts.
# Of:      library typeorm 1.1.1, mysql2 3.24.6, MariaDB 10.11
# Guess:   reads fail while the replica is away and come back with it.
# Happens: typeorm 1.1.1 on mysql2 3.24.6: the replica is away for one query. That query fails with
#          PROTOCOL_CONNECTION_LOST; every later one with POOL_NOEXIST, "Pool does Not exist.", 2 s after the replica is
#          back too. mysql2's pool cluster tries five times within that one query and then removes the node for good
#          (removeNodeErrorCount 5, restoreNodeTimeout 0). The same with the node for writing. With restoreNodeTimeout
#          500 the queries come back. With type "postgres" they come back of their own.
# Hurts:   services with read replicas: a restart or failover of a second ends all reads, or all writes, until somebody
#          restarts every process, and the error does not name the server.
# So:      replication: { restoreNodeTimeout: 1000, ... }.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/mariadb.sh"
npm_install typeorm@1.1.1 mysql2@3.24.6 reflect-metadata@0.2.2
start_mariadb
run_js <<'JS'
import 'reflect-metadata';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import login from './login.mjs';

/** A port in front of the server that can be away: what comes then is closed. */
let away = false;
const sockets = new Set();
const door = createServer((socket) => {
  if (away) return socket.destroy();
  const server = connect(login.port, login.host);
  for (const each of [socket, server]) {
    sockets.add(each);
    each.on('error', () => {}).on('close', () => [socket, server].forEach((both) => both.destroy()));
  }
  socket.pipe(server).pipe(socket);
});
await new Promise((ready) => door.listen(0, '127.0.0.1', ready));

const node = { host: login.host, username: login.user, password: login.password, database: login.database };
const master = { ...node, port: login.port };
const slaves = [{ ...node, port: door.address().port }];
const read = async (source) => {
  const runner = source.createQueryRunner('slave');
  const answer = await runner.query('SELECT 1').then(() => 'answered', (error) => error.code);
  await runner.release().catch(() => {});
  return answer;
};
for (const options of [{}, { restoreNodeTimeout: 500 }]) {
  const source = new DataSource({ type: 'mysql', replication: { master, slaves, ...options } });
  await source.initialize();
  const seen = [`before ${await read(source)}`];
  away = true;
  for (const socket of sockets) socket.destroy();
  await sleep(100);
  seen.push(`away ${await read(source)}`);
  away = false;
  await sleep(2000);
  seen.push(`back for 2 s ${await read(source)}`, await read(source));
  console.log(`${JSON.stringify(options)}: ${seen.join(', ')}`);
}
process.exit();
JS
expect '^\{\}: before answered, away PROTOCOL_CONNECTION_LOST, back for 2 s POOL_NOEXIST, POOL_NOEXIST$' \
  '^\{"restoreNodeTimeout":500\}: before answered, away PROTOCOL_CONNECTION_LOST, back for 2 s answered, answered$'
holds 'typeorm 1.1.1 on mysql2 loses a replica for good after one query without it'
