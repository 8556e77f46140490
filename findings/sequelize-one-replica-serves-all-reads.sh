#!/usr/bin/env bash
# Sequelize with two read replicas sends every read to one of them, for as long as one connection suffices.
# Of:      library sequelize 6.37.8, PostgreSQL 18.4
# Guess:   reads take the replicas in turn, one query each ("basic round robin scheduling", its documentation says).
# Happens: sequelize 6.37.8 on PostgreSQL, two read nodes, pool.max 5: 40 reads one after another are 40 and 0. The turn
#          is taken when a connection is opened, and the one pool of all reads lends what was given back last. After
#          a burst that opened 3 connections to one and 2 to the other, 40 more reads go to one again.
# Hurts:   services of many small processes: each opens its first connection to the first node of the list, so that
#          the second replica idles; and who sizes each replica for its even share.
# So:      give each process the list in another order, or one read address that balances.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/postgres.sh"
npm_install sequelize@6.37.8 pg@8.23.1 pg-hstore@2.3.4
start_postgres autovacuum=off
run_js <<'JS'
import { connect, createServer } from 'node:net';
import { QueryTypes, Sequelize } from 'sequelize';

/** A port that leads to the server, as a replica would have it; its name by the port that the server sees. */
const nodes = new Map();
const door = async (name) => {
  const server = createServer((socket) => {
    const upstream = connect(Number(process.env.PGPORT), process.env.PGHOST, () => nodes.set(upstream.localPort, name));
    socket.on('error', () => {}).pipe(upstream).on('error', () => {}).pipe(socket);
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return server.address().port;
};
const node = (port) => ({ host: '127.0.0.1', port, username: 'postgres', database: 'postgres' });
const replication = {
  write: node(Number(process.env.PGPORT)),
  read: [node(await door('first')), node(await door('second'))],
};
const db = new Sequelize({ dialect: 'postgres', logging: false, replication, pool: { max: 5 } });
const read = async (sql = 'SELECT 1') => {
  const [{ port }] = await db.query(`SELECT inet_client_port() AS port FROM (${sql}) AS work`, { type: QueryTypes.SELECT });
  return nodes.get(port);
};
const reads = async (count) => {
  const by = { first: 0, second: 0 };
  for (let i = 0; i < count; i += 1) by[await read()] += 1;
  return `first ${by.first}, second ${by.second}`;
};
console.log(`40 reads one after another: ${await reads(40)}`);
await Promise.all(Array.from({ length: 20 }, () => read('SELECT pg_sleep(0.1)')));
console.log(`connections after 20 at once: ${[...nodes.values()].sort().join(' ')}`);
console.log(`40 more: ${await reads(40)}`);
process.exit();
JS
expect '^40 reads one after another: first 40, second 0$' \
  '^connections after 20 at once: first first first second second$' \
  '^40 more: (first 40, second 0|first 0, second 40)$'
holds 'sequelize 6.37.8 sends 40 of 40 reads to one of two replicas'
