#!/usr/bin/env bash
# label_replace() of Prometheus 2.42 makes a native histogram the number 0, without an error.
# Of:      tool Prometheus 2.42.0
# Guess:   it changes labels and leaves values alone, as it does for numbers, or refuses what it does not know.
# Happens: Prometheus 2.42.0 of Debian 12 with --enable-feature=native-histograms: sum(x) answers a histogram with count 100;
#          label_replace(sum(x), "a", "b", "", "") answers "0" as a number, status success, no warning. So does label_join().
# Hurts:   who names series of a query, as dashboards do: a histogram is there, and every figure of it is 0.
# So:      take histogram_count() and histogram_sum() first, which are numbers; let the histogram itself keep its labels.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/debian.sh"
debian_unpack '2.42.0*' prometheus
port=$(free_port)
export API=http://127.0.0.1:$port/api/v1
cd "$work"
echo 'global: {}' >prometheus.yml
mkdir data
hand_over data
serve "$work/prometheus.log" "$root/usr/bin/prometheus" --config.file=prometheus.yml --storage.tsdb.path=data \
  "--web.listen-address=127.0.0.1:$port" --enable-feature=native-histograms --web.enable-remote-write-receiver
port_open "$port" || cannot "Prometheus does not start: $(tail -n 1 "$work/prometheus.log")"
run_js <<'JS'
// One native histogram by remote write: 100 times 0.03, schema 0, in the bucket up to 2^-5.
const varint = (n) => {
  const bytes = [];
  for (n = BigInt(n); n > 127n; n >>= 7n) bytes.push(Number(n & 127n) | 128);
  return Buffer.from([...bytes, Number(n)]);
};
const number = (field, n) => Buffer.concat([varint(field * 8), varint(n)]);
const signed = (field, n) => number(field, n < 0 ? -2 * n - 1 : 2 * n);
const text = (field, bytes) => Buffer.concat([varint(field * 8 + 2), varint(bytes.length), bytes]);
const double = (field, x) => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(x);
  return Buffer.concat([varint(field * 8 + 1), bytes]);
};
const span = text(11, Buffer.concat([signed(1, -5), number(2, 1)]));
const now = Date.now();
const histogram = [number(1, 100), double(3, 3), signed(4, 0), double(5, 1e-9), number(6, 0), span, text(12, varint(200)), number(15, now)];
const label = text(1, Buffer.concat([text(1, Buffer.from('__name__')), text(2, Buffer.from('x'))]));
const body = text(1, Buffer.concat([label, text(4, Buffer.concat(histogram))]));
// Snappy without compression: the length, and one literal.
const snappy = Buffer.concat([varint(body.length), Buffer.from([60 << 2, body.length - 1]), body]);
const headers = { 'content-encoding': 'snappy', 'content-type': 'application/x-protobuf' };
const ready = async () => (await fetch(process.env.API.replace('api/v1', '-/ready')).catch(() => ({}))).ok;
while (!(await ready())) await new Promise((resolve) => setTimeout(resolve, 50));
const sent = await fetch(`${process.env.API}/write`, { method: 'POST', headers, body: snappy });
console.log(`written: ${sent.status}`);
for (const query of ['sum(x)', 'label_replace(sum(x), "a", "b", "", "")', 'label_join(sum(x), "a", "")', 'histogram_count(sum(x))']) {
  const answer = await fetch(`${process.env.API}/query?query=${encodeURIComponent(query)}&time=${now / 1_000}`);
  const { status, warnings = [], data } = await answer.json();
  const [{ value, histogram: native }] = data.result;
  console.log(`${query}: ${status}, ${warnings.length} warnings, ${native ? `histogram of ${native[1].count}` : `number ${value[1]}`}`);
}
JS
expect '^written: 204$' \
  '^sum\(x\): success, 0 warnings, histogram of 100$' \
  '^label_replace\(.*\): success, 0 warnings, number 0$' \
  '^label_join\(.*\): success, 0 warnings, number 0$' \
  '^histogram_count\(sum\(x\)\): success, 0 warnings, number 100$'
holds 'label_replace() of Prometheus 2.42 makes a native histogram 0'
