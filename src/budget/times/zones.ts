import { type CivilDay, calendar, dateOf, minutesOfDay } from './civil-days.ts';

/** How far zones are ahead of UTC, in minutes, over days on which that stays so. */
export interface ZoneSpan {
  readonly first: CivilDay;
  readonly end: CivilDay;
  readonly offsets: ReadonlyMap<string, number>;
}

/** From which day on a zone is so far ahead of UTC, in minutes. */
interface ZoneChange {
  readonly from: CivilDay;
  readonly offset: number;
}

const kept = new Map<string, readonly ZoneChange[]>();

/** The days of the calendar cut where a clock changes in any of the zones. */
export function zoneSpans(zones: readonly string[]): ZoneSpan[] {
  const changes = zones.map((zone) => ({ zone, own: changesOf(zone) }));
  const starts = [...new Set(changes.flatMap(({ own }) => own.map(({ from }) => from)))].sort((a, b) => a - b);
  return starts.map((first, index) => ({
    first,
    end: starts[index + 1] ?? calendar.end,
    offsets: new Map(changes.map(({ zone, own }) => [zone, own.findLast(({ from }) => from <= first)?.offset ?? 0])),
  }));
}

/** Looks at every seventh day, and closer where two of them differ: no zone changes its clock for less than a week. */
function changesOf(zone: string): readonly ZoneChange[] {
  const known = kept.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  const offsetAt = (day: CivilDay) => minutesIn(format.format(dateOf(day).getTime() + (minutesOfDay / 2) * 60_000));
  const changes: ZoneChange[] = [{ from: calendar.first, offset: offsetAt(calendar.first) }];
  let before = changes[0]?.offset ?? 0;
  for (let day = calendar.first + 7; day < calendar.end; day += 7) {
    const offset = offsetAt(day);
    if (offset === before) continue;
    let from = day;
    while (offsetAt(from - 1) === offset) from--;
    changes.push({ from, offset });
    before = offset;
  }
  kept.set(zone, changes);
  return changes;
}

/** "1/1/2027, GMT+05:30": 330. */
function minutesIn(text: string): number {
  const [, sign, hours, minutes] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(text) ?? [];
  const value = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  return sign === '-' ? -value : value;
}
