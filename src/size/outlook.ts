import { withoutUndefined } from '../base/without-undefined.ts';
import { holdDistribution } from '../queueing/distribution.ts';
import { type FiresFirst, firesFirst } from '../queueing/fires-first.ts';
import type { HoldFit } from '../queueing/fit/fit.ts';
import type { HoldLaws } from '../queueing/fit/hold-laws.ts';
import type { HoldLaw } from '../queueing/hold-law.ts';
import { latticeCells, roughCells } from '../queueing/lattice-wait.ts';
import { statedError } from '../queueing/model-error.ts';
import type { PoolModel, PoolPrediction } from '../queueing/pool-model.ts';
import {
  missedTargets,
  nearlyLargestRate,
  type PoolTarget,
  roughlySmallest,
  smallestPool,
} from '../queueing/smallest.ts';
import { predictSplit, smallestSplit } from '../queueing/split.ts';
import { type DemandVerdict, demandVerdict } from './demand.ts';
import type { SizeInput, Targets } from './input.ts';
import { poolLoad } from './pool-load.ts';
import { predictionRange } from './prediction-range.ts';
import { type Candidate, predicted } from './settings.ts';
import { leastQueueLimit } from './waiting-limits.ts';
import type { OfferedLoad } from './workload.ts';

/** What the model says of the recommended pool, and which pool it would take itself. */
export interface Outlook {
  readonly targets: Targets;
  /** The distribution of hold times that the given figures stand for, and how it was found. */
  readonly hold: {
    readonly meanMs: number;
    /** Variance over squared mean. */
    readonly scv: number;
    readonly family: HoldFit['family'];
    readonly basis: string;
    readonly isAssumed: boolean;
    /** How badly the law misses the worst met percentile; 1 is not at all. */
    readonly worstRatio: number;
    readonly tail: HoldFit['tail'];
    /** Share of the holds in a last bucket without an end; above 0 only for histograms. */
    readonly openShare?: number;
    /** The longest hold that the heavy end of the ranges has; present where no mean is known. */
    readonly longestMs?: number;
    /** The law itself, for a simulation or a probe; left out where it is a long list of samples. */
    readonly law?: HoldLaw;
  };
  /** The recommended pool under the load that the figures stand for. */
  readonly prediction: PoolPrediction;
  /** Whether that is within the targets. */
  readonly demand: DemandVerdict;
  /** Whether the heaviest load that the figures allow is within the targets too; present when they leave it open. */
  readonly upperDemand?: DemandVerdict;
  /** Square-root staffing of the expected load R: R + 2 sqrt R, rounded up; to check by hand (Halfin and Whitt (1981)). */
  readonly byHand: number;
  /** The least and the most of each figure over the load and both ends of what the figures allow; present when they leave that open. */
  readonly predictionRange?: { readonly low: PoolPrediction; readonly high: PoolPrediction };
  readonly firesFirst: FiresFirst;
  /** The queueLimit that refuses no good traffic; present when the recommended one refuses more than the targets allow. */
  readonly leastQueueLimit?: number;
  /** The largest rate that the recommended pool carries within the targets, and where every connection is always busy. */
  readonly largestRatePerSecond: number;
  readonly capacityPerSecond: number;
  /** The smallest pool that meets the targets; absent when none does. */
  readonly smallest?: {
    readonly connectionLimit: number;
    readonly decidedBy: readonly PoolTarget[];
    /** How many too few (below 0) and too many it may be for a known law, by the model's known error; 0 and 0 where it is exact. */
    readonly error: { readonly low: number; readonly high: number; readonly isMeasured: boolean };
    readonly range?: { readonly low: number; readonly high: number };
  };
}

/**
 * p99 wait of a tenth of the deadline, or of one mean hold time; at most one request in a thousand lost; nine tenths of the
 * connections in use, eight where the figures leave the load open and the pool is not sized for the heaviest of it.
 */
export function targetsOf({ targets = {}, deadlineMs, method }: SizeInput, laws: HoldLaws): Targets {
  const { meanMs } = holdDistribution(laws.law);
  const isOpen = isLoadOpen(laws) && method !== 'model';
  return {
    maxWaitP99Ms: targets.maxWaitP99Ms ?? (deadlineMs === undefined ? meanMs : deadlineMs / 10),
    // Below one in a million no model knows.
    maxLossRatio: Math.max(1e-6, targets.maxLossRatio ?? 0.001),
    maxUtilization: targets.maxUtilization ?? (isOpen ? 0.8 : 0.9),
  };
}

/** The share of the requests that may miss a deadline. */
const mostLate = 0.01;

/** Beyond this ratio of the heaviest to the lightest load that the figures allow, the load is not known. */
export const openLoadRatio = 1.3;

/** Whether the figures leave the load open. */
export function isLoadOpen({ fit }: HoldLaws): boolean {
  return fit.highMeanMs > openLoadRatio * fit.lowMeanMs;
}

/** The connections for requests that meet the targets, for the load that the figures stand for and at both ends of what they allow. */
export function smallestConnections(input: SizeInput, laws: HoldLaws, load: OfferedLoad): Outlook['smallest'] {
  const isGuess = laws.fit.isAssumed || laws.high !== undefined;
  const targets = targetsOf(input, laws);
  const search = (law: HoldLaw) =>
    load.split
      ? smallestPart(law, load, targets)
      : smallestPool(poolLoad(law, load), targets, isGuess ? roughCells : latticeCells);
  const found = search(laws.law);
  if (!found) return undefined;
  const near = (law: HoldLaw | undefined) => law && roughlySmallest(poolLoad(law, load), targets);
  const low = near(laws.low);
  // The model sizes by the heavy end, which has to be exact then.
  const high = laws.high && input.method === 'model' ? search(laws.high)?.connections : near(laws.high);
  const ends = low === undefined || high === undefined ? undefined : [low, found.connections, high];
  return {
    connectionLimit: found.connections + load.batchJobs,
    decidedBy: found.decidedBy,
    error: errorOf(laws.law, found.connections),
    ...(ends && { range: { low: Math.min(...ends) + load.batchJobs, high: Math.max(...ends) + load.batchJobs } }),
  };
}

/** One request in a hundred may miss the deadline; where more hold a connection for longer than that, no pool helps. */
function withDeadline({ deadlineMs }: SizeInput, { law, fit }: HoldLaws, verdict: DemandVerdict): DemandVerdict {
  if (deadlineMs === undefined || (fit.isAssumed && fit.basis !== 'mean')) return verdict;
  const late = 1 - holdDistribution(law).cdf(deadlineMs);
  if (late <= mostLate) return verdict;
  return { isMet: false, missed: [...verdict.missed, { target: 'deadline', expected: late, allowed: mostLate }] };
}

function errorOf(law: HoldLaw, connections: number): NonNullable<Outlook['smallest']>['error'] {
  const { lowConnections, highConnections, isMeasured } = statedError(law, connections);
  return { low: lowConnections, high: highConnections, isMeasured };
}

/** The smallest of several pools among which the requests are dealt out. */
function smallestPart(law: HoldLaw, load: OfferedLoad, targets: Targets) {
  const { pools = 1, splitBy = 'random' } = load.split ?? {};
  const part = poolLoad(law, load);
  const split = { ...part, pools, splitBy, arrivalRatePerSecond: part.arrivalRatePerSecond * pools };
  const connections = smallestSplit(split, targets)?.connectionsPerPool;
  if (connections === undefined) return undefined;
  const oneLess = connections > 1 ? predictSplit({ ...split, connections: connections - 1 }) : undefined;
  return { connections, decidedBy: oneLess ? missedTargets(oneLess, targets) : [] };
}

/** What the model says of these settings under this load; undefined where batch jobs leave no connection for requests. */
export function outlook(
  input: SizeInput,
  { settings, predictions: [known] }: Candidate,
  { laws, law, load, smallest }: { laws: HoldLaws; law: HoldLaw; load: OfferedLoad; smallest: Outlook['smallest'] },
): Outlook | undefined {
  const connections = settings.connectionLimit - load.batchJobs;
  const prediction = law === laws.law ? known : predicted(settings, laws.law, load);
  if (!prediction) return undefined;
  const { queueLimit, acquireTimeoutMs } = settings;
  const { meanMs, scv } = holdDistribution(laws.law);
  const { family, basis, isAssumed, worstRatio, tail, longestMs, openShare } = laws.fit;
  const targets = targetsOf(input, laws);
  const centre: PoolModel = { ...poolLoad(laws.law, load), connections, queueLimit, acquireTimeoutMs };
  const offered = load.poolArrivalRatePerSecond;
  const largest = (nearlyLargestRate(centre, targets) * offered) / centre.arrivalRatePerSecond;
  // The search for the rate is rougher than the one for the pool, and must not contradict it.
  const isLargeEnough = smallest !== undefined && settings.connectionLimit >= smallest.connectionLimit;
  const isRefused = prediction.rejectedRatio > targets.maxLossRatio;
  const [low, high] = [laws.low, laws.high].map((end) => end && predicted(settings, end, load));
  const isAsked = input.targets?.maxUtilization !== undefined;
  return {
    targets,
    hold: {
      ...{ meanMs, scv, family, basis, isAssumed, worstRatio, tail },
      ...withoutUndefined({
        law: laws.law.kind === 'samples' ? undefined : laws.law,
        longestMs,
        openShare: openShare || undefined,
      }),
    },
    prediction,
    demand: withDeadline(input, laws, demandVerdict(prediction, targets, isAsked)),
    byHand: Math.ceil(load.meanLoad.estimate + 2 * Math.sqrt(load.meanLoad.estimate)),
    firesFirst: firesFirst(centre),
    largestRatePerSecond: isLargeEnough ? Math.max(largest, offered) : largest,
    capacityPerSecond: (connections * 1_000) / meanMs / load.connectionsPerRequest,
    ...withoutUndefined({
      upperDemand: high && demandVerdict(high, targets, isAsked),
      predictionRange: low && high && predictionRange([low, prediction, high]),
      smallest,
      leastQueueLimit: isRefused ? leastQueueLimit({ ...poolLoad(laws.law, load), connections }) : undefined,
    }),
  };
}
