// CPU time of sizePool: the first call of a fresh process, and calls per CPU second once warm. Run by `npm run bench`.
// `node test/bench/size.mjs CHECKOUT [rounds]` does it beside another built checkout, by turns, with the ratios.
import { spawnSync } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [other, roundsText = other ? '7' : '3'] = process.argv.slice(2);
const here = fileURLToPath(new URL('../..', import.meta.url));
const builds = [here, ...(other ? [other] : [])].map(
  (root) => new URL('dist/index.js', pathToFileURL(`${root}/`)).href,
);

const cases = [
  ['mean', { meanMs: 100, arrivalRatePerSecond: 200 }],
  ['p95', { p95Ms: 300, arrivalRatePerSecond: 200 }],
  ['p50, p95', { p50Ms: 80, p95Ms: 300, arrivalRatePerSecond: 200 }],
  ['p50, p95, p99, model', { p50Ms: 80, p95Ms: 300, p99Ms: 500, arrivalRatePerSecond: 200 }, 'model'],
  ['p95, 10,000 connections', { p95Ms: 300, arrivalRatePerSecond: 22_000 }],
  ['p95, 1 connection', { p95Ms: 10, arrivalRatePerSecond: 60 }],
  ['p50 1 us, p95 0.5 ms', { p50Ms: 0.001, p95Ms: 0.5, arrivalRatePerSecond: 200 }],
  ['p50 8 ms, p95 1.2 s, 5 TPS', { p50Ms: 8, p95Ms: 1_200, arrivalRatePerSecond: 5 }],
];

/** In a process of its own: one call, then calls at slightly other rates for half a second of CPU. */
const measure = `
const { sizePool } = await import(process.argv[1]);
const [, workload, method] = JSON.parse(process.argv[2]);
const cpuMs = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
const size = (factor) => sizePool({ workload: { ...workload, arrivalRatePerSecond: workload.arrivalRatePerSecond * factor }, ...(method && { method }) });
const start = cpuMs();
const { connectionLimit, outlook } = size(1);
const firstMs = cpuMs() - start;
const warm = (ms) => { const from = cpuMs(); let calls = 0; while (cpuMs() - from < ms) { size(1 - (calls % 20) / 500); calls += 1; } return calls / (cpuMs() - from) * 1000; };
warm(200);
console.log(JSON.stringify({ firstMs, warmPerSecond: warm(500), connectionLimit, smallest: outlook?.smallest?.connectionLimit }));`;

function run(build, workload) {
  const args = ['--input-type=module', '-e', measure, build, JSON.stringify(workload)];
  return JSON.parse(spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout);
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const number = (value) => value.toPrecision(3).padStart(8);

console.log(`CPU of sizePool on Node ${process.version}; medians of ${roundsText} fresh processes by turns`);
for (const entry of cases) {
  const found = builds.map(() => []);
  for (let round = 0; round < Number(roundsText); round += 1) {
    const turns = builds.map((_, index) => index);
    for (const index of round % 2 === 0 ? turns : turns.toReversed()) found[index].push(run(builds[index], entry));
  }
  const texts = found.map((runs) => {
    const { connectionLimit, smallest } = runs[0];
    const [first, warm] = ['firstMs', 'warmPerSecond'].map((name) => median(runs.map((one) => one[name])));
    return `first ${number(first)} ms, then ${number(warm)}/s, ${connectionLimit} (${smallest})`;
  });
  const [mine, others] = found;
  const ratio = (name) => median(mine.map((one, index) => one[name] / others[index][name])).toFixed(2);
  const ratios = others ? `   x ${ratio('firstMs')}, x ${ratio('warmPerSecond')}` : '';
  console.log(`${entry[0].padEnd(28)} ${texts.join('   other ')}${ratios}`);
}
