import { tQuantile } from '../stats/student-t.ts';
import type { MeanEstimate, SimulationRun } from './model.ts';

/** Figures of one run that are worth an estimate over several. Ratios are 0 to 1. */
const figureOf = {
  /** Attempts that found every connection busy. */
  waitProbability: (run) => ratio(run.waited + run.timedOut + run.rejected, run.attempts),
  rejectedRatio: (run) => ratio(run.rejected, run.attempts),
  timedOutRatio: (run) => ratio(run.timedOut, run.attempts),
  refusedByServerRatio: (run) => ratio(run.refusedByServer, run.attempts),
  /** Requests that failed for good, after their retries. */
  lostRatio: (run) => ratio(run.lost, run.requests),
  /** Requests that still wait when the run ends: they grow with it in overload without limits. */
  stillWaitingRatio: (run) => ratio(run.waiting, run.requests),
  attemptsPerRequest: (run) => ratio(run.attempts, run.requests),
  meanWaitMs: (run) => run.meanWaitMs,
  p50WaitMs: (run) => run.p50WaitMs,
  p95WaitMs: (run) => run.p95WaitMs,
  p99WaitMs: (run) => run.p99WaitMs,
  maxWaitMs: (run) => run.maxWaitMs,
  meanHoldMs: (run) => run.meanHoldMs,
  meanBusy: (run) => run.meanBusy,
  meanQueue: (run) => run.meanQueue,
  longestQueue: (run) => run.longestQueue,
  throughputPerSecond: (run) => run.throughputPerSecond,
} as const satisfies Readonly<Record<string, (run: SimulationRun) => number>>;

/** The name of a figure that `replicate` estimates. */
export type FigureName = keyof typeof figureOf;

/** An estimate of every figure from independent runs of the same length; quantiles are averaged over the runs. */
export function estimateFigures(runs: readonly SimulationRun[]): Readonly<Record<FigureName, MeanEstimate>> {
  const of = (name: FigureName) => estimateOf(runs.map(figureOf[name]));
  return {
    waitProbability: of('waitProbability'),
    rejectedRatio: of('rejectedRatio'),
    timedOutRatio: of('timedOutRatio'),
    refusedByServerRatio: of('refusedByServerRatio'),
    lostRatio: of('lostRatio'),
    stillWaitingRatio: of('stillWaitingRatio'),
    attemptsPerRequest: of('attemptsPerRequest'),
    meanWaitMs: of('meanWaitMs'),
    p50WaitMs: of('p50WaitMs'),
    p95WaitMs: of('p95WaitMs'),
    p99WaitMs: of('p99WaitMs'),
    maxWaitMs: of('maxWaitMs'),
    meanHoldMs: of('meanHoldMs'),
    meanBusy: of('meanBusy'),
    meanQueue: of('meanQueue'),
    longestQueue: of('longestQueue'),
    throughputPerSecond: of('throughputPerSecond'),
  };
}

/** The mean of independent values with its 95 % interval; the interval of a single value is infinite. */
export function estimateOf(values: readonly number[]): MeanEstimate {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count < 2) return { mean, halfWidth: Infinity, standardError: Infinity };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  const standardError = Math.sqrt(variance / count);
  return { mean, halfWidth: tQuantile(0.975, count - 1) * standardError, standardError };
}

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
