import { listOf } from '../../base/list-of.ts';
import { type CivilDay, dateOf, minutesOfDay, weekdayOf } from './civil-days.ts';
import type { PatternState, PatternTimeline, TimeSpan } from './pattern-timeline.ts';

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** When the value is greatest: "daily at 03:00 UTC", "Mon and Thu at 03:00 UTC". Undefined where it is the same at all times. */
export function whenGreatest(timeline: PatternTimeline, valueIn: (state: PatternState) => number): string | undefined {
  const values = timeline.states.map(valueIn);
  const most = Math.max(...values);
  if (values.every((value) => value === most)) return undefined;
  const spans = timeline.states.flatMap(({ spans: own }, index) => (values[index] === most ? own : []));
  const weekly = spans.filter(({ isWeekly }) => isWeekly);
  const isEveryWeek = new Set(weekly.map(({ clock }) => clock)).size === timeline.clocks;
  const [first] = inOrder(spans);
  if (!isEveryWeek)
    return first && `on ${dayWords(first.day)} at ${clockWords(first.from)} ${timeline.zone}, for example`;
  const starts = inOrder(startsOf(weekly.filter(({ clock }) => clock === 0)));
  const [{ from } = { from: 0 }] = starts;
  const days = new Set(starts.filter((start) => start.from === from).map(({ day }) => weekdayOf(day)));
  return `${weekdayWords(days)} at ${clockWords(from)} ${timeline.zone}`;
}

function inOrder(spans: readonly TimeSpan[]): readonly TimeSpan[] {
  return [...spans].sort((a, b) => a.day - b.day || a.from - b.from);
}

/** Where a stretch begins that no other goes before. */
function startsOf(spans: readonly TimeSpan[]): readonly TimeSpan[] {
  const minuteOf = ({ day }: TimeSpan, minute: number) => (weekdayOf(day) * minutesOfDay + minute) % (7 * minutesOfDay);
  const ends = new Set(spans.map((span) => minuteOf(span, span.to)));
  const starts = spans.filter((span) => !ends.has(minuteOf(span, span.from)));
  return starts.length > 0 ? starts : spans;
}

/** "daily", "Mon to Fri", "Mon and Thu". */
function weekdayWords(days: ReadonlySet<number>): string {
  if (days.size === 7) return 'daily';
  const fromMonday = [1, 2, 3, 4, 5, 6, 0].filter((day) => days.has(day));
  const names = fromMonday.map((day) => weekdays[day] ?? '');
  const isRow = fromMonday.every((day, index) => index === 0 || (day + 6) % 7 === fromMonday[index - 1]);
  if (isRow && names.length > 2) return `${names[0]} to ${names.at(-1)}`;
  return listOf(names);
}

function dayWords(day: CivilDay): string {
  return `${weekdays[weekdayOf(day)]} ${dateOf(day).toISOString().slice(0, 10)}`;
}

function clockWords(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}
