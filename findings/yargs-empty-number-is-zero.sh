#!/usr/bin/env bash
# yargs-parser makes a number option without a number 0: "--max=" and "--no-max" are both 0.
# Of:      format yargs-parser 22.0.0
# Guess:   an option declared as a number is NaN or undefined when its text is empty.
# Happens: yargs-parser 22.0.0: "--max=" is 0 and "--no-max" is 0, whatever the default; "--max" alone leaves the
#          default and "--max=ten" is NaN. Not declared, the same words are "", false, true and "ten".
# Hurts:   scripts that call `serve --max=$POOL_MAX` where the variable is not set: the pool gets 0, which mysql2 takes
#          for no limit at all and other pools for a pool that serves nobody. No default applies, since the option is
#          given.
# So:      refuse 0 in a `coerce` or `check` function.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
npm_install yargs-parser@22.0.0
run_js <<'JS'
import parse from 'yargs-parser';

for (const word of ['--max=', '--no-max', '--max', '--max=ten', '--other']) {
  const declared = parse([word], { number: ['max'], default: { max: 10 } }).max;
  console.log(`${word}: declared a number, default 10: ${declared}; not declared: ${JSON.stringify(parse([word]).max)}`);
}
JS
expect '^--max=: .*default 10: 0; not declared: ""' '^--no-max: .*default 10: 0; not declared: false' \
  '^--max=ten: .*default 10: NaN;' '^--other: .*default 10: 10;'
holds 'yargs-parser 22.0.0 reads "--max=" as the number 0'
