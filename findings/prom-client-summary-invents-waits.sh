#!/usr/bin/env bash
# A Summary of prom-client says p90 is 85 ms where 95 % of the waits are exactly 0: equal values become one point of a
# line.
# Of:      library prom-client 15.1.3
# Guess:   the digest is exact where there are two values only: with 950 waits of 0 and 50 of 0.1 s, p50 and p90 are 0.
# Happens: prom-client 15.1.3 (tdigest 0.1.3): p50 is 0.005 and p90 0.085, in whatever order they come. The digest keeps
#          one centroid for all equal values and draws a straight line to the next one, whatever their weights. Without
#          equal values (950 waits of 0 to 0.95 ms) p90 is right.
# Hurts:   who exports the waits for a pool: most are exactly 0, so that the line from 0 to the few real ones is the
#          whole summary, and an alert on p90 goes off where nine of ten requests wait for nothing.
# So:      a Histogram with a first bucket near 0.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
npm_install prom-client@15.1.3
run_js <<'JS'
import { Registry, Summary } from 'prom-client';

const few = Array.from({ length: 50 }, () => 0.1);
const many = (wait) => Array.from({ length: 950 }, (_, i) => wait(i));
/** The same values, each slow one after 19 quick ones. */
const mixed = (quick) => quick.flatMap((value, i) => (i % 19 === 18 ? [value, few[0]] : [value]));
const show = async (name, values) => {
  const registers = [new Registry()];
  const waits = new Summary({ name: 'wait_seconds', help: 'Wait', percentiles: [0.5, 0.9], registers });
  for (const value of values) waits.observe(value);
  const [p50, p90, sum, count] = (await waits.get()).values.map(({ value }) => value);
  console.log(`${name}: p50 ${p50.toFixed(4)}, p90 ${p90.toFixed(4)}, sum ${sum.toFixed(2)}, count ${count}`);
};
await show('950 of 0, then 50 of 0.1 s', [...many(() => 0), ...few]);
await show('the same, mixed', mixed(many(() => 0)));
await show('950 up to 0.95 ms, 50 of 0.1 s', mixed(many((i) => i / 1e6)));
process.exit();
JS
expect '^950 of 0, then .*: p50 0\.0050, p90 0\.0850, sum 5\.00, count 1000$' \
  '^the same, mixed: p50 0\.0050, p90 0\.0850,' \
  '^950 up to 0\.95 ms, .*: p50 0\.0005, p90 0\.0009,'
holds 'prom-client 15.1.3 says p90 is 85 ms where 95 % of the values are 0'
