// What poolctl costs a server that has 500 sessions, of this build beside another one: inspect after its login, measure,
// and the looks of a probe's guard; by turns, or both at once, as the kernel counts the time of each session's process or
// thread. 8 minutes. Needs Linux, root or the servers' user, and both builds:
// npm run build && node test/bench/light.mjs CHECKOUT [rounds], where CHECKOUT is a built checkout of another commit.
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { runnerImport } from 'vite';
import { buildAt } from './light/build.mjs';
import { cpuMs, taskOf } from './light/session-cpu.mjs';
import { turnsOf } from './light/turns.mjs';

const [checkout, roundsText = '20', only] = process.argv.slice(2);
if (!checkout) throw new Error('Which other checkout? node test/bench/light.mjs CHECKOUT [rounds]');
const rounds = Number(roundsText);
const windowMs = 30_000;
const sessions = 500;
const ownSessions = 8;
/** Each half a second. */
const looksPerSecond = 2;
const targets = { trips: 4, inspectMs: 15, corePercent: 0.5, ratio: 0.6 };

const root = fileURLToPath(new URL('../../', import.meta.url));
const helper = async (name) => (await runnerImport(`${root}test/helpers/${name}.ts`)).module;
const { Load, createWatcher } = await helper('load');
const { admin, endAll, open, openAll, ordinary } = await helper('sessions');
const { startOwn } = await helper('servers/own-server');
const builds = [await buildAt(root), await buildAt(checkout)];

const engines = [
  ['postgres', 'postgres', { max_connections: 700 }],
  ['postgres13', 'postgres', { max_connections: 700 }],
  ['mariadb', 'mysql', { max_connections: 700 }],
  ['mysql', 'mysql', { max_connections: 700 }],
].filter(([engine]) => only === undefined || only === engine);

const table = new Table({
  head: ['server', 'user', 'what', 'unit', 'this', 'other', 'this / other', 'at most'],
  style: { head: [], border: [] },
  chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
});
let missed = 0;

function judged(isMet, text) {
  if (isMet) return text;
  missed += 1;
  return `${text} ✗`;
}

function add(place, what, unit, [mine, other], most) {
  const ratio = other === undefined ? '' : judged(mine / other <= targets.ratio, (mine / other).toFixed(2));
  const texts = [mine, other].map((value) => value?.toPrecision(3) ?? '');
  table.push([...place, what, unit, judged(mine <= most, texts[0]), texts[1], ratio, most]);
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Server time of what each build does on a session of its own, by turns; the medians. */
async function byTurns(count, timeOf) {
  const times = [[], []];
  for (let round = 0; round < count; round += 1) {
    for (const index of round % 2 === 0 ? [0, 1] : [1, 0]) times[index].push(await timeOf(builds[index], index));
  }
  return times.map(median);
}

async function bench(engine, protocol, settings) {
  const server = await startOwn(engine, settings);
  const { host, port } = server;
  const watcher = await open(protocol, admin(server));
  const others = await openAll(sessions, protocol, ordinary(server));
  await createWatcher(protocol, server);
  const users = [
    ['application', ordinary(server)],
    ['monitor', { ...ordinary(server), user: `${server.user}_watcher` }],
  ];
  try {
    for (const [user, login] of users) {
      const place = [engine, user];
      const task = (session) => taskOf(engine, watcher, session.processId);

      // MySQL asks more of the first login of a user.
      await (await open(protocol, login)).end();
      const trips = [];
      for (const build of builds) {
        const all = await turnsOf({ host, port }, async (proxied) => {
          const target = build.target(protocol, { ...login, port: proxied });
          const opened = await build.open(target);
          await build.inspect(opened, target);
          await opened.session.close();
        });
        const bare = await turnsOf({ host, port }, async (proxied) => {
          await (await open(protocol, { ...login, port: proxied })).end();
        });
        trips.push(all - bare);
      }
      table.push([...place, 'inspect', 'round trips', judged(trips[0] <= targets.trips, trips[0]), trips[1], '', 4]);

      const inspect = await byTurns(rounds, async (build) => {
        const target = build.target(protocol, login);
        const opened = await build.open(target);
        const id = await task(opened.session);
        const before = cpuMs(id);
        await build.inspect(opened, target);
        const took = cpuMs(id) - before;
        await opened.session.close();
        return took;
      });
      add(place, 'inspect', 'ms', inspect, targets.inspectMs);

      const load = await Load.start(protocol, server, {
        ...{ ratePerSecond: 100, arrivals: 'poisson', hold: { kind: 'exponential', meanMs: 40 }, work: 'statement' },
        seed: 1,
      });
      const measuring = await Promise.all(
        builds.map(async (build) => {
          const opened = await build.open(build.target(protocol, login));
          const id = await task(opened.session);
          const meter = await opened.meter();
          const before = cpuMs(id);
          const now = () => performance.now();
          const { failure } = await build.watch(meter, {
            ...{ windowMs, now, signal: new AbortController().signal, onProgress: () => {} },
          });
          if (failure) throw failure;
          const took = cpuMs(id) - before;
          await opened.session.close();
          return (took / windowMs) * 100;
        }),
      );
      await load.stop();
      add(place, 'measure', '% of a core', measuring, targets.corePercent);

      const controls = await Promise.all(
        builds.map((build) => build.control(build.target(protocol, login), `poolctl-probe/bench`)),
      );
      const ids = await Promise.all(controls.map(({ session }) => task(session)));
      const own = await ownIds(protocol, others);
      for (const control of controls) await control.look(own);
      const looks = await byTurns(rounds * 2, async (_build, index) => {
        const before = cpuMs(ids[index]);
        await controls[index].look(own);
        return cpuMs(ids[index]) - before;
      });
      for (const control of controls) await control.close();
      const percent = looks.map((ms) => (ms * looksPerSecond) / 10);
      add(place, 'guard', '% of a core', percent, targets.corePercent);
    }
  } finally {
    await endAll(others);
    await watcher.end();
    await server.stop();
  }
}

/** The ids of some of the sessions, as if they were those of the load. */
function ownIds(protocol, others) {
  const sql = protocol === 'postgres' ? 'SELECT pg_backend_pid() AS id' : 'SELECT CONNECTION_ID() AS id';
  return Promise.all(others.slice(0, ownSessions).map(async (session) => Number((await session.rows(sql))[0].id)));
}

for (const [engine, protocol, settings] of engines) await bench(engine, protocol, settings);
console.log(
  `${sessions} sessions; this build beside ${checkout}; ${rounds} inspections each, a window of ${windowMs / 1_000} s`,
);
console.log(table.toString());
console.log(missed === 0 ? 'All within their limits, and at most 0.6 of the other.' : `${missed} beyond: ✗`);
process.exitCode = missed === 0 ? 0 : 1;
