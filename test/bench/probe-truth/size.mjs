// The size that the model recommends is the smallest that meets its target: with one connection less it is missed.
import { built, openPlan, runLoad, tableOf } from './shared.mjs';

const { sizePool } = await built('index');
const { predictPool } = await built('queueing/predict');
const { holdDistribution } = await built('queueing/distribution');
const { holdWorkload } = await built('probe/workload/hold');
const { probeRun } = await built('probe/analyse/figures');

/** What a round trip and a late timer add to a sleep; the cases bear some more. */
const addedMs = 1;
const rounds = 6;
const ratePerSecond = 40;

/** Small pools, in which a minute shows the difference that one connection makes. */
const laws = {
  exponential: { kind: 'exponential', meanMs: 50 },
  constant: { kind: 'constant', meanMs: 50 },
  lognormal: { kind: 'lognormal', medianMs: 50 / Math.sqrt(2.7), sigma: Math.sqrt(Math.log(2.7)) },
};

export async function size(place, judge, { seconds }) {
  const table = tableOf(['hold times', 'held', 'connections', 'p99 wait, model', 'measured', 'interval', 'target', '']);
  // All at once: the load only sleeps.
  const rows = await Promise.all(Object.entries(laws).map(([name, law]) => smallest(place, judge, name, law, seconds)));
  table.push(...rows.flat());
  const load = `${place.name}: the size of the model and one less at ${ratePerSecond}/s`;
  console.log(`${load}, ${rounds} rounds of ${seconds} s with the same requests for both; times in ms`);
  console.log(table.toString());
}

async function smallest(place, judge, name, law, seconds) {
  const hold = { kind: 'samples', sortedMs: samples(law) };
  const workload = { arrivalRatePerSecond: ratePerSecond, measured: hold };
  const { connectionLimit, outlook } = sizePool({ method: 'model', workload });
  const targetMs = outlook.targets.maxWaitP99Ms;
  return Promise.all(
    [connectionLimit, connectionLimit - 1].map(async (connections) => {
      const plans = Array.from({ length: rounds }, (_, round) =>
        openPlan({ connections, ratePerSecond, seconds, seed: round + 1 }),
      );
      const runs = await Promise.all(plans.map((plan) => runLoad(place, holdWorkload(place.engine, law), plan)));
      const { p99WaitMs, meanServiceMs } = probeRun('', plans[0], runs);
      const isMet = p99WaitMs.value <= targetMs;
      const isWanted = isMet === (connections === connectionLimit);
      return [
        ...[connections === connectionLimit ? name : '', meanServiceMs.value.toFixed(1), connections],
        predictPool({ connections, arrivalRatePerSecond: ratePerSecond, hold }).p99WaitMs.toFixed(0),
        ...[p99WaitMs.value.toFixed(0), `${p99WaitMs.low.toFixed(0)} to ${p99WaitMs.high.toFixed(0)}`],
        ...[targetMs.toFixed(0), judge.mark(isWanted, isMet ? 'met' : 'missed')],
      ];
    }),
  );
}

function samples(law) {
  const { quantile } = holdDistribution(law);
  return Array.from({ length: 2_000 }, (_, index) => quantile((index + 0.5) / 2_000) + addedMs);
}
