// The tests, in lanes side by side, each with database servers of its own: most of their time is waiting. What needs a
// quiet machine comes after them. `npm run lane -- unit cli`, or `node test/run.mjs unit` after a build, runs the
// projects of that name alone; all else on the command line is passed on to Vitest, as in `npm test -- -t 'the queue'`.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
// About as long as each other. More of them than processors, because most of their time is waiting; with one more, loads
// are late. No server is started twice, but for PostgreSQL.
const lanes = [
  ['unit', 'unit-alone', 'cli', 'live-postgres'],
  ['live-postgres-loads'],
  ['live-mysql', 'live', 'live-postgres-more'],
  ['live-mariadb', 'live-postgres-poolers'],
];
const last = ['quiet'];

const projects = [...lanes.flat(), ...last];
/** `live` means the projects `live`, `live-postgres` and so on. */
const isMeant = (project, name) => project === name || project.startsWith(`${name}-`);
const flags = process.argv.slice(2);
const names = [];
while (projects.some((project) => isMeant(project, flags[0]))) names.push(flags.shift());
const isWanted = (project) => names.length === 0 || names.some((name) => isMeant(project, name));

const folder = mkdtempSync(join(tmpdir(), 'poolctl-tests-'));
process.once('exit', () => rmSync(folder, { recursive: true }));

/** Its output is kept until it has ended, so that those of several do not mix. */
function run(lane, files = []) {
  const chosen = lane.filter(isWanted);
  if (chosen.length === 0) return { code: 0 };
  return new Promise((resolve) => {
    const report = join(folder, `${chosen.join('+')}${files.length}.json`);
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const args = [vitest, 'run', ...chosen.flatMap((name) => ['--project', name]), ...reporters, ...flags, ...files];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal));
    child.once('close', (code) => {
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
  const again = await run(lane, failed);
  if (again.code !== 0) process.stdout.write(again.output);
  const verdict = again.code === 0 ? 'passed' : 'failed';
  process.stdout.write(`\nfailed beside the other lanes, ${verdict} alone: ${failed.join(', ')}\n`);
  return again.code;
}

/** Of some files alone, not every lane has one, and Vitest does not like to be without: one process for all of them. */
async function runAll() {
  if (flags.some((flag) => !flag.startsWith('-'))) return [await run(projects)].map(codeOf);
  const beside = await Promise.all(lanes.map((lane) => run(lane)));
  const alone = await run(last);
  const codes = [codeOf(alone)];
  for (const one of beside) codes.push(await decide(one));
  return codes;
}

/** What failed is printed last, where a reader of a long log looks first. */
function codeOf({ code, output }) {
  if (code !== 0) process.stdout.write(output);
  return code;
}

process.exitCode = Math.max(...(await runAll()));
