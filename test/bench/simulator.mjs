// The simulator against systems with exact answers, and its speed. Run by `npm run bench`; read by people.
// `--quick` takes a twentieth of the requests: for a look, not for a verdict on systems of long memory.
import { estimateFigures } from '../../dist/simulate/figures.js';
import { simulate } from '../../dist/simulate/run.js';
import { runLength } from '../../dist/simulate/warmup.js';
import { batchesMm1, burstyMmc, erlangLoss, fixedPatience, gmc, mg1, mmcq, twoLanes } from './exact.mjs';

const isQuick = process.argv.includes('--quick');
const replications = isQuick ? 10 : 20;
const [leastRequests, mostRequests] = isQuick ? [30_000, 30_000] : [200_000, 2_000_000];

const exponential = { kind: 'exponential', meanMs: 100 };
const constant = { kind: 'constant', meanMs: 100 };
const gamma = (scv) => ({ kind: 'gamma', shape: 1 / scv, scaleMs: 100 * scv });
const lognormal = (cv) => {
  const variance = Math.log(1 + cv ** 2);
  return { kind: 'lognormal', medianMs: 100 * Math.exp(-variance / 2), sigma: Math.sqrt(variance) };
};
const classes = {
  kind: 'mixture',
  parts: [
    { share: 0.9, law: { kind: 'constant', meanMs: 50 } },
    { share: 0.1, law: { kind: 'exponential', meanMs: 550 } },
  ],
};
const buckets = {
  kind: 'histogram',
  buckets: [
    { fromMs: 0, toMs: 100, count: 2 },
    { fromMs: 100, toMs: 200, count: 1 },
    { fromMs: 200, toMs: 300, count: 0 },
  ],
};
const samples = { kind: 'samples', sortedMs: [20, 30, 50, 100, 300] };
const poisson = (load) => ({ kind: 'poisson', ratePerSecond: 10 * load });

/** [name, input, exact figures, variance over squared mean of the holds] */
const systems = [
  ...[
    [1, 0.5],
    [1, 0.9],
    [2, 0.8],
    [5, 0.7],
    [10, 0.8],
    [10, 0.95],
    [20, 0.9],
    [50, 0.95],
    [90, 0.9],
    [200, 0.97],
  ].map(([c, rho]) => [
    `M/M/${c}, utilization ${rho}`,
    { connections: c, arrivals: poisson(c * rho) },
    mmcq(c, c * rho, 100),
  ]),
  ...[
    [3, 4 / 3, 4],
    [4, 5, 2],
    [2, 1.5, 3],
    [10, 9.5, 10],
    [5, 6, 20],
    [90, 99, 50],
  ].map(([c, load, queueLimit]) => [
    `M/M/${c}, load ${Number(load.toFixed(2))}, queue ${queueLimit}`,
    { connections: c, queueLimit, arrivals: poisson(load) },
    mmcq(c, load, 100, queueLimit),
  ]),
  ...[
    ['constant', constant, 0],
    ['lognormal cv 2', lognormal(2), 4],
    ['gamma cv 0.5', gamma(0.25), 0.25],
    ['gamma cv 2', gamma(4), 4],
    ['two classes', classes, 4.3],
    ['samples', samples, 1.1],
  ].map(([name, hold, scv]) => [
    `M/G/12, load 8, no queue, ${name}`,
    { hold, connections: 12, queueLimit: 0, arrivals: poisson(8) },
    erlangLoss(12, 8),
    scv,
  ]),
  ['M/G/60, load 57, no queue, lognormal cv 2', loss(60, 57, lognormal(2)), erlangLoss(60, 57), 4],
  ...[
    [10, 11, 100],
    [5, 4, 50],
    [20, 30, 200],
    [1, 0.9, 100],
    [90, 88, 50],
  ].map(([c, load, acquireTimeoutMs]) => [
    `M/M/${c}, load ${load}, timeout ${acquireTimeoutMs} ms`,
    { connections: c, acquireTimeoutMs, arrivals: poisson(load) },
    fixedPatience(c, load, 100, acquireTimeoutMs),
  ]),
  ...[
    ['constant', constant, 0],
    ['lognormal cv 1.5', lognormal(1.5), 2.25],
    ['gamma cv 2', gamma(4), 4],
    ['gamma cv 0.5', gamma(0.25), 0.25],
    ['histogram', buckets, scvOf(buckets)],
    ['samples', samples, scvOf(samples)],
  ].map(([name, hold, scv]) => [
    `M/G/1, utilization 0.7, ${name}`,
    { hold, connections: 1, arrivals: poisson((7 / meanMs(hold)) * 10) },
    mg1(0.7, meanMs(hold), scv),
    scv,
  ]),
  ...[
    [1, 0.8],
    [5, 0.9],
    [20, 0.93],
  ].map(([c, rho]) => [
    `D/M/${c}, utilization ${rho}`,
    { connections: c, arrivals: { kind: 'paced', ratePerSecond: 10 * c * rho } },
    gmc(c, 100, (s) => Math.exp((-s * 100) / c / rho)),
  ]),
  ...[
    [0.6, 5],
    [0.8, 2],
  ].map(([load, size]) => [
    `batches of ${size} to M/1, utilization ${load}`,
    { connections: 1, arrivals: { kind: 'batches', ratePerSecond: 10 * load, size } },
    batchesMm1(load, 100, size),
  ]),
  ...[
    [10, { ratePerSecond: 60, factor: 5, burstMs: 200, quietMs: 1_000 }],
    [4, { ratePerSecond: 28, factor: 3, burstMs: 500, quietMs: 500 }],
    [20, { ratePerSecond: 120, factor: 10, burstMs: 50, quietMs: 450 }],
  ].map(([c, bursts]) => [
    `bursts x${bursts.factor} to M/${c}, utilization ${bursts.ratePerSecond / c / 10}`,
    { connections: c, arrivals: { kind: 'bursty', ...bursts } },
    burstyMmc(c, 100, bursts),
  ]),
  [
    'round robin over 4 pools of 1',
    { pools: 4, balancer: 'round-robin', connections: 1, arrivals: poisson(3.2) },
    gmc(1, 100, (s) => (32 / (32 + 1_000 * s)) ** 4),
  ],
  [
    '10 connections dealt in turn',
    { lending: 'in-turn', connections: 10, arrivals: poisson(8) },
    gmc(1, 100, (s) => (80 / (80 + 1_000 * s)) ** 10),
  ],
  ...[
    ['fewest-requests', (first, second) => (second < first ? 1 : 0)],
    ['busy-in-turn', (first, second, last) => (first === 0 ? 0 : second === 0 ? 1 : 1 - last)],
  ].map(([lending, choose]) => [
    `M/M/2 that lends by ${lending}`,
    { lending, connections: 2, arrivals: poisson(1.5) },
    twoLanes(1.5, 100, choose, 80),
  ]),
  [
    'random over 4 pools of 5',
    { pools: 4, balancer: 'random', connections: 5, arrivals: poisson(16) },
    mmcq(5, 4, 100),
  ],
  [
    'overload: 10 for a load of 15',
    { connections: 10, queueLimit: 300, arrivals: poisson(15) },
    { rejectedRatio: 1 / 3 },
  ],
];

function loss(connections, load, hold) {
  return { hold, connections, queueLimit: 0, arrivals: poisson(load) };
}

function meanMs({ kind, sortedMs }) {
  if (kind === 'samples') return sortedMs.reduce((sum, ms) => sum + ms, 0) / sortedMs.length;
  // The histogram has two thirds around 50 ms, one third around 150 ms.
  return kind === 'histogram' ? 250 / 3 : 100;
}

function scvOf(hold) {
  if (hold.kind === 'samples') {
    const square = hold.sortedMs.reduce((sum, ms) => sum + ms * ms, 0) / hold.sortedMs.length;
    return square / meanMs(hold) ** 2 - 1;
  }
  const square = (2 / 3) * (100 ** 2 / 3) + (1 / 3) * ((200 ** 3 - 100 ** 3) / 300);
  return square / meanMs(hold) ** 2 - 1;
}

function run([name, changes, exact, holdScv = 1], index) {
  const { pools = 1, arrivals, hold = exponential } = changes;
  const { ratePerSecond } = arrivals;
  const length = runLength({
    ...changes,
    arrivalRatePerSecond: ratePerSecond / pools,
    meanHoldMs: meanMs(hold),
    holdScv,
    arrivalDispersion: ['bursty', 'batches'].includes(arrivals.kind) ? 5 : 1,
  });
  const warmupMs = Math.min(length.warmupMs, ((mostRequests / 2) * 1_000) / ratePerSecond);
  // The p99 wait of few ups and downs of the queue lies below the true one; three times the usual length is enough.
  const wantedRequests = (3 * (length.durationMs - length.warmupMs) * ratePerSecond) / 1_000;
  const requests = Math.min(mostRequests, Math.max(leastRequests, wantedRequests));
  const durationMs = warmupMs + (requests / ratePerSecond) * 1_000;
  const input = { hold, ...changes, warmupMs, durationMs };
  const runs = Array.from({ length: replications }, (_, replication) =>
    simulate({ ...input, seed: 1_000 * (index + 1) + replication }),
  );
  const figures = estimateFigures(runs);
  return Object.entries(exact)
    .filter(([, value]) => value > 0)
    .map(([figure, value]) => {
      const { mean, standardError: ofRuns } = figures[figure];
      // Quantiles are read from buckets up to 0.4 % wide; between their bounds they are interpolated.
      const standardError = figure === 'p99WaitMs' ? Math.hypot(ofRuns, 0.0005 * value) : ofRuns;
      return { name, figure, value, mean, standardError, errors: (mean - value) / standardError };
    });
}

function digits(value) {
  return value.toPrecision(5);
}

console.log(
  `${systems.length} systems, ${replications} independent runs of ${leastRequests} to ${mostRequests} requests each\n`,
);
const header = ['system', 'figure', 'exact', 'simulated', 'std error', 'errors'];
const widths = [44, 16, 11, 11, 11, 7];
const line = (cells) => cells.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' ');
console.log(line(header));
const rows = [];
for (const [index, system] of systems.entries()) {
  for (const row of run(system, index)) {
    rows.push(row);
    const { name, figure, value, mean, standardError, errors } = row;
    console.log(line([name, figure, digits(value), digits(mean), digits(standardError), errors.toFixed(2)]));
  }
}
/** By Student's t with one degree of freedom fewer than there are replications. */
const byChance = isQuick ? { rootMeanSquare: 1.13, beyond3: 0.015 } : { rootMeanSquare: 1.06, beyond3: 0.0074 };
const beyond = rows.filter(({ errors }) => Math.abs(errors) > 3);
const largest = Math.max(...rows.map(({ errors }) => Math.abs(errors)));
const square = rows.reduce((sum, { errors }) => sum + errors ** 2, 0) / rows.length;
console.log(
  `\n${rows.length} figures of ${systems.length} systems: largest error ${largest.toFixed(2)} standard errors, root mean square ` +
    `${Math.sqrt(square).toFixed(2)} (${byChance.rootMeanSquare} by chance), beyond 3: ${beyond.length} (${(rows.length * byChance.beyond3).toFixed(1)} by chance)`,
);
for (const { name, figure, mean, value } of beyond) {
  console.log(`  ${name}, ${figure}: off by ${((mean / value - 1) * 100).toFixed(3)} %`);
}

const plain = {
  hold: exponential,
  arrivals: poisson(81),
  connections: 90,
  queueLimit: 50,
  acquireTimeoutMs: 200,
  seed: 1,
};
const split = { ...plain, pools: 4, connections: 23, balancer: 'least-busy' };
const speeds = [
  ['M/M/90 at 0.9, queue 50, timeout 200 ms', plain],
  ['the same with lognormal holds', { ...plain, hold: lognormal(1) }],
  ['the same with gamma holds', { ...plain, hold: gamma(2) }],
  [
    'the same with bursts',
    { ...plain, arrivals: { kind: 'bursty', ratePerSecond: 810, factor: 3, burstMs: 200, quietMs: 800 } },
  ],
  ['overload x2, queue 1000', { ...plain, arrivals: poisson(162), queueLimit: 1_000 }],
  ['4 pools of 23, least busy', split],
  [
    '4 pools, retries, connects, a slow database, timeline',
    {
      ...split,
      retries: { attempts: 2, pauseMs: 100 },
      connectMs: 20,
      startEmpty: true,
      timelineSlices: 100,
      incidents: [{ kind: 'slow-database', fromMs: 100_000, toMs: 200_000, factor: 3 }],
    },
  ],
];
console.log('\nrequests a second on one core, best of 3');
for (const [name, input] of speeds) {
  const count = isQuick ? 300_000 : 2_000_000;
  const durationMs = (count / input.arrivals.ratePerSecond) * 1_000;
  let best = 0;
  for (let round = 0; round < 3; round += 1) {
    const start = process.hrtime.bigint();
    const { attempts } = simulate({ ...input, durationMs });
    best = Math.max(best, attempts / (Number(process.hrtime.bigint() - start) / 1e9));
  }
  console.log(`${name.padEnd(56)} ${(best / 1e6).toFixed(2).padStart(6)} million`);
}
