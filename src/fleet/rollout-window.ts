import * as v from 'valibot';
import { PoolctlError } from '../base/errors.ts';
import { inUnits } from '../documents/yaml-fields.ts';

const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** `09:00` as minutes since midnight. @throws PoolctlError VALUE_INVALID */
function parseClock(text: string, name: string): number {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  const at = Number(hours) * 60 + Number(minutes);
  if (Number(minutes) < 60 && at <= 24 * 60) return at;
  throw new PoolctlError('VALUE_INVALID', `${name} must be a time of day.`, { hint: 'Write it in quotes: "09:00".' });
}

/** `mon-fri`, `sat,sun`: days of the week, 0 is Sunday; undefined where it is none. */
export function parseDays(text: string): number[] | undefined {
  const days = new Set<number>();
  for (const part of text.toLowerCase().split(',')) {
    const [first, last = first] = part.split('-').map((day) => dayNames.indexOf(day.trim().slice(0, 3)));
    if (first === undefined || last === undefined || first < 0 || last < 0) return undefined;
    for (let day = first; ; day = (day + 1) % 7) {
      days.add(day);
      if (day === last) break;
    }
  }
  return [...days].sort();
}

function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

export const clock = inUnits(parseClock);
export const timeZone = v.pipe(
  v.string('must be text'),
  v.check(isTimeZone, 'must be a time zone of the IANA list: Europe/Berlin'),
);
export const days = v.pipe(
  v.string('must be text: mon-fri'),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const parsed = parseDays(dataset.value);
    if (parsed) return parsed;
    addIssue({ message: 'must be days of the week: mon-fri, or sat,sun' });
    return NEVER;
  }),
);
