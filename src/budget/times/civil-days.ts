/** Days since 1970-01-01, in whichever zone is meant. */
export type CivilDay = number;

export const minutesOfDay = 24 * 60;
const dayMs = minutesOfDay * 60_000;

export function civilDay(year: number, month: number, date: number): CivilDay {
  return Date.UTC(year, month - 1, date) / dayMs;
}

/** 0 is Sunday; 1970-01-01 was a Thursday. */
export function weekdayOf(day: CivilDay): number {
  return (((day + 4) % 7) + 7) % 7;
}

/** Midnight UTC of that day. */
export function dateOf(day: CivilDay): Date {
  return new Date(day * dayMs);
}

export function dayOf(date: Date): CivilDay {
  return Math.floor(date.getTime() / dayMs);
}

/**
 * The days that are looked at where dates matter: 28 years have every date on every weekday, leap years included. They are
 * fixed, so that the same fleet gets the same answer in any year.
 */
export const calendar = { first: civilDay(2027, 1, 1), end: civilDay(2055, 1, 1) } as const;

/** A day of the calendar. */
export interface CalendarDate {
  readonly day: CivilDay;
  /** From 0. */
  readonly month: number;
  /** From 1. */
  readonly date: number;
  readonly weekday: number;
}

let dates: readonly CalendarDate[] | undefined;

/** Every day of the calendar. */
export function calendarDates(): readonly CalendarDate[] {
  dates ??= Array.from({ length: calendar.end - calendar.first }, (_, index) => {
    const day = calendar.first + index;
    const civil = dateOf(day);
    return { day, month: civil.getUTCMonth(), date: civil.getUTCDate(), weekday: weekdayOf(day) };
  });
  return dates;
}
