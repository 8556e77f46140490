// What drivers make of a pool, predicted by `driverEffects` from their profiles, beside what is seen on servers that it
// starts: the most sessions while the client gives up on slow queries, the time until the pool is open again after an outage
// at 0 and 50 ms of round trip, and what stays open after a burst. Exits 1 where a prediction is off by more than one
// session, or by 10 % and 15 ms. A case is a file in test/helpers/driver-cases/, a scenario one in driver-behaviour/. Ten
// minutes and more: npm run build && node test/bench/driver-behaviour.mjs [driver[@engine]] …
import Table from 'cli-table3';
import { runnerImport } from 'vite';
import { behaviourOf } from '../../dist/profiles/behaviour-of.js';
import { idle } from './driver-behaviour/idle.mjs';
import { most } from './driver-behaviour/most.mjs';
import { openingAt } from './driver-behaviour/opening.mjs';

const root = new URL('../../', import.meta.url).pathname;
const helper = async (name) => (await runnerImport(`${root}test/helpers/${name}.ts`)).module;
const { startOwn } = await helper('servers/own-server');
const { driverCases } = await helper('driver-cases/index');
const tools = { ...(await helper('driver-ground')), ...(await helper('sessions')) };

const scenarios = { 'most sessions': most, 'open at 0 ms': openingAt(0), 'open at 50 ms': openingAt(50), idle };
const asked = process.argv.slice(2);
const isAsked = ({ driver, engine }) =>
  asked.length === 0 || asked.includes(driver) || asked.includes(`${driver}@${engine}`);
const cases = driverCases.filter(isAsked);

const isNear = ({ predicted, seen, isTime, isBound }) => {
  const off = isBound ? Math.max(0, seen - predicted) : Math.abs(seen - predicted);
  return off <= (isTime ? Math.max(15, predicted / 10) : Math.max(1, predicted / 10));
};
const shown = (result) => {
  if (!result) return 'not known';
  const { predicted, seen, isTime, isBound } = result;
  const unit = isTime ? ' ms' : '';
  return `${isBound ? '≤ ' : ''}${Math.round(predicted)} / ${Math.round(seen)}${unit}${isNear(result) ? '' : ' *'}`;
};

const rows = [];
for (const engine of new Set(cases.map((each) => each.engine))) {
  const server = await startOwn(engine, { max_connections: 300 });
  try {
    const watcher = await tools.open(tools.protocolOf[engine], tools.admin(server));
    const all = await Promise.all(
      cases
        .filter((each) => each.engine === engine)
        .map(async (each) => ({
          each,
          ground: await tools.groundFor(each, server, watcher),
          facts: await behaviourOf(each.driver, engine),
          results: {},
        })),
    );
    for (const [name, { isQuiet, run }] of Object.entries(scenarios)) {
      const runs = all.map((row) => async () => {
        row.results[name] = await run({ ...row, tools });
      });
      // What only waits goes side by side; what measures times has the machine to itself.
      if (isQuiet) await Promise.all(runs.map((start) => start()));
      else for (const start of runs) await start();
      process.stderr.write(`${engine}: ${name}\n`);
    }
    for (const { ground } of all) await ground.leave();
    await watcher.end();
    rows.push(...all);
  } finally {
    await server.stop();
  }
}

const names = Object.keys(scenarios);
const chars = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };
const table = new Table({ head: ['driver', ...names], style: { head: [], border: [] }, chars });
for (const { each, results } of rows)
  table.push([`${each.driver}@${each.engine}`, ...names.map((name) => shown(results[name]))]);
console.log(`Predicted / seen; * is off by more than one session, or by 10 % and 15 ms.\n${table}`);
const isOff = rows.some(({ results }) => names.some((name) => results[name] && !isNear(results[name])));
process.exit(isOff ? 1 : 0); // A pool that never ends must not keep this going.
