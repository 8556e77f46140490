#!/usr/bin/env bash
# convict's integer formats take the digits in front: a pool size of "1e3" is 1, "1_000" is 1, "0x10" is 0, all valid.
# Of:      format convict 6.2.5
# Guess:   the strict validation of format "int" and "nat" refuses text that is not wholly an integer.
# Happens: convict 6.2.5 reads environment variables with parseInt before it validates: "10 connections" and "10.5" are
#          10, "1_000" and "1e3" are 1, "0x10" is 0, also from a configuration object. Format Number reads "1e3" as 1000
#          in the next line of the same file.
# Hurts:   who gives a pool size or a timeout by environment: an unusual spelling becomes a pool of one, or of 0, which
#          some drivers take for "no limit"; the validation that was bought for this reports nothing.
# So:      give the setting a format of one's own that tests the text.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
npm_install convict@6.2.5
run_js <<'JS'
import convict from 'convict';

function read(format, text) {
  return convict({ pool: { format, default: 7, env: 'POOL' } }, { env: text === undefined ? {} : { POOL: text } });
}
for (const format of ['int', 'nat', Number]) {
  for (const text of ['1e3', '1_000', '10 connections', '10.5', '0x10']) {
    const config = read(format, text);
    config.validate({ allowed: 'strict' });
    console.log(`${format.name ?? format} from the environment: "${text}" is ${config.get('pool')}`);
  }
}
const loaded = read('nat').load({ pool: '1e3' });
loaded.validate({ allowed: 'strict' });
console.log(`nat from an object: "1e3" is ${loaded.get('pool')}`);
JS
expect '^int .*"1e3" is 1$' \
  '^nat .*"1e3" is 1$' \
  '^nat .*"1_000" is 1$' \
  '^nat .*"10 connections" is 10$' \
  '^nat .*"0x10" is 0$' \
  '^Number .*"1e3" is 1000$' \
  'object: "1e3" is 1$'
holds 'convict 6.2.5 reads the pool size "1e3" as 1 and calls it valid'
