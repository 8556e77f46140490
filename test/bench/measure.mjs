// How true poolctl measure is: known loads on real servers, which it starts, as an administrator, as the application's own
// user and as a user without rights. 26 minutes with windows of a minute; another window and the servers can be named
// (20s mariadb mysql). Needs the build: npm run build && node test/bench/measure.mjs
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { runnerImport } from 'vite';

const root = fileURLToPath(new URL('../../', import.meta.url));
const helper = async (name) => (await runnerImport(`${root}test/helpers/${name}.ts`)).module;
const { Load } = await helper('load');
const { admin, dsn, ordinary, run } = await helper('sessions');
const { startOwn } = await helper('servers/own-server');

const [window = '60s', ...named] = process.argv.slice(2);
const plan = { ratePerSecond: 150, arrivals: 'poisson', hold: { kind: 'exponential', meanMs: 80 }, seed: 1 };
const targets = { rate: 0.03, held: 0.05 };
const engines = ['postgres', 'postgres13', 'mysql', 'mariadb'].filter(
  (name) => named.length === 0 || named.includes(name),
);

/** In a process of its own, so that the load does not wait for it. The process ends a little after its window. */
function measure(url) {
  return new Promise((resolve) => {
    const args = [`${root}bin/poolctl`, 'measure', '--json', '--window', window];
    execFile(process.execPath, args, { env: { ...process.env, DATABASE_URL: url } }, (_error, text) => {
      const { result, error } = JSON.parse(text);
      resolve({ result, error, endMs: performance.now() - 50 });
    });
  });
}

let missed = 0;

/** How far off, and beside a miss of the target the interval that has or has not the truth. */
function off({ value, low, high }, truth, target) {
  const ratio = value / truth - 1;
  const text = `${ratio >= 0 ? '+' : '−'}${Math.abs(ratio * 100).toFixed(1)} %`;
  if (Math.abs(ratio) <= target) return text;
  const isInside = low <= truth && truth <= high;
  if (!isInside) missed += 1;
  return `${text}, ${isInside ? 'in' : '✗ not in'} ${low.toFixed(1)} to ${high.toFixed(1)}`;
}

const table = new Table({
  head: ['server', 'load', 'user', 'TPS', 'measured', 'off', 'in use', 'measured', 'off', 'by'],
  style: { head: [], border: [] },
  chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
});

function add(place, load, { result, error, endMs }) {
  if (error) return table.push([...place, { colSpan: 7, content: `${error.code}: ${error.message.slice(0, 90)}` }]);
  const truth = load.truth(endMs - result.windowSeconds * 1_000, endMs);
  const { ratePerSecond: rate, heldConnections: held } = result;
  return table.push([
    ...place,
    ...[truth.ratePerSecond.toFixed(1), rate.value.toFixed(1), off(rate, truth.ratePerSecond, targets.rate)],
    ...[truth.held.toFixed(2), held.value.toFixed(2), off(held, truth.held, targets.held)],
    held.source ?? result.heldBy.map(({ source }) => source).join(' | '),
  ]);
}

for (const engine of engines) {
  const protocol = engine.startsWith('postgres') ? 'postgres' : 'mysql';
  const server = await startOwn(engine);
  const stranger = { ...ordinary(server), user: 'stranger', password: 'Eau-de-Nil-7' };
  const make =
    protocol === 'postgres'
      ? [`CREATE ROLE stranger LOGIN PASSWORD '${stranger.password}'`]
      : [
          `CREATE USER 'stranger'@'%' IDENTIFIED BY '${stranger.password}'`,
          `GRANT USAGE, CREATE TEMPORARY TABLES ON ${server.database}.* TO 'stranger'@'%'`,
        ];
  const users = [
    ['administrator', admin(server)],
    ['application', ordinary(server)],
    ['without rights', stranger],
  ];
  try {
    await run(protocol, admin(server), ...make);
    for (const work of ['statement', 'transaction']) {
      const load = await Load.start(protocol, server, { ...plan, work });
      const place = (user) => [engine, `${work}s`, user];
      // One after the other: what one asks is load for the others.
      for (const [user, login] of users) add(place(user), load, await measure(dsn(protocol, login)));
      await load.stop();
    }
  } finally {
    await server.stop();
  }
}
console.log(`poolctl measure --window ${window} against ${plan.ratePerSecond} requests a second by chance, held for`);
console.log(`${plan.hold.meanMs} ms on average (exponential)`);
console.log(table.toString());
const met = 'Rates within 3 %, connections in use within 5 %, or in the interval that the answer states.';
console.log(missed === 0 ? met : `${missed} beyond: ✗`);
process.exitCode = missed === 0 ? 0 : 1;
