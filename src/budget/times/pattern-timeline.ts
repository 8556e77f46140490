import { groupBy } from '../../base/group-by.ts';
import { type CivilDay, minutesOfDay, weekdayOf } from './civil-days.ts';
import { beginsOn, daysAfter, type TimePattern } from './time-pattern.ts';
import { type ZoneSpan, zoneSpans } from './zones.ts';

/** Minutes of a day during which so many of each pattern are under way. */
export interface TimeSpan {
  /** In the zone of the timeline. */
  readonly day: CivilDay;
  readonly from: number;
  readonly to: number;
  /** Which clocks are in force: 0 is the first of the calendar. */
  readonly clock: number;
  /** Whether it is every week's, and not that of one date. */
  readonly isWeekly: boolean;
}

/** A combination that occurs, with where. */
export interface PatternState {
  /** By pattern. */
  readonly counts: readonly number[];
  readonly spans: TimeSpan[];
}

export interface PatternTimeline {
  readonly zone: string;
  /** Combinations of clocks that differ. */
  readonly clocks: number;
  readonly states: readonly PatternState[];
}

/** Every combination of the patterns that occurs at some time. The night in which a clock changes is not looked at. */
export function patternTimeline(patterns: readonly TimePattern[]): PatternTimeline {
  const zones = [...new Set(patterns.map(({ zone }) => zone))];
  const [only = 'UTC', ...others] = zones;
  // Where all is of one zone its own clock tells everything.
  const clocks = others.length === 0 ? [oneClock(only)] : differentClocks(zoneSpans(zones));
  const states = new Map<string, PatternState>();
  const add = (counts: readonly number[], span: TimeSpan) => {
    const key = counts.join();
    const state = states.get(key);
    if (state) state.spans.push(span);
    else states.set(key, { counts, spans: [span] });
  };
  for (const [clock, { first, offsets }] of clocks.entries()) {
    for (let day = first; day < first + 7; day++) {
      eachSpan(patterns, { day, offsets, isWeekly: true }, (counts, from, to) =>
        add(counts, { day, from, to, clock, isWeekly: true }),
      );
    }
  }
  for (const { day, clock, offsets } of datedDays(patterns, clocks)) {
    eachSpan(patterns, { day, offsets, isWeekly: false }, (counts, from, to) =>
      add(counts, { day, from, to, clock, isWeekly: false }),
    );
  }
  return { zone: others.length === 0 ? only : 'UTC', clocks: clocks.length, states: [...states.values()] };
}

interface Clock {
  readonly first: CivilDay;
  readonly offsets: ReadonlyMap<string, number>;
  readonly spans: readonly Pick<ZoneSpan, 'first' | 'end'>[];
}

/** 2027-01-04 is a Monday. */
function oneClock(zone: string): Clock {
  const first = 20_822;
  return {
    first,
    offsets: new Map([[zone, 0]]),
    spans: [{ first: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY }],
  };
}

function differentClocks(spans: readonly ZoneSpan[]): Clock[] {
  const same = groupBy(spans, ({ offsets }) => [...offsets.values()].join());
  return [...same.values()].flatMap((own) => {
    const whole = own.find(({ first, end }) => end - first > 8) ?? own[0];
    return whole ? [{ first: whole.first + 1, offsets: whole.offsets, spans: own }] : [];
  });
}

/** Days on which something goes on that is of dates: one of each combination. */
function datedDays(patterns: readonly TimePattern[], clocks: readonly Clock[]) {
  const dated = patterns.filter(({ days }) => days.kind === 'dates');
  const days = new Set<CivilDay>();
  for (const pattern of dated) {
    if (pattern.days.kind !== 'dates') continue;
    for (const date of pattern.days.dates) {
      for (let day = date - 1; day <= date + daysAfter(pattern) + 1; day++) days.add(day);
    }
  }
  const back = Math.max(0, ...dated.map(daysAfter)) + 1;
  const seen = new Set<string>();
  return [...days]
    .sort((a, b) => a - b)
    .flatMap((day) => {
      const clock = clocks.findIndex(({ spans }) => spans.some(({ first, end }) => first <= day && day < end));
      const known = clocks[clock];
      if (!known) return [];
      const around = Array.from({ length: back + 2 }, (_, index) => day + 1 - index);
      const key = [
        clock,
        weekdayOf(day),
        ...dated.map((one) => around.map((each) => +beginsOn(one, each)).join('')),
      ].join();
      if (seen.has(key)) return [];
      seen.add(key);
      return [{ day, clock, offsets: known.offsets }];
    });
}

interface DayOfPatterns {
  readonly day: CivilDay;
  readonly offsets: ReadonlyMap<string, number>;
  /** Leaves out what is of dates. */
  readonly isWeekly: boolean;
}

/** Calls back for each stretch of the day in which the counts stay. */
function eachSpan(
  patterns: readonly TimePattern[],
  { day, offsets, isWeekly }: DayOfPatterns,
  found: (counts: readonly number[], from: number, to: number) => void,
): void {
  const changes = patterns
    .flatMap((pattern, index) => {
      if (isWeekly && pattern.days.kind === 'dates') return [];
      return changesOn(pattern, day, offsets.get(pattern.zone) ?? 0).map((change) => ({ ...change, index }));
    })
    .sort((a, b) => a.at - b.at);
  const counts = patterns.map(() => 0);
  let from = 0;
  for (const { at, to, index } of changes) {
    if (at > from) {
      found([...counts], from, at);
      from = at;
    }
    counts[index] = to;
  }
  found(counts, from, minutesOfDay);
}

/** From when on so many are under way, on a day of the timeline. */
interface CountChange {
  readonly at: number;
  readonly to: number;
}

function changesOn(pattern: TimePattern, day: CivilDay, offset: number): CountChange[] {
  const changes = new Map<number, number>();
  const add = (at: number, by: number) => changes.set(at, (changes.get(at) ?? 0) + by);
  for (let own = day - daysAfter(pattern) - 1; own <= day + 1; own++) {
    if (!beginsOn(pattern, own)) continue;
    for (const minute of pattern.minutes) {
      const start = (own - day) * minutesOfDay + minute - offset;
      const end = start + pattern.lastsMinutes;
      if (end <= 0 || start >= minutesOfDay) continue;
      add(Math.max(0, start), 1);
      if (end < minutesOfDay) add(end, -1);
    }
  }
  let [sum, before] = [0, 0];
  return [...changes.keys()]
    .sort((a, b) => a - b)
    .flatMap((at) => {
      sum += changes.get(at) ?? 0;
      const to = pattern.isSingle ? Math.min(1, sum) : sum;
      if (to === before) return [];
      before = to;
      return [{ at, to }];
    });
}
