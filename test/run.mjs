// The tests, in lanes side by side, each with database servers of its own: most of their time is waiting. What needs a
// quiet machine comes after them. `npm run lane -- unit cli`, or `node test/run.mjs unit` after a build, runs the
// projects of that name alone; all else on the command line is passed on to Vitest, as in `npm test -- -t 'the queue'`.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
// About as long as each other. More of them than processors, because most of their time is waiting; with one more, loads
// are late. No server is started twice, but for PostgreSQL.
const lanes = [
  ['unit', 'unit-alone', 'cli', 'live-postgres'],
  ['live-postgres-loads'],
  ['live-mysql', 'live', 'live-postgres-more'],
  ['live-mariadb'],
];
const last = ['quiet'];

const projects = [...lanes.flat(), ...last];
/** `live` means the projects `live`, `live-postgres` and so on. */
const isMeant = (project, name) => project === name || project.startsWith(`${name}-`);
const flags = process.argv.slice(2);
const names = [];
while (projects.some((project) => isMeant(project, flags[0]))) names.push(flags.shift());
const isWanted = (project) => names.length === 0 || names.some((name) => isMeant(project, name));

/** What failed is printed last, where a reader of a long log looks first. */
const failures = [];

/** Its output is kept until it has ended, so that those of several do not mix. */
function run(lane) {
  const chosen = lane.filter(isWanted);
  if (chosen.length === 0) return 0;
  return new Promise((resolve) => {
    const args = [vitest, 'run', ...chosen.flatMap((name) => ['--project', name]), ...flags];
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
      else failures.push(output);
      resolve(code ?? 1);
    });
  });
}

// Of some files alone, not every lane has one, and Vitest does not like to be without: one process for all of them.
const isForFiles = flags.some((flag) => !flag.startsWith('-'));
const codes = isForFiles ? [await run(projects)] : [...(await Promise.all(lanes.map(run))), await run(last)];
for (const output of failures) process.stdout.write(output);
process.exitCode = Math.max(...codes);
