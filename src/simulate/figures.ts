import { tQuantile } from '../stats/student-t.ts';
import type { MeanEstimate, SimulationRun } from './model.ts';
import { estimateQuantile } from './quantile-estimate.ts';
import { addUpWaits, quantileOfWaits } from './wait-counts.ts';

/** Figures of one run that are worth an estimate over several. Ratios are 0 to 1. */
const figureOf = {
  /** Attempts that found every connection busy. */
  waitProbability: (run) => Math.min(1, ratio(run.queued + run.rejected, run.attempts)),
  rejectedRatio: (run) => ratio(run.rejected, run.attempts),
  timedOutRatio: (run) => ratio(run.timedOut, run.attempts),
  refusedByServerRatio: (run) => ratio(run.refusedByServer, run.attempts),
  /** Requests that failed for good, after their retries. */
  lostRatio: (run) => ratio(run.lost, run.requests),
  /** Requests that still wait when the run ends: they grow with it in overload without limits. */
  stillWaitingRatio: (run) => Math.min(1, ratio(run.waiting, run.requests)),
  /** Requests whose hold ended within the deadline; all that were served without one. */
  answeredInTimeRatio: (run) => Math.min(1, ratio(run.answeredInTime, run.requests)),
  attemptsPerRequest: (run) => ratio(run.attempts, run.requests),
  meanWaitMs: (run) => run.meanWaitMs,
  p50WaitMs: 0.5,
  p95WaitMs: 0.95,
  p99WaitMs: 0.99,
  maxWaitMs: (run) => run.maxWaitMs,
  meanHoldMs: (run) => run.meanHoldMs,
  meanBusy: (run) => run.meanBusy,
  meanQueue: (run) => run.meanQueue,
  longestQueue: (run) => run.longestQueue,
  throughputPerSecond: (run) => run.throughputPerSecond,
} as const satisfies Readonly<Record<string, number | ((run: SimulationRun) => number)>>;

/** The name of a figure that `replicate` estimates. */
export type FigureName = keyof typeof figureOf;
export type Figures = Readonly<Record<FigureName, MeanEstimate>>;

const names = Object.keys(figureOf) as FigureName[];

/** Figures that do not grow with the queue: a run that is too short for it may still know them. */
const ofRequestsAlone: ReadonlySet<FigureName> = new Set([
  'attemptsPerRequest',
  'meanHoldMs',
  'throughputPerSecond',
  'stillWaitingRatio',
]);

const losses: ReadonlySet<FigureName> = new Set([
  'rejectedRatio',
  'timedOutRatio',
  'refusedByServerRatio',
  'lostRatio',
]);

/** How well the runs knew the queue's ups and downs. */
export interface QueueMemory {
  /** The relaxation time over all that the runs measured together; 0 by default. */
  readonly relaxationShare?: number;
  /** False when the runs ended before the queue could forget that it began empty: then nothing is known of how high it gets. */
  readonly isSettled?: boolean;
  /** False for pools without a limit, which lose nothing however long the queue gets. */
  readonly canLose?: boolean;
}

/** An estimate of every figure from independent runs of the same length. The quantiles are of all waits together. */
export function estimateFigures(
  runs: readonly SimulationRun[],
  { relaxationShare = 0, isSettled = true, canLose = true }: QueueMemory = {},
): Figures {
  const pooled = addUpWaits(runs.map(({ waits }) => waits));
  const of = (name: FigureName): MeanEstimate => {
    const figure = figureOf[name];
    const most = isShare(name) ? 1 : Infinity;
    const estimate =
      typeof figure === 'number'
        ? estimateQuantile(runs, pooled, figure, isSettled ? relaxationShare : 0)
        : estimateOf(runs.map(figure), most);
    if (isSettled || ofRequestsAlone.has(name) || (!canLose && losses.has(name))) return estimate;
    return name === 'answeredInTimeRatio' ? { ...estimate, low: 0 } : openAbove(estimate, most);
  };
  return Object.fromEntries(names.map((name) => [name, of(name)])) as Record<FigureName, MeanEstimate>;
}

/** The figures of one run. */
export function figuresOfRun(run: SimulationRun): Readonly<Record<FigureName, number>> {
  const of = (name: FigureName) => {
    const figure = figureOf[name];
    return typeof figure === 'number' ? Math.min(run.maxWaitMs, quantileOfWaits(run.waits, figure)) : figure(run);
  };
  return Object.fromEntries(names.map((name) => [name, of(name)])) as Record<FigureName, number>;
}

function isShare(name: FigureName): boolean {
  return name.endsWith('Ratio') || name.endsWith('Probability');
}

/** Of a share, `high` is 1; else nothing is known above. */
function openAbove(estimate: MeanEstimate, most: number): MeanEstimate {
  return { ...estimate, high: most, halfWidth: Infinity };
}

/**
 * The mean of independent values >= 0 with its 95 % interval, by Student's t on their logarithm, which keeps it above 0;
 * the interval of a single value is all there is.
 */
export function estimateOf(values: readonly number[], most = Infinity): MeanEstimate {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count < 2) return { mean, halfWidth: Infinity, standardError: Infinity, low: 0, high: most };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  const standardError = Math.sqrt(variance / count);
  const halfWidth = tQuantile(0.975, count - 1) * standardError;
  const factor = mean > 0 ? Math.exp(halfWidth / mean) : 1;
  return { mean, halfWidth, standardError, low: mean / factor, high: Math.min(most, mean * factor) };
}

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
