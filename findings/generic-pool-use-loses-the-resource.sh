#!/usr/bin/env bash
# generic-pool's use() with a function that is not async fails, and the resource is lost to the pool.
# Of:      library generic-pool 3.9.0
# Guess:   use() takes the resource back however the function ends, by its value or by an error thrown.
# Happens: generic-pool 3.9.0, max 1: "use((resource) => resource.id)" fails with "fn(...).then is not a function" and the
#          resource stays borrowed: the next acquire times out. The same when the function throws before its first
#          promise. Its own types allow it (U | Promise<U>). A rejection destroys the resource, be it only a wrong query.
# Hurts:   a check of arguments in front of the query, "if (!id) throw ...", takes one connection out of the pool with
#          each bad request, until requests time out with nothing on the server; a rejected query costs a login.
# So:      async functions only; errors that leave the connection well are returned, not thrown.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
npm_install generic-pool@3.9.0
run_js <<'JS'
import { readFileSync } from 'node:fs';
import { createPool } from 'generic-pool';

const types = readFileSync('node_modules/generic-pool/index.d.ts', 'utf8');
console.log(`types: ${types.match(/use<U>.*/)[0]}`);
const thrower = () => {
  throw new Error('id is missing');
};
const uses = {
  'async, a value': async ({ id }) => id,
  'async, a rejection': async () => thrower(),
  'not async, a value': ({ id }) => id,
  'not async, an error': thrower,
};
for (const [name, use] of Object.entries(uses)) {
  let destroyed = 0;
  const factory = { create: async () => ({ id: 1 }), destroy: async () => (destroyed += 1) };
  const pool = createPool(factory, { max: 1, acquireTimeoutMillis: 300 });
  const end = await pool.use(use).catch(({ message }) => `"${message}"`);
  const { borrowed } = pool;
  const next = await pool.acquire().then(() => 'is served', ({ message }) => `fails, "${message}"`);
  console.log(`${name}: ${end}; borrowed ${borrowed}, destroyed ${destroyed}; the next ${next}`);
}
process.exit();
JS
expect '^types: use<U>\(cb: \(resource: T\) => U \| Promise<U>\)' \
  '^async, a value: 1; borrowed 0, destroyed 0; the next is served$' \
  '^async, a rejection: "id is missing"; borrowed 0, destroyed 1; the next is served$' \
  '^not async, a value: "fn\(\.\.\.\)\.then is not a function"; borrowed 1, .* fails, "ResourceRequest timed out"$' \
  '^not async, an error: "id is missing"; borrowed 1, .* fails, "ResourceRequest timed out"$'
holds 'use() of generic-pool 3.9.0 keeps the resource of a function that is not async'
