#!/usr/bin/env bash
# node-config drops the default too when an environment variable is no number: the setting is gone, and nothing is said.
# Of:      format config 5.0.1
# Guess:   a variable of format "number" that is no number stops the program with an error that names it.
# Happens: config 5.0.1: POOL_MAX=1_000 with "__format": "number" and default.json saying 7 loads without an error or a
#          line on stderr; the property is undefined, has() is false. "1e3" is 1000, an empty variable leaves the 7.
#          Only get() fails, later, and says that the property is not defined, not that the variable is wrong.
# Hurts:   code that reads config.pool.max, or asks has() first: the driver's own default applies, one spelling mistake
#          away from the file that seems to say 7.
# So:      read settings by get() at start, so that it fails early.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
npm_install config@5.0.1
mkdir "$work/config"
echo '{ "pool": { "max": 7 } }' >"$work/config/default.json"
echo '{ "pool": { "max": { "__name": "POOL_MAX", "__format": "number" } } }' >"$work/config/custom-environment-variables.json"
run_js <<'JS'
import { spawnSync } from 'node:child_process';

const program = `
  const config = require('config');
  let got;
  try { got = config.get('pool.max'); } catch (error) { got = error.message; }
  console.log(config.pool.max + ', has() ' + config.has('pool.max') + ', get() ' + got);`;
for (const POOL_MAX of ['', '1e3', '1_000', 'ten']) {
  const env = { ...process.env, POOL_MAX };
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', program], { env, encoding: 'utf8' });
  console.log(`POOL_MAX="${POOL_MAX}": ${stdout.trim()}; stderr ${stderr.trim() || 'empty'}`);
}
JS
expect '^POOL_MAX="": 7, has\(\) true' \
  '^POOL_MAX="1e3": 1000, ' \
  '^POOL_MAX="1_000": undefined, has\(\) false, .*stderr empty$' \
  '^POOL_MAX="ten": undefined, .* get\(\) Configuration property "pool.max" is not defined; stderr empty$'
holds 'config 5.0.1 loses the default where the variable is no number'
