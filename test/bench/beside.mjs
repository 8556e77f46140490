// This build beside another one, by turns: CPU time of whole commands, and the CPU time of a request of probe.
// Run by people: `node test/bench/beside.mjs CHECKOUT [rounds]`, where CHECKOUT is a built checkout of another commit.
// The budget of a change that adds no work: at most 1.03 each.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '../../dist/embedded/postgres.js';

const [other, roundsText = '15'] = process.argv.slice(2);
if (!other) throw new Error('Which other checkout? node test/bench/beside.mjs CHECKOUT [rounds]');
const rounds = Number(roundsText);
const programs = [fileURLToPath(new URL('../../bin/poolctl', import.meta.url)), join(other, 'bin/poolctl')];

/** Writes the CPU time of the process, in µs, to its third pipe when it ends. */
const report = `data:text/javascript,import{writeSync}from'node:fs';process.on('exit',()=>{const{user,system}=process.cpuUsage();writeSync(3,String(user+system))})`;

async function run(program, args) {
  const stdio = ['ignore', 'pipe', 'ignore', 'pipe'];
  const child = spawn(process.execPath, ['--import', report, program, ...args], { stdio });
  const text = ['', ''];
  for (const [index, stream] of [child.stdout, child.stdio[3]].entries()) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      text[index] += chunk;
    });
  }
  await once(child, 'close');
  return { stdout: text[0], cpuMs: Number(text[1]) / 1_000 };
}

const cases = [
  ['--help', '--help', 1],
  ['size', 'size --tps 200 --p95 300', 1],
  ['size, three percentiles, model', 'size --tps 200 --p50 80 --p95 300 --p99 500 --method model', 1],
  [
    'size, profile, server, snippet',
    'size --tps 200 --p95 300 --profile qa --server aws-rds-mysql:db.t3.medium --emit typeorm',
    1,
  ],
  ['simulate', 'simulate --tps 2k --mean 10ms --connection-limit 23 --duration 60s', 1],
];

const postgres = await startEmbeddedPostgres(new AbortController().signal);
try {
  const { user, password, database, host, port } = postgres;
  const dsn = `postgres://${user}:${password}@${host}:${port}/${database}`;
  const load = '--workload select1 --connection-limit 4 --concurrency 4 --duration 4s --json --yes';
  cases.push([
    'probe, a request',
    `probe ${dsn} ${load}`,
    ({ stdout }) => JSON.parse(stdout).result.runs[0].completed ?? JSON.parse(stdout).result.runs[0].requests,
  ]);
  console.log(
    `${rounds} rounds by turns on Node ${process.version}; CPU ms, median of each, and the median of the ratios`,
  );
  for (const [name, line, unit] of cases) {
    const ratios = [];
    const times = [[], []];
    const count = name.startsWith('probe') ? Math.min(rounds, 5) : rounds;
    for (let round = 0; round < count; round += 1) {
      const order = round % 2 === 0 ? [0, 1] : [1, 0];
      const pair = [];
      for (const index of order) {
        const ran = await run(programs[index], line.split(' '));
        pair[index] = ran.cpuMs / (typeof unit === 'function' ? unit(ran) : unit);
      }
      for (const index of order) times[index].push(pair[index]);
      ratios.push(pair[0] / pair[1]);
    }
    const [mine, others, ratio] = [...times, ratios].map(
      (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)],
    );
    console.log(
      `${name.padEnd(32)} this ${mine.toPrecision(4).padStart(8)}   other ${others.toPrecision(4).padStart(8)}   ratio ${ratio.toFixed(3)}`,
    );
  }
} finally {
  await postgres.stop();
}
