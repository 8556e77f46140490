#!/usr/bin/env bash
# promtool test rules passes a test that says an alert is quiet where no rule of that name is there, or no rules at all.
# Of:      tool promtool 2.42.0
# Guess:   a test of an alert that no rule file has is an error: it is a typing mistake.
# Happens: promtool 2.42.0: the pool is full, the rule fires, and the test of the misspelt alert with no expected alerts
#          is SUCCESS, exit code 0. So it is where the rule file does not exist: one WARNING line, SUCCESS, exit code 0.
#          A misspelt key of the test is an error. promtool 3.5.3 does the same.
# Hurts:   who tests that an alert keeps quiet on a burst: the rule is renamed or its file moved, and the test stays green.
# So:      beside each test that an alert is quiet, one in which the same alert fires.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/debian.sh"
debian_unpack '2.42.0*' prometheus
cd "$work"
cat >rules.yml <<'YAML'
groups:
  - name: pool
    rules:
      - { alert: PoolFull, expr: used / limit > 0.8 }
YAML

# outcome RULES ALERT: what promtool says of a test in which the pool is full and ALERT is expected to be quiet.
outcome() {
  cat >test.yml <<YAML
rule_files: [$1]
tests:
  - interval: 1m
    input_series: [{ series: used, values: 10x10 }, { series: limit, values: 10x10 }]
    alert_rule_test: [{ eval_time: 5m, alertname: $2, exp_alerts: [] }]
YAML
  local code=0
  "$root/usr/bin/promtool" test rules test.yml >out 2>&1 || code=$?
  echo "$1, $2: $(grep -Eo 'WARNING|SUCCESS|FAILED' out | sort -u | tr '\n' ' ')exit code $code"
}
{
  outcome rules.yml PoolFull
  outcome rules.yml PoolFul
  outcome moved.yml PoolFull
} | tee seen
expect '^rules.yml, PoolFull: FAILED exit code 1$' \
  '^rules.yml, PoolFul: SUCCESS exit code 0$' \
  '^moved.yml, PoolFull: SUCCESS WARNING exit code 0$'
holds 'promtool 2.42.0 passes a test of an alert that no rule has'
