// The waits of a pool whose law is known, in runs of different seeds: how many printed 95 % intervals hold the truth.
import { mmcq } from '../exact.mjs';
import { built, mean, openPlan, runLoad, tableOf } from './shared.mjs';

const { holdDistribution } = await built('core/model/distribution');
const { holdWorkload } = await built('probe/workload/hold');
const { createDraw } = await built('probe/workload/draw');
const { scheduleOf } = await built('probe/load/schedule');
const { wholeStep } = await built('probe/load/shard');
const { probeRun } = await built('probe/analyse/figures');
const { verification } = await built('probe/analyse/verify');
const { replicate } = await built('simulate/replicate');

const connections = 8;
const wantedLoad = 0.75;
const figures = ['wait probability', 'mean wait', 'p95 wait', 'p99 wait'];

/** All of mean 50 ms, far above what a round trip and a late timer add. */
const laws = {
  exponential: { kind: 'exponential', meanMs: 50 },
  constant: { kind: 'constant', meanMs: 50 },
  // A coefficient of variation of 1.3: exp(sigma^2) - 1 = 1.7.
  lognormal: { kind: 'lognormal', medianMs: 50 / Math.sqrt(2.7), sigma: Math.sqrt(Math.log(2.7)) },
};

export const lawNames = Object.keys(laws);

export async function waits(place, judge, { seconds, runs = 20, atOnce = 20, laws: names = lawNames }) {
  const head = ['hold times', 'figure', 'truth', 'mean of runs', 'off', 'standard errors', 'intervals hold it'];
  const table = tableOf(head, 2);
  const ratePerSecond = (wantedLoad * connections * 1_000) / 50;
  for (const kind of names) {
    const workload = holdWorkload(place.engine, laws[kind]);
    const planned = [];
    const measured = [];
    for (let first = 1; first <= runs; first += atOnce) {
      const seeds = Array.from({ length: Math.min(atOnce, runs - first + 1) }, (_, index) => first + index);
      const plans = seeds.map((seed) => openPlan({ connections, ratePerSecond, seconds, seed }));
      planned.push(...plans);
      measured.push(...(await Promise.all(plans.map((plan) => runLoad(place, workload, plan)))));
    }
    const results = measured.map((run, index) => probeRun('', planned[index], run));
    const addedMs = mean(results.map(({ serviceMs }, index) => serviceMs.mean - drawnMeanMs(workload, planned[index])));
    const truth = await truthOf(laws[kind], addedMs, ratePerSecond);
    const service = mean(results.map(({ serviceMs }) => serviceMs.mean));
    const busiest = Math.max(...results.map(({ client }) => client.eventLoopUtilization));
    const trusted = results.filter(({ trustworthy }) => trustworthy).length;
    for (const figure of figures) {
      const checks = results.map((run) => verification([{ name: figure, predicted: truth[figure] }], run).checks[0]);
      const values = checks.map(({ measured: { value } }) => value);
      const held = checks.filter(({ agrees }) => agrees).length;
      const average = mean(values);
      const error = Math.sqrt(mean(values.map((value) => (value - average) ** 2)) / (runs - 1));
      const off = (average - truth[figure]) / error;
      const digits = figure === 'wait probability' ? 4 : 2;
      table.push([
        ...[figure === figures[0] ? kind : '', figure, truth[figure].toFixed(digits), average.toFixed(digits)],
        `${((average / truth[figure] - 1) * 100).toFixed(1)} %`,
        judge.mark(Math.abs(off) < 3.5, off.toFixed(1)),
        judge.mark(held >= Math.floor(0.95 * runs), `${held} of ${runs}`),
      ]);
    }
    table.push([
      '',
      `held ${service.toFixed(2)} ms: ${addedMs.toFixed(2)} more than slept; event loop ${busiest.toFixed(2)}; trusted ${trusted}`,
      ...['', '', '', '', ''],
    ]);
  }
  const load = `${place.name}: ${connections} connections, ${ratePerSecond}/s, ${runs} runs of ${seconds} s, ${atOnce} at once`;
  console.log(`${load}; times in ms, standard errors of the mean of the runs`);
  console.log(table.toString());
}

/** What the requests of the window were told to sleep: the seed says it. */
function drawnMeanMs(workload, plan) {
  const draw = createDraw(workload, plan.seed);
  const schedule = scheduleOf(plan.load, plan.seed, wholeStep(plan));
  const sleeps = [];
  for (; schedule.nextMs < plan.warmupMs + plan.durationMs; schedule.advance()) {
    const [{ values }] = draw.next().statements;
    if (schedule.nextMs >= plan.warmupMs) sleeps.push(values[0] * 1_000);
  }
  return mean(sleeps);
}

/**
 * Exponential: Erlang's formulas with the measured mean hold. Others: a simulation of two million requests whose holds are
 * the law's, each longer by what was measured on top of the sleep (round trip, the server's timer and wake-up).
 */
async function truthOf(law, addedMs, ratePerSecond) {
  const { meanMs, quantile } = holdDistribution(law);
  if (law.kind === 'exponential') {
    const load = (ratePerSecond * (meanMs + addedMs)) / 1_000;
    const { waitProbability, meanWaitMs, p99WaitMs } = mmcq(connections, load, meanMs + addedMs);
    // Of those who wait, the wait is exponential, at the rate of the connections that are to spare.
    const p95WaitMs = (Math.log(waitProbability / 0.05) * (meanMs + addedMs)) / (connections - load);
    return named({ waitProbability, meanWaitMs, p95WaitMs, p99WaitMs });
  }
  const count = law.kind === 'constant' ? 1 : 20_000;
  const sortedMs = Array.from({ length: count }, (_, index) => quantile((index + 0.5) / count) + addedMs);
  const hold = { kind: 'samples', sortedMs };
  const arrivals = { kind: 'poisson', ratePerSecond };
  const durationMs = (400_000 / ratePerSecond) * 1_000;
  const simulated = await replicate({ arrivals, hold, connections, durationMs, warmupMs: 30_000, seed: 1 });
  const of = (name) => simulated.figures[name].mean;
  return named({
    waitProbability: of('waitProbability'),
    meanWaitMs: of('meanWaitMs'),
    p95WaitMs: of('p95WaitMs'),
    p99WaitMs: of('p99WaitMs'),
  });
}

function named({ waitProbability, meanWaitMs, p95WaitMs, p99WaitMs }) {
  const values = [waitProbability, meanWaitMs, p95WaitMs, p99WaitMs];
  return Object.fromEntries(figures.map((figure, index) => [figure, values[index]]));
}
