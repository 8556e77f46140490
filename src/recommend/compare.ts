import { correlatedMean, correlatedRatio, differenceOf } from '../stats/correlated.ts';
import type { Estimate } from '../stats/estimate.ts';
import { hourOfWeek, type LikeHours, likeHours, phaseOf } from './cycle.ts';
import type { FleetHour } from './hours.ts';

/** What is compared. Rates are a second and of the fleet, shares 0 to 1, times in ms. */
export const seenFigureNames = [
  'tps',
  'waiting',
  'utilization',
  'utilizationP95',
  'atLimitRatio',
  'timeoutRatio',
  'holdMs',
  'slowRatio',
] as const;
export type SeenFigureName = (typeof seenFigureNames)[number];

/** A figure of both sides over like hours, with 95 % intervals, and how much it changed: after less before. */
export interface SeenFigure {
  readonly name: SeenFigureName;
  readonly before?: Estimate;
  readonly after?: Estimate;
  readonly change?: Estimate;
}

export interface SideHours {
  readonly hours: readonly FleetHour[];
  /** The bucket from which on a hold is slow. */
  readonly slow?: SlowBucket | undefined;
}

export interface SlowBucket {
  readonly index: number;
  readonly fromMs: number;
}

/** The figures of the hours after, and where there are others, of like hours before. */
export function compareSides(
  before: SideHours | undefined,
  after: SideHours,
): { readonly figures: readonly SeenFigure[]; readonly by: LikeHours | undefined } {
  if (!before || before.hours.length === 0) {
    const figures = seenFigureNames.flatMap((name) => {
      const figure = figureOf(name, after);
      return figure ? [{ name, after: figure }] : [];
    });
    return { figures, by: undefined };
  }
  const like = likeHours(before.hours, after.hours);
  const [old, now] = [
    { ...before, hours: like.before },
    { ...after, hours: like.after },
  ];
  const figures = seenFigureNames.flatMap((name) => {
    const [a, b] = [figureOf(name, old), figureOf(name, now)];
    if (!a && !b) return [];
    const change = a && b && changeOf(name, old, now, a, b, like.by);
    return [{ name, ...(a && { before: a }), ...(b && { after: b }), ...(change && { change }) }];
  });
  return { figures, by: like.by };
}

function changeOf(
  name: SeenFigureName,
  old: SideHours,
  now: SideHours,
  a: Estimate,
  b: Estimate,
  by: LikeHours,
): Estimate {
  const level = levels[name];
  const paired = level && by === 'hour of the week' ? pairedChange(level, old.hours, now.hours) : undefined;
  return paired ?? differenceOf(b, a);
}

/** Mean of the differences hour by hour of the week: the weekly cycle is in both and falls out. */
function pairedChange(
  of: (hour: FleetHour) => number | undefined,
  old: readonly FleetHour[],
  now: readonly FleetHour[],
): Estimate | undefined {
  const usual = new Map<number, { sum: number; count: number }>();
  for (const hour of old) {
    const value = of(hour);
    if (value === undefined) continue;
    const { sum, count } = usual.get(hourOfWeek(hour.hour)) ?? { sum: 0, count: 0 };
    usual.set(hourOfWeek(hour.hour), { sum: sum + value, count: count + 1 });
  }
  const values = now.flatMap((hour) => {
    const [value, before] = [of(hour), usual.get(hourOfWeek(hour.hour))];
    return value === undefined || !before ? [] : [value - before.sum / before.count];
  });
  return correlatedMean({ values });
}

/** Figures that each hour has a value of. */
const levels: Partial<Readonly<Record<SeenFigureName, (hour: FleetHour) => number | undefined>>> = {
  tps: ({ ratePerSecond }) => ratePerSecond,
  waiting: ({ waiting }) => waiting,
  utilization: ({ utilization }) => utilization,
  atLimitRatio: ({ atLimitRatio }) => atLimitRatio,
};

/** Undefined where no hour has it. */
export function figureOf(name: SeenFigureName, side: SideHours): Estimate | undefined {
  const level = levels[name];
  if (level) return within(levelOf(level, side.hours), name === 'atLimitRatio' ? 1 : Infinity);
  switch (name) {
    case 'utilizationP95':
      return quantileOf(side.hours, 0.95);
    case 'timeoutRatio':
      return within(
        ratioIn(
          side.hours,
          ({ grown }) => grown.timedOut,
          ({ grown }) => grown.asked,
        ),
        1,
      );
    case 'holdMs':
      return within(
        ratioIn(
          side.hours,
          ({ grown }) => grown.useMs,
          ({ grown }) => grown.uses,
        ),
        Infinity,
      );
    case 'slowRatio':
      return within(slowOf(side), 1);
    default:
      return undefined;
  }
}

function levelOf(of: (hour: FleetHour) => number | undefined, hours: readonly FleetHour[]): Estimate | undefined {
  const known = hours.flatMap((hour) => {
    const value = of(hour);
    return value === undefined ? [] : [{ value, phase: phaseOf(hour.hour) }];
  });
  return correlatedMean({ values: known.map(({ value }) => value), phases: known.map(({ phase }) => phase) });
}

/** A share of sums, over hours that have both. */
function ratioIn(
  hours: readonly FleetHour[],
  over: (hour: FleetHour) => number | undefined,
  under: (hour: FleetHour) => number | undefined,
): Estimate | undefined {
  const known = hours.flatMap((hour) => {
    const [a, b] = [over(hour), under(hour)];
    return a === undefined || b === undefined ? [] : [{ a, b, phase: phaseOf(hour.hour) }];
  });
  return correlatedRatio(
    known.map(({ a }) => a),
    known.map(({ b }) => b),
    known.map(({ phase }) => phase),
  );
}

function slowOf({ hours, slow }: SideHours): Estimate | undefined {
  if (!slow) return undefined;
  const sumFrom = (counts: readonly number[] | undefined, from: number) =>
    counts?.slice(from).reduce((sum, count) => sum + count, 0);
  return ratioIn(
    hours,
    ({ useCounts }) => sumFrom(useCounts, slow.index),
    ({ useCounts }) => sumFrom(useCounts, 0),
  );
}

/**
 * A quantile of all readings. Its interval is that of the share of readings above it, by the hour, read back as quantiles:
 * R. S. Woodruff, Confidence Intervals for Medians and Other Position Measures, JASA 47 (1952).
 */
function quantileOf(hours: readonly FleetHour[], p: number): Estimate | undefined {
  const sorted = Float64Array.from(hours.flatMap(({ utilizations }) => utilizations)).sort();
  if (sorted.length === 0) return undefined;
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? 0;
  const value = at(p);
  const above = ratioIn(
    hours,
    ({ utilizations }) => utilizations.filter((one) => one > value).length,
    ({ utilizations }) => utilizations.length,
  );
  if (!above) return undefined;
  const [down, up] = [above.high - above.value, above.value - above.low];
  return { value, low: at(p - down), high: p + up >= 1 ? (sorted.at(-1) ?? value) : at(p + up) };
}

function within(estimate: Estimate | undefined, most: number): Estimate | undefined {
  return estimate && { value: estimate.value, low: Math.max(0, estimate.low), high: Math.min(most, estimate.high) };
}
