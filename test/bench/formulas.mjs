// The formulas of src/queueing against the simulator on some 500 workloads: how far off they are, by class, in percent and in
// connections. What it prints under "measured" is the data of src/queueing/model-error.ts; the last lines say how many of the
// workloads lie within the error that is stated there.
// Run by `npm run bench`; read by people. Ten minutes on one core, fewer with `--threads 2`; `--quick` takes a twentieth of
// the requests and errs by some percent itself; `--only lognormal` takes the laws with that in their name; `--json FILE`
// writes every row, and `--read FILE` prints them again.
import { readFileSync, writeFileSync } from 'node:fs';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { holdDistribution } from '../../dist/queueing/distribution.js';
import { statedError, statedLossError, statedSplitError } from '../../dist/queueing/model-error.js';
import { predictPool } from '../../dist/queueing/predict.js';
import { smallestPool } from '../../dist/queueing/smallest.js';
import { predictSplit, smallestSplit } from '../../dist/queueing/split.js';
import { estimateFigures } from '../../dist/simulate/figures.js';
import { simulate } from '../../dist/simulate/run.js';
import { runLength } from '../../dist/simulate/warmup.js';
import { arrivalKinds, holdMs, laws, limits, workloads } from './formulas-workloads.mjs';

const option = (name) => process.argv[process.argv.indexOf(name) + 1];
const isQuick = process.argv.includes('--quick');
const replications = 3;
/** Of one replication, and of all. */
const usualRequests = isQuick ? 50_000 : 2_000_000;

function compare(workload, index) {
  const { connections, utilization, limit, arrivals, pools, splitBy } = workload;
  const hold = laws[workload.hold];
  const { scv } = holdDistribution(hold);
  const ratePerPool = (connections * utilization * 1_000) / holdMs;
  const rate = ratePerPool * pools;
  const { law, model } = arrivalKinds[arrivals](rate);
  const pool = { hold, ...limits[limit](connections) };
  const length = runLength(
    // The arrivals' variance, 2 z - 1, varies a queue as Poisson arrivals do with 2 z - 2 more in the holds.
    {
      ...pool,
      connections,
      arrivalRatePerSecond: ratePerPool,
      meanHoldMs: holdMs,
      holdScv: scv + 2 * (model.peakedness ?? 1) - 2,
    },
    { mostRequests: usualRequests / pools },
  );
  const durationMs = Math.max(length.durationMs, (usualRequests / 2 / rate) * 1_000);
  const spread = pools > 1 ? { pools, balancer: splitBy } : {};
  const input = { ...pool, ...spread, connections, arrivals: law, warmupMs: length.warmupMs, durationMs };
  const runs = Array.from({ length: replications }, (_, replication) =>
    simulate({ ...input, seed: 100 * (index + 1) + replication }),
  );
  const { waitProbability, rejectedRatio, timedOutRatio, meanWaitMs, p99WaitMs } = estimateFigures(runs);
  const load = { ...pool, ...model, arrivalRatePerSecond: rate };
  const formula =
    pools > 1 ? predictSplit({ ...load, connections, pools, splitBy }) : predictPool({ ...load, connections });
  const loss = rejectedRatio.mean + timedOutRatio.mean;
  const smallest = (targets) =>
    pools > 1
      ? smallestSplit({ ...load, pools, splitBy }, targets)?.connectionsPerPool
      : smallestPool(load, targets)?.connections;
  return {
    ...workload,
    'P(wait)': error(formula.waitProbability, waitProbability.mean, 0.01),
    'mean wait': error(formula.meanWaitMs, meanWaitMs.mean, 0.01 * holdMs),
    'p99 wait': error(formula.p99WaitMs, p99WaitMs.mean, 0.05 * holdMs),
    loss: error(formula.rejectedRatio + formula.timedOutRatio, loss, 0.001),
    connectionsOff: connectionsOff(limit, smallest, { p99Ms: p99WaitMs.mean, loss }, connections),
    simulated: { waitProbability: waitProbability.mean, meanWaitMs: meanWaitMs.mean, p99WaitMs: p99WaitMs.mean, loss },
    noise: p99WaitMs.mean > 0 ? p99WaitMs.standardError / p99WaitMs.mean : 0,
  };
}

/** Relative; undefined where the simulated figure is too small for that to mean anything. */
function error(formula, simulated, least) {
  return simulated >= least ? formula / simulated - 1 : undefined;
}

/**
 * How many connections more than it has the formula would give a pool for the p99 wait (or, with limits, the loss) that the
 * simulated pool has. Differences of 3 % in that figure are left to the simulation's own error.
 */
function connectionsOff(limit, smallest, { p99Ms, loss }, connections) {
  if (limit === 'no limit' ? p99Ms < 0.05 * holdMs : loss < 0.001) return undefined;
  const needed = (factor) =>
    smallest(
      limit === 'no limit'
        ? { maxWaitP99Ms: p99Ms * factor, maxLossRatio: 0.999 }
        : { maxWaitP99Ms: 1e9, maxLossRatio: Math.min(0.999, loss * factor) },
    );
  const tooMany = (needed(1.03) ?? connections) - connections;
  const tooFew = (needed(0.97) ?? connections) - connections;
  return tooMany > 0 ? tooMany : Math.min(0, tooFew);
}

const figures = ['P(wait)', 'mean wait', 'p99 wait', 'loss'];
const percent = (value) => `${value > 0 ? '+' : ''}${(value * 100).toFixed(Math.abs(value) < 0.1 ? 1 : 0)}`;

function quantile(sorted, p) {
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))];
}

/** Median, and the range that holds nine of ten, and the worst. */
function summary(rows, figure) {
  const errors = rows.map((row) => row[figure]).filter((value) => value !== undefined);
  if (errors.length === 0) return '–';
  const sorted = errors.toSorted((a, b) => a - b);
  const worst = Math.abs(sorted[0]) > Math.abs(sorted.at(-1)) ? sorted[0] : sorted.at(-1);
  const [low, middle, high] = [0.05, 0.5, 0.95].map((p) => percent(quantile(sorted, p)));
  return `${middle} (${low}..${high}; ${percent(worst)})`;
}

/** The range that holds nine of ten, and the ends. */
function connectionsSummary(rows) {
  const sorted = rows
    .map((row) => row.connectionsOff)
    .filter((value) => value !== undefined)
    .toSorted((a, b) => a - b);
  if (sorted.length === 0) return '–';
  return `${quantile(sorted, 0.05)}..${quantile(sorted, 0.95)} (${sorted[0]}..${sorted.at(-1)})`;
}

function table(title, rows, classOf) {
  const names = [...figures.map((figure) => figure.padEnd(30)), 'connections off'];
  console.log(`\n${title.padEnd(26)} ${'n'.padStart(4)}  ${names.join(' ')}`);
  for (const [name, members] of groupBy(rows, classOf)) {
    const cells = figures.map((figure) => summary(members, figure).padEnd(30)).join(' ');
    console.log(
      `${String(name).padEnd(26)} ${String(members.length).padStart(4)}  ${cells} ${connectionsSummary(members)}`,
    );
  }
}

// Map.groupBy is not in Node 20.
function groupBy(rows, classOf) {
  const groups = new Map();
  for (const row of rows) groups.set(classOf(row), [...(groups.get(classOf(row)) ?? []), row]);
  return groups;
}

function print(rows, seconds) {
  const noise = rows.map((row) => row.noise).toSorted((a, b) => a - b);
  console.log(
    `Formula against simulation, ${rows.length} workloads, ${seconds.toFixed(0)} s. Error of the formula in percent:`,
  );
  console.log(
    'median (nine of ten; the worst). Relative to P(wait) of 1 %, a mean wait of 1 % and a p99 of 5 % of the hold time,',
  );
  console.log(
    'and a loss of 0.1 % or more; smaller ones are left out. "Connections off": nine of ten (all), + is too many.',
  );
  console.log(
    `The simulation's own standard error of the p99 wait: median ${(quantile(noise, 0.5) * 100).toFixed(1)} %, ` +
      `nine of ten below ${(quantile(noise, 0.9) * 100).toFixed(1)} %.`,
  );
  const isPoisson = ({ arrivals, pools }) => arrivals === 'poisson' && pools === 1;
  const plain = rows.filter((row) => isPoisson(row) && row.limit === 'no limit');
  const limited = rows.filter((row) => isPoisson(row) && row.limit !== 'no limit');
  table('Poisson, no limit', plain, () => 'all');
  table('  by holds', plain, ({ hold }) => hold);
  table('  by connections', plain, ({ connections }) => connections);
  table('  by utilization', plain, ({ utilization }) => utilization);
  table('Poisson, limits', limited, ({ limit }) => limit);
  table('  by utilization', limited, ({ utilization }) => utilization);
  table('  by holds', limited, ({ hold }) => hold);
  const splits = rows.filter(({ pools }) => pools > 1);
  table('Several pools', splits, ({ pools, splitBy }) => `${splitBy}, ${pools}`);
  const clumped = rows.filter(({ arrivals }) => arrivals !== 'poisson');
  table('Other arrivals', clumped, ({ arrivals }) => arrivals);
  console.log('\nfarthest off in p99 wait');
  const known = rows.filter((row) => row['p99 wait'] !== undefined);
  for (const row of known.toSorted((a, b) => Math.abs(b['p99 wait']) - Math.abs(a['p99 wait'])).slice(0, 12)) {
    const { connections, utilization, hold, limit, arrivals, pools, splitBy } = row;
    const split = pools > 1 ? `, ${pools} pools ${splitBy}` : '';
    console.log(
      `  ${percent(row['p99 wait']).padStart(6)} %, ${String(row.connectionsOff).padStart(3)} off: c ${connections}, rho ${utilization}, ${hold}, ${arrivals}, ${limit}${split}`,
    );
  }
  table('measured: no limit', plain, ({ hold, connections }) => `${hold}, c ${connections}`);
  table('measured: limits', limited, ({ hold, connections }) => `${hold}, c ${connections}`);
  console.log('\nwithin the stated error, and within its connections');
  console.log(
    `  p99 wait, no limit  ${held(plain, 'p99 wait', ({ hold, connections }) => statedError(laws[hold], connections))}`,
  );
  console.log(
    `  loss, limits        ${held(limited, 'loss', ({ hold, connections }) => statedLossError(laws[hold], connections))}`,
  );
  console.log(
    `  p99 wait, splits    ${held(splits, 'p99 wait', ({ hold, splitBy }) => statedSplitError(splitBy, laws[hold]))}`,
  );
}

/** The share of the workloads within what is stated of them; three standard errors are the simulation's own. */
function held(rows, figure, statedOf) {
  const known = rows.filter((row) => row[figure] !== undefined);
  const share = (isWithin) => percent(known.filter(isWithin).length / known.length).slice(1);
  const within = share((row) => {
    const { low, high } = statedOf(row);
    return row[figure] >= low - 3 * row.noise - 0.01 && row[figure] <= high + 3 * row.noise + 0.01;
  });
  const connections = share((row) => {
    const { lowConnections, highConnections } = statedOf(row);
    return (
      row.connectionsOff === undefined ||
      (row.connectionsOff >= lowConnections && row.connectionsOff <= highConnections)
    );
  });
  return `${within} %, ${connections} % of ${known.length}`;
}

if (process.argv.includes('--read')) {
  print(JSON.parse(readFileSync(option('--read'), 'utf8')), 0);
} else if (isMainThread) {
  const start = process.hrtime.bigint();
  const threads = process.argv.includes('--threads') ? Number(option('--threads')) : 1;
  const parts = await Promise.all(
    Array.from({ length: threads }, (_, part) => {
      const worker = new Worker(new URL(import.meta.url), {
        workerData: { part, threads },
        argv: process.argv.slice(2),
      });
      return new Promise((resolve, reject) => {
        worker.once('message', resolve).once('error', reject);
      });
    }),
  );
  const rows = parts.flat().toSorted((a, b) => a.index - b.index);
  print(rows, Number(process.hrtime.bigint() - start) / 1e9);
  if (process.argv.includes('--json')) writeFileSync(option('--json'), JSON.stringify(rows));
} else {
  const { part, threads } = workerData;
  const only = process.argv.includes('--only') ? option('--only') : '';
  const wanted = workloads.filter(({ hold }) => hold.includes(only));
  const mine = wanted.flatMap((workload, index) => (index % threads === part ? [{ workload, index }] : []));
  parentPort.postMessage(mine.map(({ workload, index }) => ({ index, ...compare(workload, index) })));
}
