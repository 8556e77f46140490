// The tests, in lanes side by side, each with database servers of its own. `npm run lane -- unit cli`, or `node test/run.mjs
// unit` after a build, runs the projects of that name alone; all else on the command line is passed on to Vitest, as in
// `npm test -- -t 'the queue'`.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
/**
 * Their time is mostly waiting, and a load that is late is no load: so many side by side, the longest first, and each
 * before the processors are given to what only computes. What measures in short windows goes before all others.
 */
const slots = 4;
const timed = [
  { lane: ['quiet'], nice: 0 },
  { lane: ['live-mariadb'], nice: 5 },
  { lane: ['live-postgres-loads'], nice: 5 },
  { lane: ['live-mysql'], nice: 5 },
  { lane: ['live-postgres'], nice: 5 },
  { lane: ['live-postgres-more', 'live'], nice: 5 },
  { lane: ['live-postgres-poolers'], nice: 5 },
];
/** They have what the others leave, all at once. */
const computing = [
  { lane: ['unit', 'unit-alone'], nice: 12 },
  { lane: ['cli'], nice: 12 },
];

const projects = [...timed, ...computing].flatMap(({ lane }) => lane);
/** `live` means the projects `live`, `live-postgres` and so on. */
const isMeant = (project, name) => project === name || project.startsWith(`${name}-`);
const flags = process.argv.slice(2);
const names = [];
while (projects.some((project) => isMeant(project, flags[0]))) names.push(flags.shift());
const isWanted = (project) => names.length === 0 || names.some((name) => isMeant(project, name));

const folder = mkdtempSync(join(tmpdir(), 'poolctl-tests-'));
process.once('exit', () => rmSync(folder, { recursive: true }));

/** Its output is kept until it has ended, so that those of several do not mix. */
function run({ lane, nice }, files = []) {
  const chosen = lane.filter(isWanted);
  if (chosen.length === 0) return { lane, code: 0 };
  return new Promise((resolve) => {
    const report = join(folder, `${chosen.join('+')}${files.length}.json`);
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const args = [vitest, 'run', ...chosen.flatMap((name) => ['--project', name]), ...reporters, ...flags, ...files];
    const command = ['-n', `${nice}`, process.execPath, ...args];
    const child = spawn('nice', command, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    const pass = (signal) => child.kill(signal);
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, pass);
    child.once('close', (code) => {
      for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, pass);
      if (code === 0) process.stdout.write(output);
      resolve({ lane, code: code ?? 1, output, failed: code === 0 ? [] : failedFiles(report) });
    });
  });
}

/** The files with a failed test; none where the run broke off. */
function failedFiles(report) {
  try {
    const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
    return testResults.filter(({ status }) => status === 'failed').map(({ name }) => relative(process.cwd(), name));
  } catch {
    return [];
  }
}

/**
 * Files of real servers that failed beside the other lanes run once more with the machine to themselves, and that
 * decides: there, a load that came late is no excuse. Both outputs are printed.
 */
async function decide({ lane, code, output, failed = [] }) {
  if (code === 0) return 0;
  process.stdout.write(output);
  if (failed.length === 0 || !failed.every((name) => name.startsWith('test/live/'))) return code;
  const again = await run({ lane, nice: 0 }, failed);
  if (again.code !== 0) process.stdout.write(again.output);
  const verdict = again.code === 0 ? 'passed' : 'failed';
  process.stdout.write(`\nfailed beside the other lanes, ${verdict} alone: ${failed.join(', ')}\n`);
  return again.code;
}

/** One after the other, as many at a time as there are slots. */
async function runInSlots(all) {
  const waiting = [...all];
  const results = [];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) results.push(await run(next));
  };
  await Promise.all(Array.from({ length: slots }, work));
  return results;
}

/** Of some files alone, not every lane has one, and Vitest does not like to be without: one process for all of them. */
async function runAll() {
  if (flags.some((flag) => !flag.startsWith('-'))) return [await run({ lane: projects, nice: 0 })].map(codeOf);
  const [inSlots, ...beside] = await Promise.all([runInSlots(timed), ...computing.map((one) => run(one))]);
  const codes = [];
  for (const one of [...beside, ...inSlots]) codes.push(await decide(one));
  return codes;
}

/** What failed is printed last, where a reader of a long log looks first. */
function codeOf({ code, output }) {
  if (code !== 0) process.stdout.write(output);
  return code;
}

process.exitCode = Math.max(...(await runAll()));
