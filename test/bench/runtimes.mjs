// What poolctl emit writes for Node, on Node 20 or whichever runs this, Node 24, Bun and Deno, on a PostgreSQL and a
// MariaDB that it starts, by the checks of test/live/emit and one more: the process ends after end(). Beside Node 20 the
// TypeScript is run as it is printed. The runtimes are packages of npm (340 MB), installed into a temporary folder.
// Linux on x64; a quarter of an hour for all; targets and runtimes can be named (pg knex bun deno).
// Needs the build: npm run build && node test/bench/runtimes.mjs
import { withServer } from './probe-truth/shared.mjs';
import { openControl } from './runtimes/control.mjs';
import { withRuntimes } from './runtimes/programs.mjs';
import { describe, print } from './runtimes/report.mjs';
import { runOne } from './runtimes/run-one.mjs';
import { caseNames, openWorkshop } from './runtimes/workshop.mjs';

const words = process.argv.slice(2);
const engines = { postgres: 'PostgreSQL', mariadb: 'MariaDB' };
const runtimeNames = ['node', 'node24', 'bun', 'deno'];
const all = [...runtimeNames, ...caseNames];
const stranger = words.find((word) => !all.includes(word));
if (stranger !== undefined) throw new Error(`there is no ${stranger}; there are: ${all.join(' ')}`);
const chosen = (names) => {
  const named = names.filter((name) => words.includes(name));
  return named.length > 0 ? named : names;
};

// Servers have a handler of their own while they run, and leave when they are removed; until then, all else fails.
let isLeaving = false;
process.on('SIGINT', () => {
  isLeaving = true;
  if (process.listenerCount('SIGINT') === 1) process.exit(130);
});
process.on('uncaughtException', (error) => {
  if (!isLeaving) console.error(error);
  process.exit(isLeaving ? 130 : 1);
});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => process.emit('SIGINT'));

/** By engine and target, the outcome on each runtime. */
const rows = [];

await withRuntimes(chosen(runtimeNames), async (runtimes) => {
  const workshop = await openWorkshop(chosen(caseNames));
  try {
    for (const engine of Object.keys(engines)) {
      const cases = workshop.cases.filter((one) => one.engines.includes(engine));
      if (cases.length === 0) continue;
      await withServer(engine, {}, async ({ server, name }) => {
        const control = await openControl(engine, server);
        try {
          for (const one of cases) {
            const place = { engine, server, control };
            const cells = {};
            for (const runtime of runtimes.filter(({ id }) => one.runtimes?.includes(id) ?? true)) {
              const outcome = await decided(() => runOne(runtime, workshop.prepare(one, engine, runtime), place));
              cells[runtime.id] = outcome;
              console.error(`${one.target} on ${name}, ${runtime.title}: ${describe(outcome)}`);
            }
            rows.push({ target: one.target, engine, cells });
          }
        } finally {
          await control.close();
        }
      });
    }
  } finally {
    workshop.close();
  }
  process.exitCode = print(rows, runtimes, engines) === 0 ? 0 : 1;
});

/** The checks have windows of a tenth of a second, and the machine may have other work: what fails fails twice alike. */
async function decided(attempt) {
  let outcome = await attempt();
  for (let attempts = 1; attempts < 3 && outcome.failed.length > 0; attempts += 1) {
    const before = checksOf(outcome);
    outcome = await attempt();
    if (checksOf(outcome) === before) break;
  }
  return outcome;
}

function checksOf({ failed }) {
  return failed.map(({ check }) => check).join();
}
