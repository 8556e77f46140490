import { groupBy } from '../../base/group-by.ts';
import type { BudgetService, FleetModel, RolloutWindow, Runs } from '../model.ts';
import { isZone, schedulePattern } from './cron.ts';
import { type PatternState, type PatternTimeline, patternTimeline } from './pattern-timeline.ts';
import { type TimePattern, windowPattern } from './time-pattern.ts';
import { anyTime, type TimeState } from './time-state.ts';
import { whenGreatest } from './when-words.ts';

/** The times that matter at a server. */
export interface ServerTimes {
  readonly states: readonly TimeState[];
  /** When the value is greatest, in words: "daily at 03:00 UTC". Undefined where it always is. */
  wordsOf(valueIn: (state: TimeState) => number): string | undefined;
}

const untimed: ServerTimes = { states: [anyTime], wordsOf: () => undefined };

type Schedule = Extract<Runs, { kind: 'schedule' }>;

/** When the services of a fleet run and may be rolled out. */
export class FleetTimes {
  /** What is of one release rolls together, so that the windows of all its services bind each. */
  readonly #windows = new Map<BudgetService, readonly RolloutWindow[]>();
  /** Releases whose windows are never open together: they count as open at any time. */
  readonly neverOpen: readonly (readonly BudgetService[])[];
  /** Many services share a schedule, and many servers the same ones. */
  readonly #patterns = new Map<string, TimePattern | undefined>();
  readonly #timelines = new Map<string, PatternTimeline>();

  constructor({ services }: Pick<FleetModel, 'services'>) {
    const neverOpen: (readonly BudgetService[])[] = [];
    const windowed = services.some(({ window }) => window);
    for (const release of windowed ? groupBy(services, (service) => service.release ?? service).values() : []) {
      const windows = release.flatMap(({ window }) => (window && isReadable(window) ? [window] : []));
      if (windows.length === 0) continue;
      if (isEverOpen(windows)) for (const service of release) this.#windows.set(service, windows);
      else neverOpen.push(release);
    }
    this.neverOpen = neverOpen;
  }

  /** The times of a server with these services. */
  at(services: readonly BudgetService[]): ServerTimes {
    const patterns = new Map<string, TimePattern>();
    const schedules = new Map<BudgetService, readonly string[]>();
    const windows = new Map<BudgetService, readonly string[]>();
    for (const service of services) {
      const { runs } = service;
      const open = this.#windows.get(service) ?? [];
      if (runs.kind === 'schedule') schedules.set(service, this.#keysOf([runs], patterns));
      if (open.length > 0) windows.set(service, this.#keysOf(open, patterns));
    }
    if (patterns.size === 0) return untimed;
    const keys = [...patterns.keys()].sort();
    const id = keys.join('\n');
    const timeline = this.#timelines.get(id) ?? patternTimeline(keys.flatMap((key) => patterns.get(key) ?? []));
    this.#timelines.set(id, timeline);
    const index = new Map(keys.map((key, at) => [key, at]));
    return timesOf(timeline, { index, schedules, windows });
  }

  /** The keys of patterns, which are put to the others; none of a schedule that runs at any time. */
  #keysOf(times: readonly (Schedule | RolloutWindow)[], patterns: Map<string, TimePattern>): string[] {
    return times.flatMap((time) => {
      const key = JSON.stringify(time);
      if (!this.#patterns.has(key))
        this.#patterns.set(key, 'kind' in time ? schedulePattern(time) : windowPattern(time));
      const pattern = this.#patterns.get(key);
      if (!pattern) return [];
      patterns.set(key, pattern);
      return [key];
    });
  }
}

interface TimesOfServices {
  readonly index: ReadonlyMap<string, number>;
  readonly schedules: ReadonlyMap<BudgetService, readonly string[]>;
  readonly windows: ReadonlyMap<BudgetService, readonly string[]>;
}

function timesOf(timeline: PatternTimeline, { index, schedules, windows }: TimesOfServices): ServerTimes {
  const placed = (keys: ReadonlyMap<BudgetService, readonly string[]>) =>
    new Map([...keys].map(([service, own]) => [service, own.flatMap((key) => index.get(key) ?? [])]));
  const [runs, open] = [placed(schedules), placed(windows)];
  const states = new Map<PatternState, TimeState>(
    timeline.states.map((state) => [
      state,
      {
        // A schedule that may run at any time has no pattern: one run of it is always there.
        runsOf: (service) => {
          const pattern = runs.get(service)?.[0];
          return pattern === undefined ? 1 : (state.counts[pattern] ?? 0);
        },
        isOpen: (service) => open.get(service)?.every((pattern) => (state.counts[pattern] ?? 0) > 0) ?? true,
      },
    ]),
  );
  return {
    states: [...states.values()],
    wordsOf: (valueIn) => whenGreatest(timeline, (state) => valueIn(states.get(state) ?? anyTime)),
  };
}

function isReadable({ timeZone }: RolloutWindow): boolean {
  return timeZone === undefined || isZone(timeZone);
}

/** Whether there is a minute in which all are open. */
function isEverOpen(windows: readonly RolloutWindow[]): boolean {
  const { states } = patternTimeline(windows.map(windowPattern));
  return states.some(({ counts }) => counts.every((count) => count > 0));
}
