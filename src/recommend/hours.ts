import { groupBy } from '../base/group-by.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { TotalName } from './evidence.ts';
import { hourMs, type Stride, type Timeline } from './timeline.ts';

/** What one pool did in one hour. Means of what was seen of it; what the source has not is left out. */
export interface PoolHour {
  /** Hours since 1970, UTC. */
  readonly hour: number;
  readonly coveredMs: number;
  readonly grown: Partial<Readonly<Record<TotalName, number>>>;
  readonly useCounts?: readonly number[];
  readonly inUse?: number;
  readonly waiting?: number;
  readonly limit?: number;
  /** Held for too long, or idle in a transaction for as long. */
  readonly overdue?: number;
  /** Share of the readings with every connection in use. */
  readonly atLimitRatio?: number;
  readonly strides: readonly Stride[];
}

/** All pools of one hour together. Rates are of the fleet. */
export interface FleetHour {
  readonly hour: number;
  readonly pools: number;
  readonly ratePerSecond?: number;
  readonly waiting?: number;
  readonly inUse?: number;
  readonly limit?: number;
  readonly utilization?: number;
  readonly atLimitRatio?: number;
  readonly grown: Partial<Readonly<Record<TotalName, number>>>;
  readonly useCounts?: readonly number[];
  /** In use over limit of each reading. */
  readonly utilizations: readonly number[];
}

/** Hours of which at least so much was seen count. */
export const leastCoverage = 0.5;

/** The hours of a pool. A stride over the end of an hour is shared out by time. */
export function hoursOf({ strides }: Timeline): PoolHour[] {
  const parts = strides.flatMap(partsOf);
  return [...groupBy(parts, ({ hour }) => hour)]
    .map(([hour, own]) => hourOf(hour, own))
    .sort((a, b) => a.hour - b.hour);
}

interface Part {
  readonly hour: number;
  readonly share: number;
  /** Whether the reading itself lies in this hour. */
  readonly hasReading: boolean;
  readonly stride: Stride;
}

function partsOf(stride: Stride): Part[] {
  const { fromMs, toMs } = stride;
  const [first, last] = [Math.floor(fromMs / hourMs), Math.ceil(toMs / hourMs) - 1];
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const hour = first + index;
    const ms = Math.min(toMs, (hour + 1) * hourMs) - Math.max(fromMs, hour * hourMs);
    return { hour, share: ms / (toMs - fromMs), hasReading: hour === last, stride };
  });
}

function hourOf(hour: number, parts: readonly Part[]): PoolHour {
  const grown: Partial<Record<TotalName, number>> = {};
  let useCounts: number[] | undefined;
  let coveredMs = 0;
  for (const { share, stride } of parts) {
    coveredMs += share * (stride.toMs - stride.fromMs);
    for (const [name, growth] of Object.entries(stride.grown)) {
      grown[name as TotalName] = (grown[name as TotalName] ?? 0) + share * growth;
    }
    if (stride.useCounts) useCounts = addCounts(useCounts, stride.useCounts, share);
  }
  const strides = parts.filter(({ hasReading }) => hasReading).map(({ stride }) => stride);
  const [inUse, waiting] = [meanOf(strides, ({ inUse: used }) => used), meanOf(strides, (stride) => stride.waiting)];
  const atLimit = meanOf(strides, ({ inUse: used, limit: most }) =>
    used === undefined || most === undefined ? undefined : Number(used >= most),
  );
  const overdue = meanOf(strides, (stride) => stride.overdue);
  const limit = strides.findLast(({ limit: most }) => most !== undefined)?.limit;
  return {
    ...{ hour, coveredMs, grown, strides },
    ...(useCounts && { useCounts }),
    ...(inUse !== undefined && { inUse }),
    ...(waiting !== undefined && { waiting }),
    ...(limit !== undefined && { limit }),
    ...(overdue !== undefined && { overdue }),
    ...(atLimit !== undefined && { atLimitRatio: atLimit }),
  };
}

export function addCounts(before: number[] | undefined, counts: readonly number[], share = 1): number[] {
  if (!before || before.length !== counts.length) return counts.map((count) => share * count);
  return before.map((count, at) => count + share * (counts[at] ?? 0));
}

function meanOf<Value>(values: readonly Value[], of: (value: Value) => number | undefined): number | undefined {
  let [sum, count] = [0, 0];
  for (const value of values) {
    const number = of(value);
    if (number === undefined) continue;
    sum += number;
    count += 1;
  }
  return count === 0 ? undefined : sum / count;
}

/** Requests a second to one pool. */
export function rateOf({ grown, coveredMs }: PoolHour): number | undefined {
  return grown.asked === undefined ? undefined : (1_000 * grown.asked) / coveredMs;
}

/** How long a connection was held, on average. */
export function holdMsOf({ grown: { uses, useMs } }: Pick<PoolHour, 'grown'>): number | undefined {
  return uses === undefined || useMs === undefined || uses < 1 ? undefined : useMs / uses;
}

/** Mean waiting requests: as read, or by Little's law from the time in the queue. */
export function waitingOf({ waiting, grown, coveredMs }: PoolHour): number | undefined {
  return waiting ?? (grown.queuedMs === undefined ? undefined : grown.queuedMs / coveredMs);
}

/** The fleet by the hour. Pools of which too little of an hour was seen are no part of it. */
export function fleetHours(pools: readonly (readonly PoolHour[])[], stepMs: number): FleetHour[] {
  const seen = pools.flat();
  const longest = Math.max(...seen.map(({ coveredMs }) => coveredMs));
  const least = leastCoverage * Math.min(hourMs, Math.max(longest, stepMs));
  const whole = seen.filter(({ coveredMs }) => coveredMs >= least);
  return [...groupBy(whole, ({ hour }) => hour)]
    .map(([hour, own]) => fleetHour(hour, own))
    .sort((a, b) => a.hour - b.hour);
}

function fleetHour(hour: number, own: readonly PoolHour[]): FleetHour {
  const total = (of: (pool: PoolHour) => number | undefined) => {
    const values = own.map(of);
    return values.some((value) => value === undefined)
      ? undefined
      : values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  };
  const grown: Partial<Record<TotalName, number>> = {};
  let useCounts: number[] | undefined;
  for (const pool of own) {
    for (const [name, growth] of Object.entries(pool.grown)) {
      grown[name as TotalName] = (grown[name as TotalName] ?? 0) + growth;
    }
    if (pool.useCounts) useCounts = addCounts(useCounts, pool.useCounts);
  }
  const [inUse, limit] = [total((pool) => pool.inUse), total((pool) => pool.limit)];
  const known = {
    ratePerSecond: total(rateOf),
    waiting: total(waitingOf),
    inUse,
    limit,
    utilization: inUse === undefined || !limit ? undefined : inUse / limit,
    atLimitRatio: meanOf(own, (pool) => pool.atLimitRatio),
  };
  const utilizations = own.flatMap(({ strides }) =>
    strides.flatMap(({ inUse: used, limit: most }) => (used === undefined || !most ? [] : [used / most])),
  );
  return {
    ...{ hour, pools: own.length, grown, utilizations },
    ...(useCounts && { useCounts }),
    ...withoutUndefined(known),
  };
}
