#!/usr/bin/env bash
# Sequelize asks for the version of the server with a connection beside its pool, and no limit of the pool is for it.
# Of:      library sequelize 6.37.8, pg 8.23.1
# Guess:   pool.acquire ends the wait of every query for a connection, and the pool sees every connection.
# Happens: sequelize 6.37.8, pool.acquire 500 ms, and a server that accepts and says nothing (frozen, or a proxy without a
#          backend): the first query still waits after 2.5 s, and the pool has no connection and no waiting request. With
#          `databaseVersion` in the options, the same query fails after half a second, and the pool shows it.
# Hurts:   services that start while the database is frozen: requests pile up without a limit, and all figures of the pool
#          are 0. It is so again for each process and each restart.
# So:      give `databaseVersion`, and a limit for connecting (dialectOptions.connectionTimeoutMillis of pg).
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
npm_install sequelize@6.37.8 pg@8.23.1 pg-hstore@2.3.4
run_js <<'JS'
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Sequelize } from 'sequelize';

const silent = createServer((socket) => socket.on('error', () => {}).resume());
await new Promise((ready) => silent.listen(0, '127.0.0.1', ready));
const { port } = silent.address();
const place = { dialect: 'postgres', host: '127.0.0.1', port, username: 'app', database: 'app', logging: false };

for (const [title, more] of [['as it comes', {}], ['with databaseVersion', { databaseVersion: '18.0.0' }]]) {
  const db = new Sequelize({ ...place, ...more, pool: { max: 2, acquire: 500 } });
  const query = db.query('SELECT 1').then(() => 'served', (error) => error.name);
  await sleep(100);
  const { waiting, size } = db.connectionManager.pool;
  const end = await Promise.race([query, sleep(2400, 'still waits after 2.5 s')]);
  console.log(`${title}: ${end}; the pool saw ${waiting} waiting, ${size} connections`);
}
process.exit();
JS
expect '^as it comes: still waits after 2.5 s; the pool saw 0 waiting, 0 connections$' \
  '^with databaseVersion: SequelizeConnectionAcquireTimeoutError; the pool saw 1 waiting, 1 connections$'
holds 'the first query of sequelize 6.37.8 is beside the pool and its time limit'
