// What large files cost, beside the build before, in one run: `node test/bench/big-files.mjs BASE [rounds]`, with BASE a
// built checkout of the commit to compare with. The aims: YAML of 10,000 keys in at most 0.4 of the time, 100,000 keys in
// less than 10 times of that, 10,000 unknown keys in a tenth, ten million samples in a third of the time and a twentieth of
// the memory.
import { spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [base, rounds = '3'] = process.argv.slice(2);
if (base === undefined) throw new Error('node test/bench/big-files.mjs BASE [rounds]');
const programs = [join(base, 'bin/poolctl'), fileURLToPath(new URL('../../bin/poolctl', import.meta.url))];
const folder = mkdtempSync(join(tmpdir(), 'poolctl-bench-'));
const file = (name) => join(folder, name);

const hikari = 'spring:\n  datasource:\n    hikari:\n      maximum-pool-size: 20\n';
const keys = (count) => Array.from({ length: count }, (_, at) => `  key${at}: value${at}\n`).join('');

/** A fixed sequence, so that each run reads the same numbers. */
async function writeSamples(path, count) {
  const out = createWriteStream(path);
  let state = 1;
  for (let at = 0; at < count; at += 100_000) {
    const lines = Array.from({ length: 100_000 }, () => {
      state = (state * 48_271) % 2_147_483_647;
      return (20 / (state / 2_147_483_647) ** 0.4).toFixed(3);
    });
    if (!out.write(`${lines.join('\n')}\n`)) await new Promise((resolve) => out.once('drain', resolve));
  }
  await new Promise((resolve) => out.end(resolve));
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** CPU time in seconds and the most memory in MB, by GNU time. */
function measured(program, args) {
  const run = spawnSync('/usr/bin/time', ['-f', '%U %S %M', process.execPath, program, ...args], {
    encoding: 'utf8',
    maxBuffer: 1e9,
    timeout: 300_000,
  });
  const [user, system, kilobytes] = run.stderr.trim().split('\n').at(-1).split(' ').map(Number);
  return { cpu: user + system, megabytes: kilobytes / 1_000, isDone: run.status === 0 };
}

function compare(title, args, times = Number(rounds)) {
  const runs = Array.from({ length: times }, () => programs.map((program) => measured(program, args)));
  const [before, now] = programs.map((_, at) => ({
    cpu: median(runs.map((run) => run[at].cpu)),
    megabytes: median(runs.map((run) => run[at].megabytes)),
    isDone: runs.every((run) => run[at].isDone),
  }));
  const told = ({ cpu, megabytes, isDone }) =>
    `${cpu.toFixed(2).padStart(7)} s ${megabytes.toFixed(0).padStart(5)} MB${isDone ? '' : ' (refused)'}`;
  const ratios = `${(now.cpu / before.cpu).toFixed(2)} of the time, ${(now.megabytes / before.megabytes).toFixed(3)} of the memory`;
  console.log(`  ${title.padEnd(34)} ${told(before)}  ${told(now)}  ${ratios}`);
  return now;
}

try {
  for (const count of [10_000, 100_000]) writeFileSync(file(`${count}.yml`), `${hikari}other:\n${keys(count)}`);
  const unknown = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`unknownKey${at}`, at]));
  writeFileSync(file('unknown.json'), JSON.stringify({ connectionLimit: 10, ...unknown }, null, 1));
  await writeSamples(file('samples.txt'), 10_000_000);
  const few = compare('convert, YAML of 10,000 keys', ['convert', file('10000.yml'), '--to', 'pg']);
  const many = compare('convert, YAML of 100,000 keys', ['convert', file('100000.yml'), '--to', 'pg'], 1);
  console.log(`    ${(many.cpu / few.cpu).toFixed(1)} times the time of 10,000`);
  compare('convert, 10,000 unknown keys', ['convert', file('unknown.json'), '--from', 'mysql2', '--to', 'pg'], 1);
  compare('size --samples, 10,000,000 lines', ['size', '--tps', '200', '--samples', file('samples.txt')], 1);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
