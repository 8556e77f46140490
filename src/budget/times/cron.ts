import { createRequire } from 'node:module';
import type { Runs } from '../model.ts';
import { type CivilDay, calendar, calendarDates, dateOf, dayOf } from './civil-days.ts';
import { type TimePattern, utc } from './time-pattern.ts';

/** What croner makes of the fields of a cron line: 1 where a value is in it. */
interface CronFields {
  readonly minute: readonly number[];
  readonly hour: readonly number[];
  readonly day: readonly number[];
  readonly month: readonly number[];
  /** A bit for each week of the month; all of them where only the weekday counts. */
  readonly dayOfWeek: readonly number[];
  readonly starDOM: boolean;
  readonly starDOW: boolean;
  readonly lastDayOfMonth: boolean;
  readonly lastWeekday: boolean;
  readonly nearestWeekdays: readonly number[];
}

interface Croner {
  readonly CronPattern: new (cron: string, zone: undefined, options: { readonly mode: '5-part' }) => CronFields;
  readonly Cron: new (cron: string, options: { readonly utcOffset: 0 }) => { nextRun(after: Date): Date | null };
}

const everyWeek = 0b11_1111;
let loaded: Croner | undefined;

/** Few fleets have a schedule: it is loaded for the first one. */
function croner(): Croner {
  loaded ??= createRequire(import.meta.url)('croner') as Croner;
  return loaded;
}

/** Why a schedule cannot be read; undefined where it can. */
export function scheduleProblem(cron: string, timeZone?: string): string | undefined {
  try {
    fieldsOf(cron);
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^\w+: /, '') : String(error);
    return `"${cron}" is no cron line of five fields: ${why}`;
  }
  return timeZone === undefined || isZone(timeZone) ? undefined : `"${timeZone}" is no time zone that Node.js knows`;
}

export function isZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone });
    return true;
  } catch {
    return false;
  }
}

function fieldsOf(cron: string): CronFields {
  const { CronPattern } = croner();
  return new CronPattern(cron, undefined, { mode: '5-part' });
}

const minuteMs = 60_000;

/** When a schedule's runs are under way; undefined where that is not known, so that one may run at any time. */
export function schedulePattern(runs: Extract<Runs, { kind: 'schedule' }>): TimePattern | undefined {
  const { cron, timeZone = utc, lastsMs, overlaps } = runs;
  if (lastsMs === undefined || scheduleProblem(cron, timeZone) !== undefined) return undefined;
  const fields = fieldsOf(cron);
  const minutes = fields.hour.flatMap((isHour, hour) =>
    isHour ? fields.minute.flatMap((isMinute, minute) => (isMinute ? [hour * 60 + minute] : [])) : [],
  );
  const lastsMinutes = Math.max(1, Math.ceil(lastsMs / minuteMs));
  return { zone: timeZone, minutes, days: daysOf(cron, fields), lastsMinutes, isSingle: !overlaps };
}

function daysOf(cron: string, fields: CronFields): TimePattern['days'] {
  const { starDOM, dayOfWeek, month, lastDayOfMonth, lastWeekday, nearestWeekdays } = fields;
  const isPlain =
    !lastDayOfMonth &&
    !lastWeekday &&
    !nearestWeekdays.includes(1) &&
    dayOfWeek.every((weeks) => weeks === 0 || weeks === everyWeek);
  if (!isPlain) return { kind: 'dates', dates: new Set(datesByCroner(cron)) };
  if (starDOM && month.every((isMonth) => isMonth === 1)) {
    return { kind: 'weekdays', isOn: dayOfWeek.map((weeks) => weeks !== 0) };
  }
  return { kind: 'dates', dates: new Set(plainDates(fields)) };
}

/** Of day of month and day of week, either is enough where both are given, as crontab(5) says. */
function plainDates({ starDOM, starDOW, day, month, dayOfWeek }: CronFields): CivilDay[] {
  return calendarDates().flatMap((one) => {
    if (!month[one.month]) return [];
    const [isDay, isWeekday] = [day[one.date - 1] === 1, dayOfWeek[one.weekday] !== 0];
    const isOn = starDOM ? isWeekday : starDOW ? isDay : isDay || isWeekday;
    return isOn ? [one.day] : [];
  });
}

/** The last Friday and the weekday next to the 15th are found by croner itself, a date at a time. */
function datesByCroner(cron: string): CivilDay[] {
  const [, , ...days] = cron.trim().split(/\s+/);
  const daily = new (croner().Cron)(`0 0 ${days.join(' ')}`, { utcOffset: 0 });
  const dates: CivilDay[] = [];
  let last = new Date(dateOf(calendar.first).getTime() - 1);
  for (;;) {
    const next = daily.nextRun(last);
    if (next === null || next >= dateOf(calendar.end)) return dates;
    dates.push(dayOf(next));
    last = next;
  }
}
