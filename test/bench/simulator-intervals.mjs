// Do the 95 % intervals of `poolctl simulate` hold? Runs planned as the command plans them, many times with other seeds,
// against exact values. Run by people, with the build: `node test/bench/simulator-intervals.mjs [seeds] [part of a name]`.
// 200 seeds (the default) take 17 minutes of one core, most of it the two systems nearest to full load. Target: 90 % and more.

import { replicate } from '../../dist/simulate/replicate.js';
import { planRuns } from '../../dist/simulate/run-plan.js';
import { mmcq } from './exact.mjs';

const [seedsText = '200', only = ''] = process.argv.slice(2);
const seeds = Number(seedsText);
/** As `poolctl simulate` has them. */
const [replications, mostRequests] = [10, 12e6];

const exponential = (meanMs) => ({ kind: 'exponential', meanMs });
const lognormal = (cv) => {
  const variance = Math.log(1 + cv ** 2);
  return { kind: 'lognormal', medianMs: 100 * Math.exp(-variance / 2), sigma: Math.sqrt(variance) };
};
const mmc = (connections, rho, holdMs) => ({
  name: `M/M/${connections}, utilization ${Number(rho.toFixed(3))}`,
  connections,
  hold: exponential(holdMs),
  ratePerSecond: (connections * rho * 1_000) / holdMs,
  exact: erlangC(connections, connections * rho, holdMs),
});
/** The wait of those that wait is exponential: no sum of tails, which would underflow at 0.999. */
function erlangC(connections, load, holdMs) {
  const { waitProbability } = mmcq(connections, load, holdMs);
  const waiterMs = holdMs / (connections - load);
  return { meanWaitMs: waitProbability * waiterMs, p99WaitMs: waiterMs * Math.log(waitProbability / 0.01) };
}

/**
 * No formula is exact for lognormal holds: 20 runs of 20 million requests each with the seeds from 1,000,001 on, the first
 * hundredth left out. Standard errors: 0.9 and 0.06 ms with cv 2, 3.2 and 0.18 ms with cv 3.
 */
const lognormals = [
  {
    name: 'lognormal cv 2, 10 connections, utilization 0.8',
    connections: 10,
    cv: 2,
    ratePerSecond: 80,
    exact: { p99WaitMs: 431.7, meanWaitMs: 39.47 },
  },
  {
    name: 'lognormal cv 3, 5 connections, utilization 0.7',
    connections: 5,
    cv: 3,
    ratePerSecond: 35,
    exact: { p99WaitMs: 1_096.6, meanWaitMs: 83.33 },
  },
];
/** The eight systems whose intervals did not hold when runs were a minute long. */
const systems = [
  mmc(15, 10 / 15, 200),
  mmc(10, 0.9, 100),
  mmc(60, 0.95, 285),
  mmc(1, 0.95, 10),
  ...lognormals.map(({ cv, ...system }) => ({ ...system, hold: lognormal(cv) })),
  mmc(20, 0.99, 100),
  mmc(1, 0.999, 10),
];

function line(cells) {
  console.log(cells.map((cell, index) => (index === 0 ? cell.padEnd(50) : cell.padStart(10))).join(' '));
}

console.log(`${seeds} seeds each; how many intervals hold the exact value, and the mean of the estimates over it`);
line(['system', 'exact p99', 'p99 holds', 'p99', 'width', 'open', 'mean holds', 'CPU s']);
for (const { name, connections, hold, ratePerSecond, exact } of systems.filter((system) =>
  system.name.includes(only),
)) {
  const pool = { arrivals: { kind: 'poisson', ratePerSecond }, hold, connections };
  const { warmupMs, measuredMs } = planRuns([pool], { replications, mostRequests });
  const durationMs = warmupMs + measuredMs;
  const held = { p99WaitMs: 0, meanWaitMs: 0 };
  let [sum, width, open] = [0, 0, 0];
  const start = process.cpuUsage();
  for (let seed = 0; seed < seeds; seed += 1) {
    const { figures } = await replicate({ ...pool, warmupMs, durationMs, seed: seed * 1_000 + 1 }, { replications });
    for (const figure of Object.keys(held)) {
      const { low, high } = figures[figure];
      if (low <= exact[figure] && exact[figure] <= high) held[figure] += 1;
    }
    sum += figures.p99WaitMs.mean / exact.p99WaitMs / seeds;
    if (figures.p99WaitMs.high === Infinity) open += 1;
    else width += (figures.p99WaitMs.high - figures.p99WaitMs.low) / exact.p99WaitMs;
  }
  const { user, system } = process.cpuUsage(start);
  const percent = (count) => `${((100 * count) / seeds).toFixed(1)} %`;
  line([
    name,
    `${exact.p99WaitMs.toFixed(1)} ms`,
    percent(held.p99WaitMs),
    sum.toFixed(3),
    open < seeds ? `±${((50 * width) / (seeds - open)).toFixed(0)} %` : '–',
    percent(open),
    percent(held.meanWaitMs),
    ((user + system) / 1e6 / seeds).toFixed(2),
  ]);
}
