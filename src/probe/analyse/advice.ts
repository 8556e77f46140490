import { formatCount, formatDuration, formatNumber } from '../../base/units.ts';
import { holdDistribution } from '../../queueing/distribution.ts';
import type { HoldLaw } from '../../queueing/hold-law.ts';
import { scaleLaw } from '../../queueing/scale-law.ts';
import { selfConsistentDemand } from '../../scalability/usl-curve.ts';
import { queueLimitFor } from '../../size/rounding.ts';
import { formulaRule } from '../../size/rule.ts';
import { sizePool } from '../../size/size.ts';
import type { Burst } from '../../size/workload.ts';
import type { HistogramBucket } from '../../stats/histogram-bucket.ts';
import type { Advice, Ramp, RampLevel } from '../result.ts';
import {
  type AdviceBudget,
  beyondKnee,
  budgetReason,
  demandOfAll,
  fleetReason,
  moreThan,
  needsSentence,
} from './advice-reasons.ts';

export interface AdviceInput {
  readonly ramp?: Pick<Ramp, 'levels' | 'knee' | 'usl'>;
  /** Requests a second to one instance. */
  readonly tps?: number;
  /** How long a connection is held, as measured; needed with a rate. See lawLevel for the level to take it from. */
  readonly serviceBuckets?: readonly HistogramBucket[];
  readonly budget: AdviceBudget;
  readonly burst?: Burst;
  /** Instances that share the server, each with a pool as it is advised; 1 by default. */
  readonly instances?: number;
  /** The work says only how fast wire, driver and pool are. */
  readonly transportOnly?: boolean;
}

/** Advice, or why there is none and what to ask for instead. */
export type Advised =
  | { readonly advice: Advice }
  | { readonly advice: undefined; readonly reason: string; readonly next: string };

/** Settings from what was measured: what the load needs, bounded by what the server bears. */
export function advise(input: AdviceInput): Advised {
  if (input.transportOnly) {
    return none(
      'This work only tells how fast wire, driver and pool are; no pool should be sized by it.',
      'Give the work of the application: --sql, --file or --hold.',
    );
  }
  const { tps, serviceBuckets = [] } = input;
  if (tps === undefined) return byKnee(input);
  if (!serviceBuckets.some(({ count }) => count > 0)) {
    return none('No request was completed, so how long a connection is held is not known.', 'See the errors above.');
  }
  return byDemand(input, tps, { kind: 'histogram', buckets: serviceBuckets });
}

function none(reason: string, next: string): Advised {
  return { advice: undefined, reason, next };
}

/** The level whose service times are the load's: the smallest of two and more connections that carries it with a tenth to spare. */
export function lawLevel(levels: readonly RampLevel[], tps: number): RampLevel | undefined {
  const sorted = [...levels]
    .filter(({ completed }) => completed > 0)
    .sort((left, right) => left.connectionLimit - right.connectionLimit);
  const several = sorted.filter(({ connectionLimit }) => connectionLimit > 1);
  const usable = several.length > 0 ? several : sorted;
  const best = usable.reduce<RampLevel | undefined>(
    (most, level) => (most && most.throughputPerSecond.value >= level.throughputPerSecond.value ? most : level),
    undefined,
  );
  return usable.find(({ throughputPerSecond }) => throughputPerSecond.value >= tps / 0.9) ?? best;
}

/** Without a rate: what the server bears, shared among the instances. */
function byKnee({ ramp, budget, instances = 1 }: AdviceInput): Advised {
  const knee = ramp?.knee;
  if (!knee) return none('Neither a rate nor a ramp says how large the pool has to be.', 'Give the rate with --tps.');
  const { connectionLimit: found, throughputPerSecond = 0, reason } = knee;
  if (found === undefined) return none(reason, 'Give the rate that the pool must carry with --tps.');
  const share = Math.max(1, Math.floor(found / instances));
  const connectionLimit = Math.min(Math.max(leastConnections, share), mostOfEach(budget, instances));
  const isOwnLimit = knee.limitedBy === 'client';
  return {
    advice: {
      ...withRoom(byRule(connectionLimit), throughputPerSecond / instances),
      ...(instances > 1 && { instances }),
      basis: 'knee',
      ...(!isOwnLimit && { most: share }),
      reasons: [
        `${formatCount(found, 'connection')} reach ${formatNumber(throughputPerSecond)}/s, the most that was measured within the noise.`,
        reason,
        ...(knee.beyond === undefined ? [] : [knee.beyond]),
        ...(isOwnLimit ? ['That is a lower bound: what the server itself bears was not reached.'] : []),
        ...roomReason(byRule(connectionLimit).queueLimit, throughputPerSecond / instances),
        ...fleetReason(found, connectionLimit, instances),
        ...budgetReason(connectionLimit, share, budget, instances),
        'No rate was given: with --tps the pool is sized by what the load needs, which is mostly less.',
      ],
    },
  };
}

function byDemand(input: AdviceInput, tps: number, measured: HoldLaw & { kind: 'histogram' }): Advised {
  const { ramp, budget, instances = 1 } = input;
  const totalTps = tps * instances;
  const loaded = lawUnderLoad(measured, ramp?.usl, totalTps);
  const sized = sizePool({
    method: 'model',
    workload: { arrivalRatePerSecond: tps, measured: loaded.law, ...(input.burst && { burst: input.burst }) },
  });
  const needed = Math.max(leastConnections, sized.connectionLimit);
  const { knee } = ramp ?? {};
  const most = knee?.connectionLimit !== undefined && knee.limitedBy !== 'client' ? knee.connectionLimit : undefined;
  const mostEach = most && Math.max(1, Math.floor(most / instances));
  const tooMuch = mostEach !== undefined && needed > Math.max(leastConnections, mostEach);
  const wanted = tooMuch ? Math.max(leastConnections, mostEach) : needed;
  const connectionLimit = Math.min(wanted, mostOfEach(budget, instances));
  const settings =
    connectionLimit === sized.connectionLimit
      ? {
          connectionLimit,
          queueLimit: sized.queueLimit,
          acquireTimeoutMs: sized.acquireTimeoutMs,
          connectTimeoutMs: sized.connectTimeoutMs,
        }
      : byRule(connectionLimit);
  const { meanMs } = holdDistribution(loaded.law);
  return {
    advice: {
      ...withRoom(settings, tps),
      ...(instances > 1 && { instances }),
      basis: tooMuch ? 'knee' : 'demand',
      needed,
      ...(mostEach !== undefined && { most: mostEach }),
      reasons: [
        `${formatNumber(tps)}/s, each holding a connection for ${formatDuration(meanMs)}, keep ${formatNumber((tps * meanMs) / 1_000)} busy; ${needsSentence(needed, sized.outlook?.targets)}`,
        ...demandOfAll(tps, connectionLimit, instances),
        ...loaded.reasons,
        ...roomReason(settings.queueLimit, tps),
        ...(tooMuch && knee ? [beyondKnee({ tps: totalTps, needed, each: mostEach, instances }, knee)] : []),
        ...(knee?.limitedBy === 'client' && (knee.throughputPerSecond ?? 0) < totalTps
          ? [
              `poolctl reached its own limit at ${formatNumber(knee.throughputPerSecond ?? 0)}/s: whether the server bears ${formatNumber(totalTps)}/s was not seen.`,
            ]
          : []),
        ...(most !== undefined && !tooMuch && knee ? [moreThan(most, knee)] : []),
        ...budgetReason(connectionLimit, wanted, budget, instances),
      ],
    },
  };
}

interface LoadedLaw {
  readonly law: HoldLaw & { kind: 'histogram' };
  readonly reasons: readonly string[];
}

/** Hold times as long as they are at the load itself, where a scalability law tells: the server slows down as it fills. */
function lawUnderLoad(measured: HoldLaw & { kind: 'histogram' }, usl: Ramp['usl'], totalTps: number): LoadedLaw {
  const demand = usl && selfConsistentDemand(usl, totalTps);
  const { meanMs } = holdDistribution(measured);
  if (!demand || demand.serviceTimeMs <= meanMs * 1.02) return { law: measured, reasons: [] };
  const law = scaleLaw(measured, demand.serviceTimeMs / meanMs);
  return {
    law: law.kind === 'histogram' ? law : measured,
    reasons: [
      `At that rate ${formatNumber(demand.offeredLoad)} connections are at work at once and slow each other down: ${formatDuration(demand.serviceTimeMs)} each, ${formatDuration(meanMs)} where it was measured.`,
    ],
  };
}

/** A pool of one serves nothing while its connection is opened again. */
const leastConnections = 2;
/** A garbage collection or a checkpoint, which a model of a steady load leaves out. */
const pauseMs = 100;

/** What comes in a short pause may wait at least: a queue by the size of a small pool would refuse it. */
function withRoom<Settings extends { readonly queueLimit: number }>(settings: Settings, tps: number): Settings {
  return { ...settings, queueLimit: Math.max(settings.queueLimit, arrivalsInPause(tps)) };
}

function arrivalsInPause(tps: number): number {
  return Math.ceil((tps * pauseMs) / 1_000);
}

function roomReason(queueLimit: number, tps: number): string[] {
  if (arrivalsInPause(tps) <= queueLimit) return [];
  return [`queueLimit ${arrivalsInPause(tps)} holds what comes in a pause of ${formatDuration(pauseMs)}.`];
}

function byRule(connectionLimit: number) {
  const { queueRatio, acquireTimeoutMs, connectTimeoutMs } = formulaRule;
  return {
    connectionLimit,
    queueLimit: queueLimitFor(connectionLimit, queueRatio),
    acquireTimeoutMs,
    connectTimeoutMs,
  };
}

/** One instance's part of what an empty server lets in: the application's own connections are among the taken ones. */
export function mostOfEach({ usableConnections }: Pick<AdviceBudget, 'usableConnections'>, instances: number): number {
  return Math.max(1, Math.floor(usableConnections / instances));
}
