import type { RolloutWindow } from '../model.ts';
import { type CivilDay, minutesOfDay, weekdayOf } from './civil-days.ts';

/** Something that begins at some minutes of some days and lasts: the runs of a schedule, a window for roll-outs. */
export interface TimePattern {
  /** IANA name; days and minutes are its own. */
  readonly zone: string;
  /** Minutes of the day at which it begins. */
  readonly minutes: readonly number[];
  /** By weekday, 0 is Sunday; or by date, those of the calendar. */
  readonly days:
    | { readonly kind: 'weekdays'; readonly isOn: readonly boolean[] }
    | { readonly kind: 'dates'; readonly dates: ReadonlySet<CivilDay> };
  readonly lastsMinutes: number;
  /** Whether one waits for the other, so that there is never more than one. */
  readonly isSingle: boolean;
}

export const utc = 'UTC';

export function windowPattern({ days, fromMinute, toMinute, timeZone = utc }: RolloutWindow): TimePattern {
  const lasts = (toMinute - fromMinute + minutesOfDay) % minutesOfDay;
  return {
    zone: timeZone,
    minutes: [fromMinute],
    days: { kind: 'weekdays', isOn: [0, 1, 2, 3, 4, 5, 6].map((day) => days === undefined || days.includes(day)) },
    lastsMinutes: lasts === 0 ? minutesOfDay : lasts,
    isSingle: true,
  };
}

export function beginsOn({ days }: TimePattern, day: CivilDay): boolean {
  return days.kind === 'weekdays' ? days.isOn[weekdayOf(day)] === true : days.dates.has(day);
}

/** How many days after its first one it may still go on. */
export function daysAfter({ lastsMinutes }: TimePattern): number {
  return Math.ceil(lastsMinutes / minutesOfDay);
}
