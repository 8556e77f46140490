#!/usr/bin/env bash
# With one of two nodes down, the pool cluster of MariaDB's connector lets a request wait 10 s, again and again.
# Of:      library mariadb 3.5.4, MariaDB 10.11
# Guess:   a node that refuses the connection is passed over within milliseconds.
# Happens: createPoolCluster() with two nodes, the first of which refuses connections (ECONNREFUSED): the first request
#          waits 10 s, the default of acquireTimeout, before the second node serves it. The node is then left out for
#          restoreNodeTimeout, 1 s, and the next request after that waits as long again: with acquireTimeout 1 s and a
#          request every 2 s each of them waits a second.
# Hurts:   who has a cluster for fail-over: while a node is down, requests wait longer than their callers do. A busy
#          service hides it: one request in ten seconds waits, the others find the node left out.
# So:      acquireTimeout of some 500 ms for the nodes, and restoreNodeTimeout of 10,000 or more.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/mariadb.sh"
npm_install mariadb@3.5.4
start_mariadb
DEAD=$(free_port) run_js <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import mariadb from 'mariadb';
import login from './login.mjs';

async function ask(cluster) {
  const from = performance.now();
  const connection = await cluster.getConnection();
  const seconds = Math.round((performance.now() - from) / 1000);
  connection.release();
  return seconds;
}
function withDeadNode(options) {
  const cluster = mariadb.createPoolCluster();
  cluster.add('dead', { ...login, port: Number(process.env.DEAD), connectionLimit: 1, ...options });
  cluster.add('alive', { ...login, connectionLimit: 1 });
  return cluster;
}
console.log(`first request, as it comes: ${await ask(withDeadNode())} s`);
const cluster = withDeadNode({ acquireTimeout: 1000 });
const waits = [];
for (let i = 0; i < 3; i += 1) {
  if (i > 0) await sleep(1100);
  waits.push(`${await ask(cluster)} s`);
}
console.log(`with 1 s, one request after the other: ${waits.join(', ')}`);
process.exit();
JS
expect '^first request, as it comes: 10 s$' '^with 1 s, one request after the other: 1 s, 1 s, 1 s$'
holds 'the pool cluster of mariadb waits for acquireTimeout at a node that refuses'
