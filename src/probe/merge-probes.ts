import { withoutUndefined } from '../base/without-undefined.ts';
import { batchMeans, type Estimate } from '../stats/estimate.ts';
import { HdrHistogram } from '../stats/hdr/hdr-histogram.ts';
import { toMilliseconds } from '../stats/hdr/microseconds.ts';
import { percentilesOf } from './analyse/figures.ts';
import { meanOfTimes } from './analyse/intervals.ts';
import type { ProbeResult, ProbeRun } from './result.ts';

/**
 * Runs of the same settings as one: histograms are added, so percentiles are those of all requests; intervals are the
 * spread of the runs' means, which covers drift between them. Only runs that every result has, by label and pool, are kept.
 * @throws Error where a histogram cannot be read
 */
export function mergeProbes(results: readonly ProbeResult[]): ProbeResult | undefined {
  const [first, ...others] = results;
  if (!first) return undefined;
  const runs = first.runs.flatMap((run) => {
    const same = others.map((result) => result.runs.find((candidate) => keyOf(candidate) === keyOf(run)));
    const all = same.filter((candidate) => candidate !== undefined);
    return all.length === others.length ? [mergeRuns([run, ...all])] : [];
  });
  const { run: _, ramp, verification, split, unpooled, stall, shards, recommendation, ...rest } = first;
  return {
    ...rest,
    mode: 'load',
    finished: results.every(({ finished }) => finished === 'complete') ? 'complete' : 'interrupted',
    runs,
    cleanUp: {
      verified: results.every(({ cleanUp }) => cleanUp.verified),
      sessionsOpened: total(results, ({ cleanUp }) => cleanUp.sessionsOpened),
      sessionsLeft: total(results, ({ cleanUp }) => cleanUp.sessionsLeft),
      cancelled: total(results, ({ cleanUp }) => cleanUp.cancelled),
      objectsLeft: results.flatMap(({ cleanUp }) => cleanUp.objectsLeft),
    },
    seconds: total(results, ({ seconds }) => seconds),
  };
}

/** The same settings under the same name. */
function keyOf({ label, pool, instances, connectionsInAll, loop, wantedPerSecond }: ProbeRun): string {
  const { connectionLimit, queueLimit, acquireTimeoutMs } = pool;
  const pools = [instances, connectionsInAll, connectionLimit, queueLimit, acquireTimeoutMs];
  return JSON.stringify([label, loop, wantedPerSecond, ...pools]);
}

function mergeRuns(runs: readonly [ProbeRun, ...ProbeRun[]]): ProbeRun {
  const [first] = runs;
  const added = (name: keyof ProbeRun['histogramsUs']) =>
    sumOfHistograms(runs.map(({ histogramsUs }) => histogramsUs[name]));
  const [lag, wait, connect, service, all] = [
    added('lag'),
    added('wait'),
    added('connect'),
    added('service'),
    added('total'),
  ] as const;
  const [waitMs, serviceMs] = [percentilesOf(wait), percentilesOf(service)];
  const {
    waitProbability,
    meanWaitMs,
    p99WaitMs,
    meanServiceMs,
    stillWaiting,
    measuredMs,
    connectMs,
    window,
    ...kept
  } = first;
  return {
    ...kept,
    label: `${first.label}, ${runs.length} runs`,
    throughputPerSecond: batchMeans(valuesOf(runs.map((run) => run.throughputPerSecond))) ?? first.throughputPerSecond,
    requests: total(runs, (run) => run.requests),
    completed: total(runs, (run) => run.completed),
    failed: countsOf(runs.map(({ failed }) => failed)),
    failureLabels: countsOf(runs.map(({ failureLabels }) => failureLabels)),
    unsent: total(runs, (run) => run.unsent),
    unfinished: total(runs, (run) => run.unfinished),
    ...{ waitMs, serviceMs },
    ...withoutUndefined({
      measuredMs: ifAll(runs.map((run) => run.measuredMs)),
      window: fromFirstToLast(runs),
      stillWaiting: ifAll(runs.map((run) => run.stillWaiting)),
      waitProbability: batchMeans(valuesOf(runs.map((run) => run.waitProbability))),
      meanWaitMs: ofTimes(runs.map((run) => run.meanWaitMs)),
      p99WaitMs: ofTimes(
        runs.map((run) => run.p99WaitMs),
        waitMs.p99,
      ),
      meanServiceMs: ofTimes(runs.map((run) => run.meanServiceMs)),
    }),
    totalMs: percentilesOf(all),
    lagMs: percentilesOf(lag),
    ...(connect.count > 0 && { connectMs: percentilesOf(connect) }),
    trustworthy: runs.every((run) => run.trustworthy),
    steady: runs.every((run) => run.steady),
    overCapacity: runs.some((run) => run.overCapacity),
    series: runs.flatMap((run) => run.series),
    histogramsUs: {
      lag: lag.encode(),
      wait: wait.encode(),
      connect: connect.encode(),
      service: service.encode(),
      total: all.encode(),
    },
    serviceBuckets: service
      .buckets()
      .map(({ from, to, count }) => ({ fromMs: toMilliseconds(from), toMs: toMilliseconds(to), count })),
  };
}

/** The mean of the runs' values with its interval; a value that is known better than the mean widens the interval to itself. */
function ofTimes(estimates: readonly (Estimate | undefined)[], value?: number): Estimate | undefined {
  const means = meanOfTimes(valuesOf(estimates));
  if (!means || value === undefined) return means;
  return { value, low: Math.min(means.low, value), high: Math.max(means.high, value) };
}

/** ISO 8601 in UTC sorts as time does. */
function fromFirstToLast(runs: readonly ProbeRun[]): ProbeRun['window'] {
  const windows = runs.flatMap(({ window }) => window ?? []);
  const from = windows.map((window) => window.from).sort()[0];
  const to = windows
    .map((window) => window.to)
    .sort()
    .at(-1);
  return windows.length === runs.length && from !== undefined && to !== undefined ? { from, to } : undefined;
}

/** The sum, where every run tells. */
function ifAll(counts: readonly (number | undefined)[]): number | undefined {
  return counts.reduce((sum, count) => (sum === undefined || count === undefined ? undefined : sum + count), 0);
}

function valuesOf(estimates: readonly (Estimate | undefined)[]): number[] {
  return estimates.flatMap((estimate) => (estimate ? [estimate.value] : []));
}

function sumOfHistograms(texts: readonly string[]): HdrHistogram {
  const sum = new HdrHistogram();
  for (const text of texts) sum.add(HdrHistogram.decode(text));
  return sum;
}

function countsOf(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const [name, count] of counts.flatMap(Object.entries<number>)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}

function total<Item>(items: readonly Item[], pick: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + pick(item), 0);
}
