// Is recommend right? Simulates weeks of pools, request by request: four each that are too small, too big, fine, leaking, and
// with a database that became slow, with days and weekends, days that differ, noise, instances and a deploy. Each is given to
// recommend as a file of another kind; what it recommends then serves the next week, simulated too. Prints a table, and
// fails below 18 of 20, or where it lowers a pool that the next week needs. 3 minutes:
// npm run build && node test/bench/recommend.mjs [seed]
import Table from 'cli-table3';
import { runnerImport } from 'vite';

const [seedText = '1'] = process.argv.slice(2);
const seed = Number(seedText);
const root = new URL('../../', import.meta.url).pathname;
const imported = async (name) => (await runnerImport(`${root}${name}.ts`)).module;
const { asPrometheus, asSnapshots, asWatch, dayMs, keepsTargets, monday, simulateWeek } =
  await imported('test/helpers/simulated-weeks');
const { readEvidence, recommend } = await import('../../dist/entries/recommend.js');
const { RandomStream } = await imported('src/traffic/random');

const formats = { snapshots: asSnapshots, prometheus: asPrometheus, watch: asWatch };
const expected = {
  'too small': 'raise',
  'too big': 'lower',
  fine: 'keep',
  leak: 'leak',
  'slow database': 'slow-database',
};
const weekMs = 7 * dayMs;

/** The fewest connections that keep the targets, by simulation of a workday. */
function trueNeed(load) {
  let [low, high] = [0, Math.ceil(4 * ((load.peakPerSecond * load.meanHoldMs) / 1_000) + 12)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (keepsTargets(simulateWeek({ ...load, days: 1, connectionLimit: middle }))) high = middle;
    else low = middle;
  }
  return high;
}

function limitOf(kind, need, random) {
  if (kind === 'too small') return Math.max(1, Math.min(need - 2, Math.floor(0.7 * need)));
  if (kind === 'too big') return Math.ceil((2.2 + random.uniform()) * need) + 2;
  return Math.ceil((1.1 + 0.15 * random.uniform()) * need);
}

async function judge(kind, turn) {
  const random = new RandomStream(seed, 100 * Object.keys(expected).indexOf(kind) + turn);
  const between = (least, most) => least + (most - least) * random.uniform();
  const load = {
    seed: 1_000 * seed + 10 * Object.keys(expected).indexOf(kind) + turn,
    instances: random.uniform() < 0.7 ? 2 : 3,
    peakPerSecond: between(2, 5),
    meanHoldMs: between(300, 2_500),
    sigma: between(0.7, 1.2),
  };
  const need = trueNeed(load);
  const connectionLimit = limitOf(kind, need, random);
  const perProcess = 0.35 * load.peakPerSecond * 86_400 * 3;
  const leakRatio = kind === 'leak' ? (between(0.3, 0.8) * connectionLimit) / perProcess : 0;
  const after = {
    ...load,
    ...{
      connectionLimit,
      leakRatio,
      startMs: monday + weekMs,
      deployAtMs: between(1, 5) * dayMs,
      sampleMs: random.uniform() < 0.5 ? 60_000 : 30_000,
    },
    ...(kind === 'slow database' && { meanHoldMs: between(1.6, 2.5) * load.meanHoldMs }),
  };
  const format =
    kind === 'slow database'
      ? ['snapshots', 'prometheus'][turn % 2]
      : ['snapshots', 'prometheus', 'watch', 'prometheus'][turn];
  const hasBefore = kind === 'slow database' || turn % 2 === 1;
  const read = (week) => readEvidence(formats[format](week), `${format}.json`);
  const week = simulateWeek(after);
  const answer = recommend({
    after: await read(week),
    ...(hasBefore && {
      before: await read(simulateWeek({ ...load, connectionLimit, seed: load.seed + 5_000, startMs: monday })),
    }),
  });
  const [change] = answer.changes;
  const next = {
    ...after,
    seed: load.seed + 7_000,
    startMs: monday + 2 * weekMs,
    peakPerSecond: load.peakPerSecond * between(0.95, 1.1),
    leakRatio: 0,
  };
  const serves = (size) => keepsTargets(simulateWeek({ ...next, connectionLimit: size }), 1.5);
  const isSized = answer.decision === 'raise' || answer.decision === 'lower';
  const isServed = isSized ? serves(change.to) : undefined;
  const isHarm = answer.decision === 'lower' && !isServed && serves(connectionLimit);
  const given = answer.cause?.cause ?? answer.decision;
  return {
    kind,
    format,
    need,
    limit: connectionLimit,
    given,
    to: change.to,
    isServed,
    isHarm,
    isRight: given === expected[kind] && isServed !== false,
    why: answer.why,
  };
}

const chars = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };
const head = ['week', 'file', 'truly needs', 'has', 'answer', 'to', 'next week served', ''];
const table = new Table({ head, style: { head: [], border: [] }, chars });
const rows = [];
for (const kind of Object.keys(expected)) for (const turn of [0, 1, 2, 3]) rows.push(await judge(kind, turn));
for (const { kind, format, need, limit, given, to, isServed, isRight } of rows) {
  table.push([
    kind,
    format,
    need,
    limit,
    given,
    to,
    isServed === undefined ? '' : isServed ? 'yes' : 'no',
    isRight ? '✓' : '✗',
  ]);
}
console.log(table.toString());
for (const { kind, why } of rows.filter(({ isRight }) => !isRight)) console.log(`✗ ${kind}: ${why}`);
const [right, harm] = [rows.filter(({ isRight }) => isRight).length, rows.filter(({ isHarm }) => isHarm).length];
console.log(`seed ${seed}: right in ${right} of ${rows.length}; ${harm} lowered that the next week needs`);
if (right < 18 || harm > 0) process.exitCode = 1;
