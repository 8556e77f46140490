#!/usr/bin/env bash
# Drizzle's execute() sends nothing until somebody waits for it, and says nothing where nobody does.
# Of:      library drizzle-orm 0.45.4
# Guess:   a builder (insert().values()) waits for await; execute() sends at once, as Kysely's execute() and pg's query() do.
# Happens: drizzle-orm 0.45.4, node-postgres: db.execute('NOTIFY …') without await or then() is never sent, without an
#          error or an unhandled rejection. The same in a callback that returns its value: sent, because that is awaited.
# Hurts:   work that is dropped on purpose (a NOTIFY, an audit row, SET of a session): it never happens, in no log; and
#          who measures a pool under `db.execute()` in a loop measures nothing.
# So:      await it, or add .catch(): that sends it. poolctl lint reports it (floating-query).
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
npm_install drizzle-orm@0.45.4 pg@8.23.1
run_js <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import { drizzle } from 'drizzle-orm/node-postgres';

let sent = 0;
const query = async () => {
  sent += 1;
  return { rows: [], rowCount: 0 };
};
const db = drizzle({ client: { query } });
let unhandled = 0;
process.on('unhandledRejection', () => (unhandled += 1));

db.execute("NOTIFY orders, '1'");
void db.execute("NOTIFY orders, '2'");
await sleep(500);
console.log(`execute() without await: ${sent} of 2 sent, ${unhandled} rejections`);
db.execute("NOTIFY orders, '3'").catch(console.error);
await sleep(500);
console.log(`with catch(): ${sent} sent`);
await (() => db.execute("NOTIFY orders, '4'"))();
console.log(`awaited: ${sent} sent`);
JS
expect '^execute\(\) without await: 0 of 2 sent, 0 rejections$' \
  '^with catch\(\): 1 sent$' \
  '^awaited: 2 sent$'
holds 'drizzle-orm 0.45.4 never sends an execute() that nobody awaits'
