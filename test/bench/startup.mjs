// Start-up as a multiple of a bare Node start, each case in turn so that the machine's mood hits all alike.
// Run by `npm run bench`; read by people. The budget: --help at most 1.6, size with profiles at most 2.8.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const rounds = Number(process.argv[2] ?? 21);
const program = fileURLToPath(new URL('../../bin/poolctl', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'poolctl-bench-'));
const bare = join(folder, 'bare.mjs');
writeFileSync(bare, 'export {};\n');

const cases = [
  ['bare node', [bare]],
  ['--version', [program, '--version']],
  ['--help', [program, '--help']],
  ['usage error', [program, 'size', '--tps', '0']],
  ['size --json', [program, 'size', '--tps', '200', '--p95', '300', '--json']],
  ['size (table)', [program, 'size', '--tps', '200', '--p95', '300']],
  [
    'size, profile and server',
    [program, ...'size --tps 200 --p95 300 --profile qa --server aws-rds-mysql:db.t3.medium'.split(' ')],
  ],
  [
    'the same with a snippet',
    [program, ...'size --tps 200 --p95 300 --profile qa --server aws-rds-mysql:db.t3.medium --emit typeorm'.split(' ')],
  ],
];

const timesMs = cases.map(() => []);
for (let round = 0; round < rounds; round += 1) {
  for (const [index, [, args]] of cases.entries()) {
    const start = process.hrtime.bigint();
    spawnSync(process.execPath, args, { stdio: 'ignore' });
    timesMs[index].push(Number(process.hrtime.bigint() - start) / 1e6);
  }
}
rmSync(folder, { recursive: true });

const sorted = timesMs.map((times) => times.toSorted((a, b) => a - b));
const [bareTimes] = sorted;
const median = (times) => times[Math.floor(times.length / 2)];
console.log(`${rounds} rounds on Node ${process.version}; ms, and multiples of a bare start`);
for (const [index, [name]] of cases.entries()) {
  const times = sorted[index];
  const [lowest, middle] = [times[0], median(times)];
  console.log(
    `${name.padEnd(26)} min ${lowest.toFixed(0).padStart(4)}  median ${middle.toFixed(0).padStart(4)}   ` +
      `x${(lowest / bareTimes[0]).toFixed(2)} (min)  x${(middle / median(bareTimes)).toFixed(2)} (median)`,
  );
}

/** Until the first line of progress, which is there before a driver is loaded; nothing listens on port 1. */
async function firstLineMs() {
  const start = process.hrtime.bigint();
  const child = spawn(process.execPath, [program, 'probe', 'postgres://app@127.0.0.1:1/app', '--hold', '10ms']);
  await once(child.stderr, 'data');
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  child.kill('SIGKILL');
  await once(child, 'close');
  return ms;
}

const firstLines = [];
for (let round = 0; round < rounds; round += 1) firstLines.push(await firstLineMs());
const lowest = Math.min(...firstLines);
console.log(
  `first line of probe        min ${lowest.toFixed(0).padStart(4)}                x${(lowest / bareTimes[0]).toFixed(2)} (min; at most 1.6)`,
);
