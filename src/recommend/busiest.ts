import { mean, sumOf } from '../stats/estimate.ts';
import { holdMsOf, leastCoverage, type PoolHour, rateOf, waitingOf } from './hours.ts';
import { hourMs, type Stride } from './timeline.ts';

/** The hour in which one pool had the most to do. All of that pool; times in ms. */
export interface BusiestHour {
  readonly instance: string;
  /** When it began, ISO 8601; left out where no clock tells. */
  readonly at?: string;
  /** Connections busy on average if there were no limit: rate x hold time. */
  readonly load: number;
  /** The limit hides how much more there was. */
  readonly isAtLeast: boolean;
  /** How much busier than the whole hour its busiest minutes were, beyond chance; from 1. */
  readonly unevenness: number;
  readonly ratePerSecond?: number;
  readonly holdMs?: number;
  readonly waiting?: number;
  /** Of all that asked, by Little's law. */
  readonly meanWaitMs?: number;
  /** Of all that asked. */
  readonly timeoutRatio?: number;
  readonly refusedRatio?: number;
}

/** The same with all that was seen in it. */
export interface BusyPoolHour extends BusiestHour {
  readonly pool: PoolHour;
}

/** The hours of one pool, and how many pools they are of: all of the fleet's where a server sees them together. */
export interface PoolHours {
  readonly instance: string;
  readonly hours: readonly PoolHour[];
  readonly pools: number;
}

/** Undefined where no hour tells how many connections were in use. */
export function busiestHour(all: readonly PoolHours[], stepMs: number): BusyPoolHour | undefined {
  const longest = Math.max(0, ...all.flatMap(({ hours }) => hours.map(({ coveredMs }) => coveredMs)));
  const leastMs = leastCoverage * Math.min(hourMs, Math.max(longest, stepMs));
  const known = all.flatMap(({ instance, hours, pools }) =>
    hours.filter(({ coveredMs }) => coveredMs >= leastMs).flatMap((hour) => busyHour(instance, hour, pools) ?? []),
  );
  return known.reduce<BusyPoolHour | undefined>((most, one) => (one.load > (most?.load ?? -1) ? one : most), undefined);
}

/** Fewer holds than this have no mean. */
const fewestUses = 20;
const mostlyFull = 0.5;

/** How busy one pool was in one hour. */
function busyHour(instance: string, pool: PoolHour, pools: number): BusyPoolHour | undefined {
  const { inUse, atLimitRatio = 0, grown } = pool;
  const [rate, held, waiting] = [rateOf(pool), holdMsOf(pool), waitingOf(pool)];
  // Where nobody timed the holds, Little's law has their mean.
  const untimed = grown.uses === undefined && inUse !== undefined && rate ? (1_000 * inUse) / rate : undefined;
  const timedMs = (grown.uses ?? 0) >= fewestUses ? held : untimed;
  const byLittle = rate === undefined || timedMs === undefined ? undefined : (rate * timedMs) / 1_000;
  const isCarriedOver = inUse !== undefined && isCarried(pool);
  const lost = ((grown.timedOut ?? 0) + (grown.refused ?? 0)) / Math.max(1, grown.asked ?? 0);
  const load = isCarriedOver ? inUse / Math.max(0.1, 1 - lost) : (byLittle ?? inUse);
  if (load === undefined) return undefined;
  const holdMs = isCarriedOver && rate ? (1_000 * load) / rate : timedMs;
  const share = (total: number | undefined) => (total === undefined || !grown.asked ? undefined : total / grown.asked);
  const [timeoutRatio, refusedRatio] = [share(grown.timedOut), share(grown.refused)];
  return {
    ...{ instance, load: load / pools, pool, unevenness: unevennessOf(pool.strides) },
    isAtLeast: grown.uses === undefined && atLimitRatio > mostlyFull,
    ...(rate !== undefined && { ratePerSecond: rate / pools }),
    ...(holdMs !== undefined && { holdMs }),
    ...(waiting !== undefined && { waiting: waiting / pools }),
    ...(waiting !== undefined && rate !== undefined && rate > 0 && { meanWaitMs: (1_000 * waiting) / rate }),
    ...(timeoutRatio !== undefined && { timeoutRatio }),
    ...(refusedRatio !== undefined && { refusedRatio }),
  };
}

/**
 * Jobs of hours count where they end: more came back at a reading than all connections can have been held for since the one
 * before, and the hour has far more of it than connections in use.
 */
function isCarried({ strides, inUse = Infinity, grown: { useMs = 0 }, coveredMs }: PoolHour): boolean {
  if (useMs / coveredMs < inUse + Math.max(2, 0.3 * inUse)) return false;
  return strides.some(
    ({ grown, limit = Infinity, fromMs, toMs, isRestart }) =>
      !isRestart && (grown.useMs ?? 0) > 2 * limit * (toMs - fromMs),
  );
}

/** The most that one pool had to do in one minute, beyond chance, as connections busy; 0 where requests were not counted. */
export function busiestMinuteLoad(all: readonly PoolHours[]): number {
  const loads = all.flatMap(({ hours, pools }) =>
    hours.map((hour) => {
      const busy = busyHour('', hour, 1);
      if (busy?.holdMs === undefined) return 0;
      const perMs = minutesOf(hour.strides).map(({ asked, ms }) => (asked - 3 * Math.sqrt(asked)) / ms);
      return (Math.max(0, ...perMs) * busy.holdMs) / pools;
    }),
  );
  return loads.reduce((most, load) => Math.max(most, load), 0);
}

const minuteMs = 60_000;
/** Minutes of so many times the usual rate are bursts, which have a name of their own. */
export const burstFactor = 2.5;
/** 95 % of normal values lie below so many standard deviations above their mean. */
const nearlyAll = 1.645;

/**
 * The p95 of the rate by the minute over its mean, less what Poisson arrivals alone vary: a pool meets its load minute by
 * minute, which holds are much shorter than. Bursts are left out.
 */
function unevennessOf(strides: readonly Stride[]): number {
  const minutes = minutesOf(strides).filter(({ asked }) => asked > 0);
  const sorted = minutes.map(({ perMs }) => perMs).sort((a, b) => a - b);
  const usual = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const even = minutes.filter(({ perMs }) => perMs <= burstFactor * usual);
  if (even.length < 10) return 1;
  const rates = even.map(({ perMs }) => perMs);
  const centre = mean(rates);
  const variance = sumOf(rates.map((rate) => (rate - centre) ** 2)) / (rates.length - 1);
  const byChance = mean(even.map(({ perMs, asked }) => (perMs * perMs) / asked));
  return 1 + (nearlyAll * Math.sqrt(Math.max(0, variance - byChance))) / centre;
}

/** Requests by the minute, or by the stride where that is longer. */
export function minutesOf(
  strides: readonly Stride[],
): { fromMs: number; ms: number; asked: number; perMs: number; troubled: number }[] {
  const minutes: { fromMs: number; ms: number; asked: number; perMs: number; troubled: number }[] = [];
  let [fromMs, ms, asked, troubled] = [0, 0, 0, 0];
  for (const { fromMs: startMs, toMs, grown, waiting = 0 } of strides) {
    if (grown.asked === undefined) continue;
    if (ms === 0) fromMs = startMs;
    ms += toMs - startMs;
    asked += grown.asked;
    troubled += grown.queuedMs ?? waiting * (toMs - startMs);
    if (ms < 0.9 * minuteMs) continue;
    minutes.push({ fromMs, ms, asked, perMs: asked / ms, troubled });
    [ms, asked, troubled] = [0, 0, 0];
  }
  return minutes;
}
