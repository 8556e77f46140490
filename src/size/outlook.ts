import { withoutUndefined } from '../base/without-undefined.ts';
import { holdDistribution } from '../queueing/distribution.ts';
import { type FiresFirst, firesFirst } from '../queueing/fires-first.ts';
import type { HoldFit } from '../queueing/fit/fit.ts';
import type { HoldLaws } from '../queueing/fit/hold-laws.ts';
import type { HoldLaw } from '../queueing/hold-law.ts';
import { latticeCells, roughCells } from '../queueing/lattice-wait.ts';
import type { PoolModel, PoolPrediction } from '../queueing/pool-model.ts';
import { predictPool } from '../queueing/predict.ts';
import { nearlyLargestRate, type PoolTarget, roughlySmallest, smallestPool } from '../queueing/smallest.ts';
import type { PoolSettings, SizeInput, Targets } from './input.ts';
import { poolLoad } from './pool-load.ts';
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
    /** The law itself, for a simulation or a probe; left out where it is a long list of samples. */
    readonly law?: HoldLaw;
  };
  /** The recommended pool under the load that the figures stand for. */
  readonly prediction: PoolPrediction;
  /** The same for the lightest and the heaviest load that the figures allow; present when they leave that open. */
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
    readonly range?: { readonly low: number; readonly high: number };
  };
}

/**
 * p99 wait of a tenth of the deadline, or of one mean hold time; at most one request in a thousand lost; nine tenths of the
 * connections in use, eight where the figures leave the load open.
 */
export function targetsOf({ targets = {}, deadlineMs }: SizeInput, meanHoldMs: number, isOpen: boolean): Targets {
  return {
    maxWaitP99Ms: targets.maxWaitP99Ms ?? (deadlineMs === undefined ? meanHoldMs : deadlineMs / 10),
    maxLossRatio: targets.maxLossRatio ?? 0.001,
    maxUtilization: targets.maxUtilization ?? (isOpen ? 0.8 : 0.9),
  };
}

/** The connections for requests that meet the targets, for the load that the figures stand for and at both ends of what they allow. */
export function smallestConnections(input: SizeInput, laws: HoldLaws, load: OfferedLoad): Outlook['smallest'] {
  const targets = (law: HoldLaw) => targetsOf(input, holdDistribution(law).meanMs, laws.fit.isAssumed);
  const cells = laws.fit.isAssumed ? roughCells : latticeCells;
  const found = smallestPool(poolLoad(laws.law, load), targets(laws.law), cells);
  if (!found) return undefined;
  const near = (law: HoldLaw | undefined) => law && roughlySmallest(poolLoad(law, load), targets(law));
  const [low, high] = [near(laws.low), near(laws.high)];
  const ends = low === undefined || high === undefined ? undefined : [low, found.connections, high];
  return {
    connectionLimit: found.connections + load.batchJobs,
    decidedBy: found.decidedBy,
    ...(ends && { range: { low: Math.min(...ends) + load.batchJobs, high: Math.max(...ends) + load.batchJobs } }),
  };
}

/** What the model says of these settings under this load; undefined where batch jobs leave no connection for requests. */
export function outlook(
  input: SizeInput,
  settings: PoolSettings,
  laws: HoldLaws,
  load: OfferedLoad,
  smallest: Outlook['smallest'],
): Outlook | undefined {
  const connections = settings.connectionLimit - load.batchJobs;
  if (connections < 1) return undefined;
  const { queueLimit, acquireTimeoutMs } = settings;
  const model = (law: HoldLaw): PoolModel => ({ ...poolLoad(law, load), connections, queueLimit, acquireTimeoutMs });
  const { meanMs, scv } = holdDistribution(laws.law);
  const { family, basis, isAssumed, worstRatio, tail } = laws.fit;
  const targets = targetsOf(input, meanMs, laws.fit.isAssumed);
  const centre = model(laws.law);
  const prediction = predictPool(centre);
  const offered = load.poolArrivalRatePerSecond;
  const largest = (nearlyLargestRate(centre, targets) * offered) / centre.arrivalRatePerSecond;
  // The search for the rate is rougher than the one for the pool, and must not contradict it.
  const isLargeEnough = smallest !== undefined && settings.connectionLimit >= smallest.connectionLimit;
  const isRefused = prediction.rejectedRatio > targets.maxLossRatio;
  return {
    targets,
    hold: {
      ...{ meanMs, scv, family, basis, isAssumed, worstRatio, tail },
      ...withoutUndefined({ law: laws.law.kind === 'samples' ? undefined : laws.law }),
    },
    prediction,
    firesFirst: firesFirst(centre),
    largestRatePerSecond: isLargeEnough ? Math.max(largest, offered) : largest,
    capacityPerSecond: (connections * 1_000) / meanMs / load.connectionsPerRequest,
    ...withoutUndefined({
      predictionRange: laws.low &&
        laws.high && { low: predictPool(model(laws.low)), high: predictPool(model(laws.high)) },
      smallest,
      leastQueueLimit: isRefused ? leastQueueLimit({ ...poolLoad(laws.law, load), connections }) : undefined,
    }),
  };
}
