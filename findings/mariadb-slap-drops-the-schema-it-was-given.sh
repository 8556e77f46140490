#!/usr/bin/env bash
# mariadb-slap with --create or --auto-generate-sql drops the schema that it is given, with all tables that were there
# before.
# Of:      tool mariadb-slap 10.11, mysql2 3.24.6, MariaDB 10.11
# Guess:   it removes what it made itself; a schema that was there stays, as with --query alone.
# Happens: schema "shop" with a table of orders: with --create-schema=shop and --query alone it stays. With --create or
#          --auto-generate-sql beside it, shop is dropped at the end, orders included, without a question or a warning,
#          exit code 0. With --no-drop it stays, and mariadb-slap ends: "Can't create database 'shop'; database exists".
# Hurts:   who measures a server that has data, and names the schema where the data is.
# So:      a user with rights on a schema of its own only, and --no-drop.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/mariadb.sh"
npm_install mysql2@3.24.6
start_mariadb
debian_unpack '1:10.11.*' mariadb-client
cat >"$work/slap.mjs" <<'JS'
import { spawnSync } from 'node:child_process';
import mysql from 'mysql2/promise';
import login from './login.mjs';

const admin = await mysql.createConnection(login);
const { host, port, user, password } = login;
async function slap(...options) {
  await admin.query('CREATE DATABASE IF NOT EXISTS shop');
  await admin.query('CREATE TABLE IF NOT EXISTS shop.orders (id INT)');
  const to = ['--no-defaults', `--host=${host}`, `--port=${port}`, `--user=${user}`, `--password=${password}`];
  const load = ['--create-schema=shop', '--concurrency=2', '--number-of-queries=10'];
  const { status } = spawnSync(process.env.SLAP, [...to, ...load, ...options]);
  const [rows] = await admin.query("SHOW DATABASES LIKE 'shop'");
  console.log(`${options.join(' ')}: shop is ${rows.length === 1 ? 'there' : 'gone'}, exit code ${status}`);
}
await slap('--query=SELECT 1');
await slap('--query=SELECT 1', '--create=CREATE TABLE own (id INT)');
await slap('--auto-generate-sql');
await slap('--auto-generate-sql', '--no-drop');
process.exit();
JS
SLAP=$root/usr/bin/mariadb-slap LD_LIBRARY_PATH=$library_path run_js <<<"import './slap.mjs';"
expect '^--query=SELECT 1: shop is there, exit code 0$' '^--query=SELECT 1 --create=CREATE TABLE own \(id INT\): shop is gone, exit code 0$' \
  '^--auto-generate-sql: shop is gone, exit code 0$' '^--auto-generate-sql --no-drop: shop is there, exit code 1$'
holds 'mariadb-slap drops a schema that was there before'
