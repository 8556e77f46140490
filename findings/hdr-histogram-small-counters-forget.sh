#!/usr/bin/env bash
# hdr-histogram-js with 8-bit counters forgets 256 values at a time: a third of the waits are 900 ms, and p99 is 0.
# Of:      library hdr-histogram-js 3.0.1
# Guess:   a counter of 8 bits that is full wraps silently; the total and, with one value only, the percentiles stay
#          right.
# Happens: hdr-histogram-js 3.0.1, bitBucketSize 8, 1,000 values of 1 ms and 500 of 900 ms: totalCount is 1500, but p25
#          is 900 (true: 1), the median and p99 are 0 (true: 1 and 900), and the mean is an error, "Index Out Of Bounds
#          Exception". With 32 bits all is right. bitBucketSize 16 does the same after 65,536 equal values.
# Hurts:   who records waits of a pool in small histograms to save memory: 256 equal waits suffice. Recording goes on
#          without an error, and the report says that nobody waits.
# So:      bitBucketSize 32, or 'packed'.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
npm_install hdr-histogram-js@3.0.1
run_js <<'JS'
import { build } from 'hdr-histogram-js';

for (const bitBucketSize of [8, 32]) {
  const waits = build({ bitBucketSize });
  for (let i = 0; i < 1000; i += 1) waits.recordValue(1);
  for (let i = 0; i < 500; i += 1) waits.recordValue(900);
  const say = (what, read) => {
    try {
      console.log(`${bitBucketSize} bits: ${what} ${read()}`);
    } catch (error) {
      console.log(`${bitBucketSize} bits: ${what} throws "${error.message}"`);
    }
  };
  say('totalCount', () => waits.totalCount);
  say('p25', () => waits.getValueAtPercentile(25));
  say('p50', () => waits.getValueAtPercentile(50));
  say('p99', () => waits.getValueAtPercentile(99));
  say('mean', () => waits.mean.toFixed(0));
}
JS
expect '^8 bits: totalCount 1500$' \
  '^8 bits: p25 900$' \
  '^8 bits: p50 0$' \
  '^8 bits: p99 0$' \
  '^8 bits: mean throws' \
  '^32 bits: p25 1$' \
  '^32 bits: p50 1$' \
  '^32 bits: p99 900$'
holds 'hdr-histogram-js 3.0.1 with bitBucketSize 8 says that p99 is 0'
