import type { PoolPrediction } from '../../queueing/pool-model.ts';
import type { Estimate } from '../../stats/estimate.ts';
import { tQuantile } from '../../stats/student-t.ts';
import type { ProbeRun, Verification } from '../result.ts';
import { shareOf } from './intervals.ts';

export const predictedFigures = [
  'throughput',
  'mean wait',
  'p95 wait',
  'p99 wait',
  'wait probability',
  'mean service time',
  'lost requests',
  'connections in use',
] as const;

/** One predicted figure; in ms, per second, or as a share. */
export interface Prediction {
  readonly name: (typeof predictedFigures)[number];
  readonly predicted: number;
}

type Check = Verification['checks'][number];

/** The histograms keep 0.1 % and whole microseconds. */
const resolutionRatio = 0.001;
const leastResolutionMs = 0.01;

/** What the model says of a pool, as figures that a run can confirm. */
export function predictionsOf(model: PoolPrediction, connections: number): Prediction[] {
  const { throughputPerSecond, waitProbability, meanWaitMs, p99WaitMs, rejectedRatio, timedOutRatio } = model;
  return [
    { name: 'throughput', predicted: throughputPerSecond },
    ...(meanWaitMs === undefined ? [] : [{ name: 'mean wait', predicted: meanWaitMs } as const]),
    ...(p99WaitMs === undefined ? [] : [{ name: 'p99 wait', predicted: p99WaitMs } as const]),
    { name: 'wait probability', predicted: waitProbability },
    { name: 'connections in use', predicted: model.utilization * connections },
    { name: 'lost requests', predicted: rejectedRatio + timedOutRatio },
  ];
}

/**
 * Whether each prediction lies in the measured 95 % interval. An interval is never narrower than the resolution: for times
 * poolctl's own delay (the same mean or percentile of it, because a late event loop hands a connection over late) and the
 * steps of the histograms, for shares half a request. One of six 95 % intervals often misses by chance: all together agree
 * where each does at Bonferroni's level.
 */
export function verificationOf(predictions: readonly Prediction[], run: ProbeRun): Verification {
  const checks = predictions.map((prediction) => check(prediction, run)).filter((found) => found !== undefined);
  const factor = togetherFactor(checks.length);
  return { checks, agrees: checks.every(({ predicted, measured }) => holds(stretched(measured, factor), predicted)) };
}

/** How much wider intervals are of which all hold with 95 %: by the normal quantiles at 0.05 / 2k over 0.05 / 2. */
function togetherFactor(count: number): number {
  return count < 2 ? 1 : tQuantile(1 - 0.025 / count, Infinity) / tQuantile(0.975, Infinity);
}

function holds({ low, high }: Estimate, value: number): boolean {
  return value >= low && value <= high;
}

function stretched({ value, low, high }: Estimate, factor: number): Estimate {
  return { value, low: value - (value - low) * factor, high: value + (high - value) * factor };
}

/** Undefined where nothing was served that could be held against it. */
function check({ name, predicted }: Prediction, run: ProbeRun): Check | undefined {
  const { estimate, unit, resolution } = measuredOf(name, run) ?? {};
  if (!estimate || !unit || resolution === undefined) return undefined;
  const measured = {
    value: estimate.value,
    low: Math.max(0, Math.min(estimate.low, estimate.value - resolution)),
    high: Math.max(estimate.high, estimate.value + resolution),
  };
  return { name, predicted, measured, unit, agrees: holds(measured, predicted) };
}

interface Measured {
  readonly estimate: Estimate;
  readonly unit: Check['unit'];
  readonly resolution: number;
}

function measuredOf(name: Prediction['name'], run: ProbeRun): Measured | undefined {
  switch (name) {
    case 'throughput':
      return counted(run.throughputPerSecond, 'perSecond');
    case 'mean wait':
      return timed(run.meanWaitMs, run.lagMs.mean);
    case 'p95 wait':
      return timed(p95Wait(run), run.lagMs.p95);
    case 'p99 wait':
      return timed(run.p99WaitMs, run.lagMs.p99);
    case 'mean service time':
      return timed(run.meanServiceMs, run.lagMs.mean);
    case 'wait probability':
      return shared(run.waitProbability, run.waitMs.count);
    case 'lost requests':
      return shared(lost(run), run.requests);
    case 'connections in use':
      return counted(inUse(run), 'connections');
    default:
      return name satisfies never;
  }
}

function timed(estimate: Estimate | undefined, lagMs = 0): Measured | undefined {
  if (!estimate) return undefined;
  const resolution = Math.max(leastResolutionMs, lagMs, estimate.value * resolutionRatio);
  return { estimate, unit: 'ms', resolution };
}

function counted(estimate: Estimate | undefined, unit: 'perSecond' | 'connections'): Measured | undefined {
  return estimate && { estimate, unit, resolution: estimate.value * resolutionRatio };
}

function shared(estimate: Estimate | undefined, count: number): Measured | undefined {
  return estimate && { estimate, unit: 'ratio', resolution: 0.5 / Math.max(1, count) };
}

/** As wide for its size as that of the 99th percentile, which is never the surer one. */
function p95Wait({ waitMs: { p95 }, p99WaitMs }: ProbeRun): Estimate | undefined {
  if (p95 === undefined || !p99WaitMs) return undefined;
  const { value, low, high } = p99WaitMs;
  if (value === 0) return { value: p95, low: 0, high };
  return { value: p95, low: (p95 * low) / value, high: (p95 * high) / value };
}

function lost({ failed, requests }: ProbeRun): Estimate {
  const count = (failed['queue-full'] ?? 0) + (failed['acquire-timeout'] ?? 0);
  return requests === 0 ? { value: 0, low: 0, high: 1 } : shareOf(count, requests);
}

/** By Little's law. */
function inUse({ throughputPerSecond: rate, meanServiceMs: time }: ProbeRun): Estimate | undefined {
  return (
    time && {
      value: (rate.value * time.value) / 1_000,
      low: (rate.low * time.low) / 1_000,
      high: (rate.high * time.high) / 1_000,
    }
  );
}
