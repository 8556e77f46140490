import { formatCount, formatNumber } from '../base/units.ts';
import type { Warning } from '../base/warning.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { PoolHistory } from './evidence.ts';

/** What the gauges of one pool in one process showed over some time. */
export interface SeenGauges {
  readonly readings: number;
  readonly inUse?: { readonly least: number; readonly mean: number; readonly most: number };
  readonly limit?: number;
  /** The least value of one that counts connections or requests, where that was below 0. */
  readonly belowZero?: number;
  /** Readings with every connection in use; left out where readings are not known one by one. */
  readonly fullReadings?: number;
  readonly waitingMost?: number;
  /** Connections in use on average by the hold times. */
  readonly busy?: number;
}

/** Those of OpenTelemetry: an instrumentation follows the pool from outside there, and may lose count. */
export const isGaugeDoubtful = (source: string | undefined): boolean => source?.startsWith('opentelemetry') === true;

/** What readings one by one show. */
export function gaugesOf({ points, source }: PoolHistory): SeenGauges {
  if (!isGaugeDoubtful(source)) return { readings: points.length };
  const inUse = points.flatMap((point) => point.inUse ?? []);
  const below = points.flatMap((point) => point.belowZero ?? []);
  const waiting = points.flatMap((point) => point.waiting ?? []);
  const limits = points.flatMap((point) => point.limit ?? []);
  const most = (values: readonly number[]) =>
    values.length === 0 ? undefined : values.reduce((a, b) => Math.max(a, b));
  const least = (values: readonly number[]) =>
    values.length === 0 ? undefined : values.reduce((a, b) => Math.min(a, b));
  return {
    readings: points.length,
    ...withoutUndefined({
      inUse: inUse.length === 0 ? undefined : statisticsOf(inUse),
      limit: most(limits),
      belowZero: least(below),
      waitingMost: most(waiting),
    }),
    fullReadings: points.filter((point) => (point.inUse ?? 0) >= (point.limit ?? Infinity)).length,
  };
}

function statisticsOf(values: readonly number[]): NonNullable<SeenGauges['inUse']> {
  const sum = values.reduce((total, value) => total + value, 0);
  const [least, most] = values.reduce(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, Number.NEGATIVE_INFINITY],
  );
  return { least, mean: sum / values.length, most };
}

/** What shows that the gauges of a pool do not count what their names say. */
export function gaugeWarnings(pool: string | undefined, gauges: readonly SeenGauges[]): Warning[] {
  return [...unnamed(pool), ...mixed(gauges), ...uncounted(gauges), ...atRest(gauges)];
}

const more = 'poolctl/monitor counts each pool by itself (`poolctl explain metrics`).';

function unnamed(pool: string | undefined): Warning[] {
  if (pool === undefined || !/unknown_(?:host|port|database)/.test(pool)) return [];
  return [
    {
      code: 'METRICS_POOL_UNNAMED',
      message: `The pool is called ${pool}: the instrumentation does not read a URL, so all pools of a process that have one are this one, and their sizes are added up.`,
      hint: `With two such pools no figure is of either. Give host, port and database to new Pool() apart from each other; ${more}`,
    },
  ];
}

function mixed(gauges: readonly SeenGauges[]): Warning[] {
  const below = gauges.flatMap(({ belowZero }) => belowZero ?? []);
  const over = gauges.find(({ inUse, limit }) => inUse && limit !== undefined && inUse.most > limit);
  if (below.length === 0 && !over) return [];
  const facts = [
    ...(over
      ? [`${formatNumber(over.inUse?.most ?? 0)} of ${formatNumber(over.limit ?? 0)} connections were in use`]
      : []),
    ...(below.length > 0 ? [`a count of connections or requests fell to ${formatNumber(Math.min(...below))}`] : []),
  ].join(', and ');
  return [
    {
      code: 'METRICS_POOLS_MIXED',
      message: `${facts}: two pools of a process are counted into each other, so connections in use and waiting requests are of neither.`,
      hint: `Size by the rate and the hold time (--total-tps, --mean), not by these. ${more}`,
    },
  ];
}

const fewestFull = 5;
const fullShare = 0.1;
const nearlyAll = 0.9;
const fewestReadings = 10;

/** Of a pool whose connections are all in use as often as that, somebody waits now and then. */
function uncounted(gauges: readonly SeenGauges[]): Warning[] {
  const full = gauges.filter(isFullWithoutWaiters);
  const [first] = full;
  if (!first) return [];
  const seen =
    first.fullReadings === undefined
      ? `${formatNumber(first.inUse?.mean ?? 0)} of ${formatNumber(first.limit ?? 0)} connections were in use on average`
      : `All ${formatNumber(first.limit ?? 0)} connections were in use in ${formatCount(first.fullReadings, 'reading')} of ${formatNumber(first.readings)}`;
  return [
    {
      code: 'METRICS_WAITERS_UNCOUNTED',
      message: `${seen}, and not one request was ever seen to wait: those that wait are probably not counted, so a pool that is too small looks large enough.`,
      hint: `Compare with the errors and the response times of the application. Exactly as many callers as connections look the same. ${more}`,
    },
  ];
}

function isFullWithoutWaiters({ readings, inUse, limit, fullReadings, waitingMost }: SeenGauges): boolean {
  if (waitingMost !== 0 || !inUse || limit === undefined || inUse.most > limit) return false;
  if (fullReadings !== undefined) return fullReadings >= Math.max(fewestFull, fullShare * readings);
  return readings >= fewestReadings && inUse.mean >= nearlyAll * limit;
}

const enoughAtRest = 20;
/** So rarely may a pool with Poisson arrivals do it by chance. */
const byChance = 1e-4;

/** Requests that come by chance leave a pool empty in a share e^-mean of the time. */
function atRest(gauges: readonly SeenGauges[]): Warning[] {
  const [first] = gauges.filter(({ readings, inUse, busy }) => {
    if (!inUse || inUse.least < 1 || readings < enoughAtRest) return false;
    if (busy !== undefined) return inUse.mean - busy >= 0.5 && inUse.least > busy;
    return (1 - Math.exp(-inUse.mean)) ** readings < byChance;
  });
  if (!first?.inUse) return [];
  const { inUse, busy, readings } = first;
  const least = formatNumber(inUse.least);
  const beside =
    busy === undefined
      ? `on average ${formatNumber(inUse.mean)}, and chance alone would leave some with none`
      : `and by the hold times ${formatNumber(busy)} on average`;
  return [
    {
      code: 'METRICS_USED_AT_REST',
      message: `Each of ${formatCount(readings, 'reading')} has ${least} or more connections in use, ${beside}: a pool at rest is probably shown as in use, so the load is too high by up to ${least}.`,
      hint: `A connection that is kept for good, such as one for LISTEN, looks the same. ${more}`,
    },
  ];
}
