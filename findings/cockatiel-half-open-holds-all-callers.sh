#!/usr/bin/env bash
# A half-open circuit of cockatiel refuses nobody: all callers wait as long as the trial call, and then start together.
# Of:      library cockatiel 3.2.1
# Guess:   while the one trial call is under way, others get a BrokenCircuitError at once, as with opossum.
# Happens: cockatiel 3.2.1, circuitBreaker() that was open for halfOpenAfter, a trial call of 2 s: 20 other calls are
#          neither started nor refused for 2 s. When it succeeds, all 20 start in the same moment; when it fails, each gets
#          the error that the circuit is open, 2 s late.
# Hurts:   who relies on it to fail fast: when the database hangs, requests pile up behind the trial for as long as the
#          longest query, again after each halfOpenAfter, and then fall on a pool that has just come back.
# So:      A short time limit on the call inside the circuit, and a bulkhead around it.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
npm_install cockatiel@3.2.1
run_js <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import { circuitBreaker, ConsecutiveBreaker, handleAll } from 'cockatiel';

for (const ends of ['well', 'badly']) {
  const circuit = circuitBreaker(handleAll, { halfOpenAfter: 100, breaker: new ConsecutiveBreaker(2) });
  const isDown = async () => {
    throw new Error('down');
  };
  for (let call = 0; call < 2; call += 1) await circuit.execute(isDown).catch(() => {});
  await sleep(200);
  let started = 0;
  const query = async () => {
    started += 1;
    await sleep(2000);
    if (ends === 'badly') throw new Error('still down');
  };
  const trial = circuit.execute(query).catch(() => {});
  let settled = 0;
  const others = Array.from({ length: 20 }, () =>
    circuit.execute(query).then(
      () => 'served',
      () => 'refused',
    ).finally(() => (settled += 1)),
  );
  await sleep(1000);
  console.log(`trial that ends ${ends}: after 1 s ${started} started, ${settled} of the others answered`);
  await trial;
  await sleep(20);
  console.log(`trial that ended ${ends}: ${started} started, others ${new Set(await Promise.all(others)).values().next().value}`);
}
JS
expect '^trial that ends well: after 1 s 1 started, 0 of the others answered$' \
  '^trial that ended well: 21 started, others served$' \
  '^trial that ends badly: after 1 s 1 started, 0 of the others answered$' \
  '^trial that ended badly: 1 started, others refused$'
holds 'cockatiel 3.2.1 lets 20 callers wait for the trial call of a half-open circuit'
