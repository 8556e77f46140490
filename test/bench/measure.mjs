// How true poolctl measure is over a minute: known loads on real servers, which it starts. 6 minutes; another window can
// be named (10s). Needs the build: npm run build && node test/bench/measure.mjs
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { runnerImport } from 'vite';

const root = fileURLToPath(new URL('../../', import.meta.url));
const helper = async (name) => (await runnerImport(`${root}test/helpers/${name}.ts`)).module;
const { Load, createWatcher } = await helper('load');
const { startHere } = await helper('servers/prepare');
const { Cleanup } = await helper('servers/cleanup');
const { postgres } = await helper('servers/postgres');
const { mysql } = await helper('servers/mysql');
const { mariadb } = await helper('servers/mariadb');

const window = process.argv[2] ?? '60s';
const plan = { ratePerSecond: 150, arrivals: 'poisson', hold: { kind: 'exponential', meanMs: 80 }, seed: 1 };
const targets = { rate: 0.03, held: 0.05 };

const engines = [
  { engine: postgres, protocol: 'postgres', works: ['statement', 'transaction'] },
  { engine: mysql, protocol: 'mysql', works: ['statement', 'transaction'] },
  { engine: mariadb, protocol: 'mysql', works: ['statement', 'transaction'] },
];

/** In a process of its own, so that the load does not wait for it. */
function measure(url) {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, DATABASE_URL: url };
    execFile(
      process.execPath,
      [`${root}bin/poolctl`, 'measure', '--json', '--window', window],
      { env },
      (error, text) => (error ? reject(new Error(text || error.message)) : resolve(JSON.parse(text).result)),
    );
  });
}

let missed = 0;

function judged(isWithin, text) {
  if (isWithin) return text;
  missed += 1;
  return `${text} ✗`;
}

function off(value, truth, target) {
  const ratio = value / truth - 1;
  return judged(Math.abs(ratio) <= target, `${ratio >= 0 ? '+' : '−'}${Math.abs(ratio * 100).toFixed(2)} %`);
}

/** A histogram has the p95 in a bucket, for sure; the bounds of other ways are an interval. */
function p95({ holdTime, histogram }, { p95Ms }) {
  if (!holdTime.p95Ms) return ['–', ''];
  const { value, low, high } = holdTime.p95Ms;
  const bounds = `${low.toFixed(1)} to ${high.toFixed(1)}`;
  return [value.toFixed(1), judged(histogram === undefined || (low <= p95Ms && p95Ms <= high), bounds)];
}

const table = new Table({
  head: ['server', 'load', 'TPS', 'measured', 'off', 'in use', 'measured', 'off', 'by', 'p95', 'measured', 'within'],
  style: { head: [], border: [] },
  chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
});
for (const { engine, protocol, works } of engines) {
  const cleanup = new Cleanup();
  try {
    const { server } = await startHere(engine, cleanup);
    const { url } = await createWatcher(protocol, server);
    for (const work of works) {
      const load = await Load.start(protocol, server, { ...plan, work });
      const result = await measure(url);
      const end = performance.now() - 50; // The process ends a little after its window.
      await load.stop();
      const truth = load.truth(end - result.windowSeconds * 1_000, end);
      const { value: rate } = result.ratePerSecond;
      const tps = [truth.ratePerSecond.toFixed(2), rate.toFixed(2), off(rate, truth.ratePerSecond, targets.rate)];
      for (const [index, { value, source }] of result.heldBy.entries()) {
        const held = [truth.held.toFixed(2), value.toFixed(2), off(value, truth.held, targets.held), source];
        const first = [engine.name, `${work}s`, ...tps, ...held, truth.p95Ms.toFixed(1), ...p95(result, truth)];
        table.push(index === 0 ? first : ['', '', '', '', '', ...held, '', '', '']);
      }
    }
  } finally {
    await cleanup.run();
  }
}
console.log(`poolctl measure --window ${window} against ${plan.ratePerSecond} requests a second by chance, held for`);
console.log(`${plan.hold.meanMs} ms on average (exponential); times in ms`);
console.log(table.toString());
console.log(missed === 0 ? 'All within 3 % (TPS), 5 % (in use) and their bucket (p95).' : `${missed} beyond: ✗`);
process.exitCode = missed === 0 ? 0 : 1;
