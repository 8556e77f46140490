import type { FleetHour } from './hours.ts';

export const hoursOfDay = 24;
export const hoursOfWeek = 168;

/** 0 is Monday, 0:00 to 1:00 UTC; 1970 began on a Thursday. */
export function hourOfWeek(hour: number): number {
  return (hour + 3 * hoursOfDay) % hoursOfWeek;
}

/** Hours that are expected to be alike: the same hour of workdays, and of weekends. */
export function phaseOf(hour: number): string {
  const ofWeek = hourOfWeek(hour);
  return `${ofWeek % hoursOfDay}${ofWeek >= 5 * hoursOfDay ? ' weekend' : ''}`;
}

/** How much of the daily and the weekly cycle the hours show. */
export interface Coverage {
  readonly hours: number;
  /** From the first hour to the last. */
  readonly days: number;
  readonly hoursOfDay: number;
  readonly hoursOfWeek: number;
  readonly isWholeWeek: boolean;
  readonly isWholeDay: boolean;
}

/** A week that lacks a few hours is a week: a deploy, a restart of what collects. */
const nearly = 0.95;

export function coverageOf(hours: readonly Pick<FleetHour, 'hour'>[], hasClock: boolean): Coverage {
  const all = hours.map(({ hour }) => hour);
  const [first = 0, last = -1] = [all[0], all.at(-1)];
  const distinct = (of: (hour: number) => number) => new Set(all.map(of)).size;
  const [ofDay, ofWeek] = [distinct((hour) => hour % hoursOfDay), distinct(hourOfWeek)];
  return {
    hours: all.length,
    days: (last - first + 1) / hoursOfDay,
    hoursOfDay: ofDay,
    hoursOfWeek: ofWeek,
    // Without a clock the hours have no name, but a whole turn of the week has them all.
    isWholeWeek: ofWeek >= nearly * hoursOfWeek,
    isWholeDay: hasClock ? ofDay >= nearly * hoursOfDay : all.length >= hoursOfDay,
  };
}

/** Which hours of two sides are compared. */
export type LikeHours = 'hour of the week' | 'hour of the day' | 'all';

/** Fewer hours in common than these compare nothing. */
const leastOfWeek = 24;
const leastOfDay = 6;

/** The hours of both sides that have their like on the other one; all of them where too few have. */
export function likeHours<Hour extends Pick<FleetHour, 'hour'>>(
  before: readonly Hour[],
  after: readonly Hour[],
): { readonly by: LikeHours; readonly before: readonly Hour[]; readonly after: readonly Hour[] } {
  const inCommon = (of: (hour: number) => number) => {
    const [a, b] = [new Set(before.map(({ hour }) => of(hour))), new Set(after.map(({ hour }) => of(hour)))];
    const both = new Set([...a].filter((key) => b.has(key)));
    const own = (hours: readonly Hour[]) => hours.filter(({ hour }) => both.has(of(hour)));
    return { count: both.size, before: own(before), after: own(after) };
  };
  const ofWeek = inCommon(hourOfWeek);
  if (ofWeek.count >= leastOfWeek) return { by: 'hour of the week', ...ofWeek };
  const ofDay = inCommon((hour) => hour % hoursOfDay);
  if (ofDay.count >= leastOfDay) return { by: 'hour of the day', ...ofDay };
  return { by: 'all', before, after };
}
