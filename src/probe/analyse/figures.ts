import type { PoolLimits } from '../../base/pool-notation.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import { type Estimate, mean, sumOf } from '../../stats/estimate.ts';
import { HdrHistogram } from '../../stats/hdr/hdr-histogram.ts';
import { toMilliseconds } from '../../stats/hdr/microseconds.ts';
import type { HistogramBucket } from '../../stats/histogram-bucket.ts';
import { meanRatePerSecond } from '../../traffic/arrivals.ts';
import type { StepHistograms, StepPlan, StepRun } from '../load/model.ts';
import { quantileMs } from '../quantile-ms.ts';
import type { ClientFigures, LoopFigures, Percentiles, ProbeRun, RampLevel } from '../result.ts';
import { coarseBuckets } from './buckets.ts';
import { clientLimitOf, isTrustworthy } from './client.ts';
import {
  meanServiceOf,
  meanWaitOf,
  overRounds,
  throughputOf,
  timesOverRounds,
  waitProbabilityOf,
  waitQuantileOf,
} from './intervals.ts';
import { steadyPart } from './steady.ts';

/** All rounds as one; times in microseconds. */
function merged(runs: readonly StepRun[], name: keyof StepHistograms): HdrHistogram {
  const all = new HdrHistogram();
  for (const { histogramsUs } of runs) all.add(histogramsUs[name]);
  return all;
}

/** How long connections were held, as a law for the advice. */
export function serviceBucketsOf(runs: readonly StepRun[]): HistogramBucket[] {
  return coarseBuckets(merged(runs, 'service'));
}

export function percentilesOf(histogram: HdrHistogram): Percentiles {
  const { count, mean, max } = histogram;
  if (count === 0) return { count };
  const at = (p: number) => toMilliseconds(histogram.valueAt(p));
  return {
    ...{ count, mean: toMilliseconds(mean), max: toMilliseconds(max) },
    ...{ p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99), p999: at(0.999) },
  };
}

const nothingServed: Estimate = { value: 0, low: 0, high: 0 };

/** One step of a ramp or of a comparison, over its rounds. */
export function loopFigures(runs: readonly StepRun[]): LoopFigures {
  const service = merged(runs, 'service');
  return {
    throughputPerSecond: overRounds(runs, throughputOf) ?? nothingServed,
    ...withoutUndefined({
      serviceP50Ms: quantileMs(service, 0.5),
      serviceP95Ms: quantileMs(service, 0.95),
      totalP95Ms: quantileMs(merged(runs, 'total'), 0.95),
    }),
    completed: sumOf(runs.map(({ completed }) => completed)),
    failed: sumOf(runs.map(failureCounts)),
    client: clientFigures(runs),
  };
}

/**
 * Undefined where nothing was served. `boundBy` says what one level shows; whether the server was at its limit takes the
 * others: see rampOf.
 */
export function rampLevel(
  connectionLimit: number,
  runs: readonly StepRun[],
  { isServerHere = false }: { readonly isServerHere?: boolean } = {},
): RampLevel | undefined {
  const figures = loopFigures(runs);
  const { serviceP50Ms, serviceP95Ms, totalP95Ms } = figures;
  if (serviceP50Ms === undefined || serviceP95Ms === undefined || totalP95Ms === undefined) return undefined;
  return {
    connectionLimit,
    rounds: runs.length,
    boundBy: clientLimitOf(runs, isServerHere) ?? 'pool',
    steady: areSteady(runs),
    ...figures,
    ...{ serviceP50Ms, serviceP95Ms, totalP95Ms },
  };
}

/** One setting under one load, over its rounds. */
export function probeRun(label: string, plan: StepPlan, given: StepRun | readonly StepRun[]): ProbeRun {
  const runs = 'histogramsUs' in given ? [given] : given;
  const all = {
    lag: merged(runs, 'lag'),
    wait: merged(runs, 'wait'),
    connect: merged(runs, 'connect'),
    service: merged(runs, 'service'),
    total: merged(runs, 'total'),
  };
  const [lagMs, totalMs] = [percentilesOf(all.lag), percentilesOf(all.total)];
  const total = (of: (run: StepRun) => number) => sumOf(runs.map(of));
  return {
    label,
    pool: probedPool(plan),
    ...withoutUndefined({ instances: plan.instances }),
    loop: plan.load.kind,
    ...withoutUndefined({ wantedPerSecond: wantedRate(plan, mean(runs.map(({ measuredMs }) => measuredMs))) }),
    throughputPerSecond: overRounds(runs, throughputOf) ?? nothingServed,
    measuredMs: total(({ measuredMs }) => measuredMs),
    ...withoutUndefined({ window: windowOf(runs) }),
    requests: total(({ requests }) => requests),
    completed: total(({ completed }) => completed),
    failed: tallied(runs.map(({ failed }) => failed)),
    failureLabels: tallied(runs.map(({ failureLabels }) => failureLabels)),
    unsent: total(({ unsent }) => unsent),
    unfinished: total(({ unfinished }) => unfinished),
    stillWaiting: total(({ stillWaiting }) => stillWaiting),
    waitMs: percentilesOf(all.wait),
    serviceMs: percentilesOf(all.service),
    ...withoutUndefined({
      waitProbability: overRounds(runs, waitProbabilityOf),
      meanWaitMs: timesOverRounds(runs, meanWaitOf),
      p99WaitMs: p99Wait(runs, all.wait),
      meanServiceMs: timesOverRounds(runs, meanServiceOf),
    }),
    totalMs,
    lagMs,
    ...(all.connect.count > 0 && { connectMs: percentilesOf(all.connect) }),
    trustworthy: isTrustworthy(lagMs.p99 ?? 0, totalMs.p99 ?? 0) && isOurLoopFree(plan, runs),
    steady: areSteady(runs),
    // In one round of several a queue may grow to the end by chance.
    overCapacity: 2 * runs.filter(({ overCapacity }) => overCapacity).length > runs.length,
    client: clientFigures(runs),
    series: runs.flatMap(({ seconds }) => seconds),
    histogramsUs: {
      lag: all.lag.encode(),
      wait: all.wait.encode(),
      connect: all.connect.encode(),
      service: all.service.encode(),
      total: all.total.encode(),
    },
    serviceBuckets: coarseBuckets(all.service),
  };
}

/** Over all rounds, by the clock of this machine. */
function windowOf(runs: readonly StepRun[]): ProbeRun['window'] {
  const windows = runs.flatMap(({ window }) => window ?? []);
  if (windows.length === 0) return undefined;
  const iso = (ms: number) => new Date(ms).toISOString();
  return {
    from: iso(Math.min(...windows.map(({ fromMs }) => fromMs))),
    to: iso(Math.max(...windows.map(({ toMs }) => toMs))),
  };
}

/** A closed loop has no lag that would show it. */
function isOurLoopFree({ load }: StepPlan, runs: readonly StepRun[]): boolean {
  return load.kind === 'open' || clientLimitOf(runs, false) === undefined;
}

function probedPool({ pool: { connectionLimit, queueLimit, acquireTimeoutMs } }: StepPlan): PoolLimits {
  return { connectionLimit, ...withoutUndefined({ queueLimit, acquireTimeoutMs }) };
}

/** The mean rate that was asked for while it counted, to the end of a run that was cut; a closed loop asks for none. */
function wantedRate({ load, warmupMs, durationMs }: StepPlan, measuredMs: number): number | undefined {
  if (load.kind === 'closed') return undefined;
  const rate = meanRatePerSecond(load.arrivals);
  const { rates = [] } = load;
  const countedMs = Math.min(durationMs, measuredMs);
  if (rates.length === 0 || !(countedMs > 0)) return rate;
  const endMs = warmupMs + countedMs;
  const steps = [{ fromMs: 0, factor: 1 }, ...rates];
  const lengths = steps.map(({ fromMs, factor }, index) => {
    const toMs = Math.min(endMs, steps[index + 1]?.fromMs ?? endMs);
    return factor * Math.max(0, toMs - Math.max(warmupMs, fromMs));
  });
  return (rate * sumOf(lengths)) / countedMs;
}

/** The percentile of all rounds together; around it the spread of the rounds. */
function p99Wait(runs: readonly StepRun[], all: HdrHistogram): Estimate | undefined {
  const value = quantileMs(all, 0.99);
  const spread = timesOverRounds(runs, (run) => waitQuantileOf(run, 0.99));
  return value === undefined || !spread
    ? undefined
    : { value, low: Math.min(value, spread.low), high: Math.max(value, spread.high) };
}

function areSteady(runs: readonly StepRun[]): boolean {
  const unsteady = runs.filter(({ batches }) => !steadyPart(batches.map(({ completed }) => completed)).isSteady);
  return unsteady.length * 2 < runs.length;
}

function clientFigures(runs: readonly StepRun[]): ClientFigures {
  return {
    eventLoopUtilization: mean(runs.map(({ client }) => client.eventLoopUtilization)),
    cpuPerSecond: mean(runs.map(({ client }) => client.cpuPerSecond)),
    // A closed loop is never late: it has no moments to keep.
    lagP99Ms: quantileMs(merged(runs, 'lag'), 0.99) ?? 0,
  };
}

export function failureCounts({ failed }: { readonly failed: StepRun['failed'] }): number {
  return sumOf(Object.values(failed));
}

function tallied<Key extends string>(tallies: readonly Readonly<Partial<Record<Key, number>>>[]) {
  const all: Partial<Record<Key, number>> = {};
  for (const tally of tallies) {
    for (const [key, count] of Object.entries(tally) as [Key, number][]) all[key] = (all[key] ?? 0) + count;
  }
  return all as Record<Key, number>;
}
