// `--method model` with two percentiles of a law that it does not know: is its pool large enough for the true one? The need is
// the smallest pool of the true law within the same targets. Some seconds; `node test/bench/two-percentiles.mjs [WORKLOADS]`
// after a build. Fails where a pool is too small by more than one.
import { holdDistribution } from '../../dist/queueing/distribution.js';
import { smallestPool } from '../../dist/queueing/smallest.js';
import { sizePool } from '../../dist/size/size.js';
import { randomStreams } from '../../dist/traffic/random.js';

const count = Number(process.argv[2] ?? 300);
const random = randomStreams(7).arrivals;
const between = (low, high) => low * (high / low) ** random.uniform();

const exponential = (meanMs) => ({ kind: 'exponential', meanMs });
const families = {
  exponential: () => exponential(between(5, 500)),
  gamma: () => ({ kind: 'gamma', shape: between(0.4, 6), scaleMs: between(5, 200) }),
  lognormal: () => ({ kind: 'lognormal', medianMs: between(5, 200), sigma: between(0.2, 2) }),
  // Cut at a hundred times its start.
  pareto: () => pareto(between(2, 100), between(1.6, 3)),
  'two kinds': () => {
    const fastMs = between(3, 100);
    const slow = { share: between(0.06, 0.4), law: exponential(fastMs * between(2, 30)) };
    return { kind: 'mixture', parts: [{ share: 1 - slow.share, law: exponential(fastMs) }, slow] };
  },
  'a slow class beyond the p95': () => {
    const fastMs = between(3, 100);
    const slow = { share: between(0.005, 0.04), law: exponential(fastMs * between(3, 10)) };
    return { kind: 'mixture', parts: [{ share: 1 - slow.share, law: exponential(fastMs) }, slow] };
  },
};

function pareto(startMs, exponent) {
  const bounds = Array.from({ length: 200 }, (_, index) => startMs * 100 ** (index / 199));
  const above = (ms) => (startMs / ms) ** exponent;
  const buckets = bounds.slice(1).map((toMs, index) => ({
    fromMs: bounds[index],
    toMs,
    count: above(bounds[index]) - above(toMs),
  }));
  return { kind: 'histogram', buckets };
}

const given = { 'p50, p95': [0.5, 0.95], 'p95, p99': [0.95, 0.99], 'p50, p95, p99': [0.5, 0.95, 0.99] };
const rows = [];
for (const [family, make] of Object.entries(families)) {
  for (const [name, ps] of Object.entries(given)) {
    const offs = [];
    for (let index = 0; index < count / 6; index += 1) {
      const hold = make();
      const { meanMs, quantile } = holdDistribution(hold);
      const arrivalRatePerSecond = (between(0.5, 150) / meanMs) * 1_000;
      const targets = { maxWaitP99Ms: meanMs * between(0.3, 3), maxLossRatio: 0.001, maxUtilization: 0.9 };
      const times = Object.fromEntries(ps.map((p) => [`p${p * 100}Ms`, quantile(p)]));
      const sized = sizePool({ workload: { arrivalRatePerSecond, ...times }, targets, method: 'model' });
      const need = smallestPool({ arrivalRatePerSecond, hold }, targets).connections;
      offs.push({ off: sized.connectionLimit - need, ratio: sized.connectionLimit / need });
    }
    const short = offs.filter(({ off }) => off < -1).length;
    const ratios = offs.map(({ ratio }) => ratio).sort((a, b) => a - b);
    const median = ratios[Math.floor(ratios.length / 2)].toFixed(2);
    const worst = Math.min(...offs.map(({ off }) => off));
    rows.push({
      family,
      given: name,
      'too small by more than 1': `${short} of ${offs.length}`,
      'at worst': worst,
      'median of pool / need': median,
      least: ratios[0].toFixed(2),
      most: ratios.at(-1).toFixed(2),
    });
  }
}
console.table(rows);
const isShort = rows.some((row) => !row['too small by more than 1'].startsWith('0 '));
if (isShort) process.exitCode = 1;
