#!/usr/bin/env bash
# trx_started of INNODB_TRX is in the time zone of the operating system, NOW() beside it in that of the session.
# Of:      server MariaDB 10.11, mysql2 3.24.6
# Guess:   TIMESTAMPDIFF(SECOND, trx_started, NOW()) is the age of a transaction, whatever default_time_zone is.
# Happens: MariaDB 10.11, default_time_zone '+05:00' on a machine in UTC: a transaction that has just begun is 18000 s
#          old, and with '-05:00' it begins in 5 hours. MySQL 9.7.4 does the same. With time_zone = 'SYSTEM' in the session
#          that asks, the age is right.
# Hurts:   who watches for long transactions on a server with a time zone of its own: alarms on all of them, or on none.
#          Monitors and run-books use this very expression.
# So:      SET SESSION time_zone = 'SYSTEM' before it, or compare with the PROCESSLIST's TIME.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/mariadb.sh"
npm_install mysql2@3.24.6
export TZ=UTC
start_mariadb --default-time-zone=+05:00
run_js <<'JS'
import mysql from 'mysql2/promise';
import login from './login.mjs';

const app = await mysql.createConnection(login);
await app.query('CREATE TABLE paid (id INT) ENGINE = InnoDB');
await app.query('BEGIN');
await app.query('INSERT INTO paid VALUES (1)');
const monitor = await mysql.createConnection(login);
for (const zone of ['the default, +05:00', '-05:00', 'SYSTEM']) {
  if (!zone.includes('default')) await monitor.query('SET SESSION time_zone = ?', [zone]);
  const [[{ age }]] = await monitor.query(
    'SELECT TIMESTAMPDIFF(SECOND, trx_started, NOW()) AS age FROM information_schema.INNODB_TRX',
  );
  const hours = Math.round(Number(age) / 3600);
  console.log(`the transaction of just now, asked with time_zone ${zone}: ${hours} hours old`);
}
process.exit();
JS
expect '\+05:00: 5 hours old$' ' -05:00: -5 hours old$' 'SYSTEM: 0 hours old$'
holds 'the age of a transaction is off by the time zone'
