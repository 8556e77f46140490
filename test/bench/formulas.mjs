// The formulas of src/queueing against the simulator over a grid of workloads: how far off they are, by class.
// Run by `npm run bench`; read by people. A few minutes; `--quick` takes a tenth of the requests and errs by some percent itself.
import { predictPool } from '../../dist/queueing/predict.js';
import { estimateFigures } from '../../dist/simulate/figures.js';
import { simulate } from '../../dist/simulate/run.js';
import { runLength } from '../../dist/simulate/warmup.js';

const isQuick = process.argv.includes('--quick');
const replications = 3;
const mostRequests = isQuick ? 150_000 : 1_500_000;
const holdMs = 100;

function holdOf(scv) {
  if (scv === 0) return { kind: 'constant', meanMs: holdMs };
  if (scv === 1) return { kind: 'exponential', meanMs: holdMs };
  if (scv < 1) return { kind: 'gamma', shape: 1 / scv, scaleMs: holdMs * scv };
  const variance = Math.log(1 + scv);
  return { kind: 'lognormal', medianMs: holdMs * Math.exp(-variance / 2), sigma: Math.sqrt(variance) };
}

/** Every combination of the values, as objects. */
function grid(axes) {
  return Object.entries(axes).reduce(
    (all, [name, values]) => all.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}

/** Arrivals of each kind, and their peakedness (variance over mean of the busy connections without limit; exponential holds). */
const arrivalKinds = {
  poisson: (rate) => ({ law: { kind: 'poisson', ratePerSecond: rate }, peakedness: 1 }),
  paced: (rate) => {
    const load = (rate * holdMs) / 1_000;
    return { law: { kind: 'paced', ratePerSecond: rate }, peakedness: 1 / (1 - Math.exp(-1 / load)) - load };
  },
  'batches of 3': (rate) => ({ law: { kind: 'batches', ratePerSecond: rate, size: 3 }, peakedness: 2 }),
  'bursts x3 of 20 ms': (rate) => bursty(rate, 3, 20, 80),
  'bursts x3 of 200 ms': (rate) => bursty(rate, 3, 200, 800),
  'bursts x5 of 50 ms': (rate) => bursty(rate, 5, 50, 450),
  'bursts x3 of 2 s': (rate) => bursty(rate, 3, 2_000, 8_000),
};

function bursty(ratePerSecond, factor, burstMs, quietMs) {
  const share = burstMs / (burstMs + quietMs);
  const perMs = ratePerSecond / 1_000;
  const quiet = perMs / (1 + (factor - 1) * share);
  const variance = share * (1 - share) * ((factor - 1) * quiet) ** 2;
  const peakedness = 1 + variance / (perMs * (1 / holdMs + 1 / burstMs + 1 / quietMs));
  return { law: { kind: 'bursty', ratePerSecond, factor, burstMs, quietMs }, peakedness };
}

const none = () => ({});
const limits = {
  'no limit': none,
  queue: (connections) => ({ queueLimit: Math.ceil(connections / 2) }),
  timeout: () => ({ acquireTimeoutMs: holdMs / 2 }),
  both: (connections) => ({ queueLimit: connections, acquireTimeoutMs: holdMs }),
};

const bursts = Object.keys(arrivalKinds).filter((kind) => kind.startsWith('bursts'));
const workloads = [
  ...grid({
    connections: [2, 5, 20, 60],
    utilization: [0.6, 0.7, 0.8, 0.9],
    scv: [0, 0.25, 1, 2.25, 4, 9],
    limit: ['no limit'],
    arrivals: ['poisson'],
  }),
  ...grid({
    connections: [5, 20, 60],
    utilization: [0.8, 0.95, 1.1, 1.5],
    scv: [0.25, 1, 4],
    limit: ['queue', 'timeout', 'both'],
    arrivals: ['poisson'],
  }),
  ...grid({
    connections: [10, 40],
    utilization: [0.6, 0.8],
    scv: [0.25, 1, 4],
    limit: ['no limit'],
    arrivals: ['paced', 'batches of 3', ...bursts],
  }),
  ...grid({
    connections: [10, 40],
    utilization: [0.8, 1.1],
    scv: [1, 4],
    limit: ['both'],
    arrivals: ['batches of 3', ...bursts],
  }),
];

function compare({ connections, utilization, scv, limit, arrivals }, index) {
  const rate = (connections * utilization * 1_000) / holdMs;
  const { law, peakedness } = arrivalKinds[arrivals](rate);
  const pool = { connections, hold: holdOf(scv), ...limits[limit](connections) };
  const length = runLength(
    // The arrivals' variance, 2 z - 1, varies a queue as Poisson arrivals do with 2 z - 2 more in the holds.
    { ...pool, arrivalRatePerSecond: rate, meanHoldMs: holdMs, holdScv: scv + 2 * peakedness - 2 },
    { mostRequests },
  );
  const durationMs = Math.max(length.durationMs, (mostRequests / 4 / rate) * 1_000);
  const input = { ...pool, arrivals: law, warmupMs: length.warmupMs, durationMs };
  const runs = Array.from({ length: replications }, (_, replication) =>
    simulate({ ...input, seed: 100 * (index + 1) + replication }),
  );
  const { waitProbability, rejectedRatio, timedOutRatio, meanWaitMs, p99WaitMs } = estimateFigures(runs);
  const start = process.hrtime.bigint();
  const formula = predictPool({ ...pool, arrivalRatePerSecond: rate, peakedness });
  const formulaMs = Number(process.hrtime.bigint() - start) / 1e6;
  const loss = rejectedRatio.mean + timedOutRatio.mean;
  return {
    ...{ connections, utilization, scv, limit, arrivals, formulaMs },
    'P(wait)': error(formula.waitProbability, waitProbability.mean, 0.01),
    'mean wait': error(formula.meanWaitMs, meanWaitMs.mean, 0.01 * holdMs),
    'p99 wait': error(formula.p99WaitMs, p99WaitMs.mean, 0.05 * holdMs),
    loss: error(formula.rejectedRatio + formula.timedOutRatio, loss, 0.001),
    noise: p99WaitMs.mean > 0 ? p99WaitMs.standardError / p99WaitMs.mean : 0,
  };
}

/** Relative; undefined where the simulated figure is too small for that to mean anything. */
function error(formula, simulated, least) {
  return simulated >= least ? formula / simulated - 1 : undefined;
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

function table(title, rows, classOf) {
  const classes = groupBy(rows, classOf);
  console.log(`\n${title.padEnd(22)} ${'n'.padStart(4)}  ${figures.map((figure) => figure.padEnd(32)).join(' ')}`);
  for (const [name, members] of classes) {
    const cells = figures.map((figure) => summary(members, figure).padEnd(32)).join(' ');
    console.log(`${String(name).padEnd(22)} ${String(members.length).padStart(4)}  ${cells}`.trimEnd());
  }
}

// Map.groupBy is not in Node 20.
function groupBy(rows, classOf) {
  const groups = new Map();
  for (const row of rows) groups.set(classOf(row), [...(groups.get(classOf(row)) ?? []), row]);
  return groups;
}

const start = process.hrtime.bigint();
const rows = workloads.map(compare);
const seconds = Number(process.hrtime.bigint() - start) / 1e9;
const noise = rows.map((row) => row.noise).toSorted((a, b) => a - b);
const formulaMs = rows.map((row) => row.formulaMs).toSorted((a, b) => a - b);

console.log(
  `Formula against simulation, ${rows.length} workloads, ${seconds.toFixed(0)} s. Error of the formula in percent:`,
);
console.log(
  'median (nine of ten; the worst). Relative to P(wait) of 1 %, a mean wait of 1 % and a p99 of 5 % of the hold time,',
);
console.log('and a loss of 0.1 % or more; smaller ones are left out.');
console.log(
  `The simulation's own standard error of the p99 wait: median ${(quantile(noise, 0.5) * 100).toFixed(1)} %, ` +
    `nine of ten below ${(quantile(noise, 0.9) * 100).toFixed(1)} %.`,
);
console.log(
  `The formula takes ${quantile(formulaMs, 0.5).toFixed(1)} ms (median), ${formulaMs.at(-1).toFixed(1)} ms at most.`,
);

const isUnlimitedPoisson = ({ arrivals, limit }) => arrivals === 'poisson' && limit === 'no limit';
const plain = rows.filter(isUnlimitedPoisson);
const limited = rows.filter(({ arrivals, limit }) => arrivals === 'poisson' && limit !== 'no limit');
const clumped = rows.filter(({ arrivals }) => arrivals !== 'poisson');
table('Poisson, no limit', plain, () => 'all');
table('  by cv2 of the holds', plain, ({ scv }) => scv);
table('  by utilization', plain, ({ utilization }) => utilization);
table('  by connections', plain, ({ connections }) => connections);
table('Poisson, limits', limited, () => 'all');
table('  by limit', limited, ({ limit }) => limit);
table('  by utilization', limited, ({ utilization }) => utilization);
table('  by cv2 of the holds', limited, ({ scv }) => scv);
table('Other arrivals', clumped, ({ arrivals, limit }) => `${arrivals}${limit === 'no limit' ? '' : ', limits'}`);

const worst = rows
  .filter((row) => row['p99 wait'] !== undefined)
  .toSorted((a, b) => Math.abs(b['p99 wait']) - Math.abs(a['p99 wait']));
console.log('\nfarthest off in p99 wait');
for (const row of worst.slice(0, 8)) {
  const { connections, utilization, scv, limit, arrivals } = row;
  console.log(
    `  ${percent(row['p99 wait']).padStart(6)} %  c ${connections}, rho ${utilization}, cv2 ${scv}, ${arrivals}, ${limit}`,
  );
}
