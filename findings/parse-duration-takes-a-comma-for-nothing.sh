#!/usr/bin/env bash
# parse-duration reads "1,5s" as 15 seconds and "1h-5m" as 65 minutes, without a word.
# Of:      format parse-duration 2.1.9, ms 2.1.3
# Guess:   "1,5s" is 1.5 s or refused, and "1h-5m" is 55 minutes or refused.
# Happens: parse-duration 2.1.9: commas between digits are dropped as separators of thousands, wherever they are: "1,5s"
#          and "0,5s" are 15,000 and 5,000 ms. A minus counts in front of the whole text only: "1h-5m" is 3,900,000 ms,
#          and "1d 2" is a day and two hours. ms 2.1.3 answers undefined to all of them.
# Hurts:   who lets people write time limits of pools, and has users whose decimal sign is a comma: an acquire timeout of
#          half a second is 5 s, valid and ten times too long.
# So:      refuse what is not /^\d+(\.\d+)?(ms|s|m|h)$/ before it is parsed.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
npm_install parse-duration@2.1.9 ms@2.1.3
run_js <<'JS'
import ms from 'ms';
import parse from 'parse-duration';

for (const text of ['1.5s', '1,5s', '0,5s', '1h-5m', '1d 2'])
  console.log(`${text}: parse-duration ${parse(text)}, ms ${ms(text)}`);
JS
expect '^1.5s: parse-duration 1500, ms 1500$' '^1,5s: parse-duration 15000, ms undefined$' \
  '^0,5s: parse-duration 5000, ms undefined$' '^1h-5m: parse-duration 3900000, ms undefined$' \
  '^1d 2: parse-duration 93600000, ms undefined$'
holds 'parse-duration reads "1,5s" as 15 s'
