// The waits of a pool whose law is known, in runs of different seeds: how many printed 95 % intervals hold the truth.
import { mmcq } from '../exact.mjs';
import { built, mean, openPlan, runLoad, tableOf } from './shared.mjs';

const { holdDistribution } = await built('queueing/distribution');
const { holdWorkload } = await built('probe/workload/hold');
const { createDraw } = await built('probe/workload/draw');
const { scheduleOf } = await built('probe/load/schedule');
const { probeRun } = await built('probe/analyse/figures');
const { verificationOf } = await built('probe/analyse/verify');
const { replicate } = await built('simulate/replicate');

const connections = 8;
/** 0.75 of what the connections can do in sleeps of 50 ms. */
const ratePerSecond = 120;
const figures = ['wait probability', 'mean wait', 'p95 wait', 'p99 wait'];

/** Of twenty intervals of 95 %, one misses on average, and fewer than 17 hold in 2 of 100 such twenties. */
const leastOfFigure = 0.85;
/** Standard errors that the mean of all runs may be off; one in two thousand is farther off by chance. */
const mostErrors = 3.5;
/** The share that the mean may be off of the mean wait of the same requests: the server does not add the same to each. */
const mostOff = 0.05;

/** All of mean 50 ms, far above what a round trip and a late timer add. */
const laws = {
  exponential: { kind: 'exponential', meanMs: 50 },
  constant: { kind: 'constant', meanMs: 50 },
  // A coefficient of variation of 1.3: exp(sigma^2) - 1 = 1.7.
  lognormal: { kind: 'lognormal', medianMs: 50 / Math.sqrt(2.7), sigma: Math.sqrt(Math.log(2.7)) },
};

export const lawNames = Object.keys(laws);

export async function waits(place, judge, { seconds, runs = 20, laws: names = lawNames }) {
  const head = ['hold times', 'figure', 'truth', 'mean of runs', 'off', 'standard errors', 'intervals hold it'];
  const table = tableOf(head, 2);
  const notes = [];
  let allHeld = 0;
  for (const name of names) {
    const { results, truth, note } = await measured(place, laws[name], seconds, runs);
    for (const figure of figures) {
      const { text, held } = judged(judge, figure, truth[figure], results);
      table.push([figure === figures[0] ? name : '', figure, ...text]);
      allHeld += held;
    }
    const { ownMs, foundMs } = truth;
    const ratio = foundMs / ownMs - 1;
    const off = judge.mark(Math.abs(ratio) < mostOff, `${(ratio * 100).toFixed(1)} %`);
    table.push(['', 'mean wait of these requests', ownMs.toFixed(2), foundMs.toFixed(2), off, '', '']);
    notes.push(`${name}: ${note}`);
  }
  console.log(
    `${place.name}: ${connections} connections, ${ratePerSecond}/s, ${runs} runs of ${seconds} s; times in ms`,
  );
  console.log([table.toString(), ...notes].join('\n'));
  const all = names.length * figures.length * runs;
  const sum = `${allHeld} of ${all} intervals hold the truth, of which 95 % should.`;
  console.log(judge.mark(allHeld >= 0.95 * all, sum));
}

/** All runs at once: the load only sleeps. */
async function measured(place, law, seconds, runs) {
  const workload = holdWorkload(place.engine, law);
  const plans = Array.from({ length: runs }, (_, index) =>
    openPlan({ connections, ratePerSecond, seconds, seed: index + 1 }),
  );
  const done = await Promise.all(plans.map((plan) => runLoad(place, workload, plan)));
  const results = done.map((run, index) => probeRun('', plans[index], run));
  const sleptMs = mean(plans.map((plan) => ofRequests(workload, plan, 0).sleepMs));
  const heldMs = mean(results.map(({ serviceMs }) => serviceMs.mean));
  const addedMs = heldMs - sleptMs;
  const lagMs = Math.max(...results.map((run) => run.lagMs.p99));
  const busiest = Math.max(...results.map(({ client }) => client.eventLoopUtilization));
  return {
    results,
    truth: {
      ...(await truthOf(law, addedMs)),
      // The very requests of the seeds leave little to chance.
      ownMs: mean(plans.map((plan) => ofRequests(workload, plan, addedMs).waitMs)),
      foundMs: mean(results.map(({ waitMs }) => waitMs.mean)),
    },
    // Where that is much, others use the machine, and what is held against the truth is them.
    note: `held ${heldMs.toFixed(2)} ms, ${addedMs.toFixed(2)} more than slept; lag p99 up to ${lagMs.toFixed(1)} ms, event loop ${busiest.toFixed(2)} busy`,
  };
}

function judged(judge, figure, truth, results) {
  const checks = results.map((run) => verificationOf([{ name: figure, predicted: truth }], run).checks[0]);
  const values = checks.map((check) => check.measured.value);
  const held = checks.filter(({ agrees }) => agrees).length;
  const average = mean(values);
  const error = Math.sqrt(mean(values.map((value) => (value - average) ** 2)) / (values.length - 1));
  const errors = (average - truth) / error;
  const digits = figure === 'wait probability' ? 4 : 2;
  const text = [
    ...[truth.toFixed(digits), average.toFixed(digits), `${((average / truth - 1) * 100).toFixed(1)} %`],
    judge.mark(Math.abs(errors) < mostErrors, errors.toFixed(1)),
    judge.mark(held >= leastOfFigure * values.length, `${held} of ${values.length}`),
  ];
  return { text, held };
}

/**
 * What the seed says of the requests of the window: how long they sleep, and how long they wait first come first served,
 * each held for its sleep and `addedMs`.
 */
function ofRequests(workload, { seed, load, warmupMs, durationMs, pool: { connectionLimit } }, addedMs) {
  const draw = createDraw(workload, seed);
  const schedule = scheduleOf(load, seed, { thread: 0, threads: 1, cards: 1 });
  const freeMs = new Array(connectionLimit).fill(0);
  const [sleeps, waits] = [[], []];
  for (; schedule.nextMs < warmupMs + durationMs; schedule.advance()) {
    const sleepMs = draw.next().statements[0].values[0] * 1_000;
    const first = freeMs.indexOf(Math.min(...freeMs));
    const startMs = Math.max(schedule.nextMs, freeMs[first]);
    freeMs[first] = startMs + sleepMs + addedMs;
    if (schedule.nextMs < warmupMs) continue;
    sleeps.push(sleepMs);
    waits.push(startMs - schedule.nextMs);
  }
  return { sleepMs: mean(sleeps), waitMs: mean(waits) };
}

/**
 * Exponential: Erlang's formulas with the measured mean hold. Others: a simulation of ten million requests whose holds are
 * the law's, each longer by what was measured on top of the sleep (round trip, the server's timer and wake-up).
 */
async function truthOf(law, addedMs) {
  const { meanMs, quantile } = holdDistribution(law);
  if (law.kind === 'exponential') {
    const load = (ratePerSecond * (meanMs + addedMs)) / 1_000;
    const { waitProbability, meanWaitMs, p99WaitMs } = mmcq(connections, load, meanMs + addedMs);
    // The wait of the requests that wait is exponential, at the rate of the spare connections.
    const p95WaitMs = (Math.log(waitProbability / 0.05) * (meanMs + addedMs)) / (connections - load);
    return named({ waitProbability, meanWaitMs, p95WaitMs, p99WaitMs });
  }
  const count = law.kind === 'constant' ? 1 : 20_000;
  const sortedMs = Array.from({ length: count }, (_, index) => quantile((index + 0.5) / count) + addedMs);
  const hold = { kind: 'samples', sortedMs };
  const arrivals = { kind: 'poisson', ratePerSecond };
  const durationMs = (2_000_000 / ratePerSecond) * 1_000;
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
