import { groupBy } from '../../base/group-by.ts';
import type { BudgetService, FleetModel, RolloutWindow } from '../model.ts';
import { isZone, schedulePattern } from './cron.ts';
import { type PatternState, patternTimeline } from './pattern-timeline.ts';
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

type PatternIndexes = ReadonlyMap<BudgetService, readonly number[]>;

/** When the services of a fleet run and may be rolled out. */
export class FleetTimes {
  /** What is of one release rolls together, so that the windows of all its services bind each. */
  readonly #windows = new Map<BudgetService, readonly RolloutWindow[]>();
  /** Releases whose windows are never open together: they count as open at any time. */
  readonly neverOpen: readonly (readonly BudgetService[])[];

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
    const patterns = new Map<string, { readonly pattern: TimePattern; readonly index: number }>();
    const indexOf = (pattern: TimePattern, key: string) => {
      const known = patterns.get(key) ?? { pattern, index: patterns.size };
      patterns.set(key, known);
      return known.index;
    };
    const schedules = new Map<BudgetService, readonly number[]>();
    const windows = new Map<BudgetService, readonly number[]>();
    for (const service of services) {
      const { runs } = service;
      const pattern = runs.kind === 'schedule' ? schedulePattern(runs) : undefined;
      if (pattern) schedules.set(service, [indexOf(pattern, JSON.stringify(runs))]);
      const own = this.#windows.get(service) ?? [];
      if (own.length > 0)
        windows.set(
          service,
          own.map((one) => indexOf(windowPattern(one), JSON.stringify(one))),
        );
    }
    if (patterns.size === 0) return untimed;
    return timesOf(
      [...patterns.values()].map(({ pattern }) => pattern),
      schedules,
      windows,
    );
  }
}

function timesOf(patterns: readonly TimePattern[], schedules: PatternIndexes, windows: PatternIndexes): ServerTimes {
  const timeline = patternTimeline(patterns);
  const states = new Map<PatternState, TimeState>(
    timeline.states.map((state) => {
      const countOf = (index: number) => state.counts[index] ?? 0;
      return [
        state,
        {
          runsOf: (service) => schedules.get(service)?.map(countOf)[0] ?? 1,
          isOpen: (service) => windows.get(service)?.every((index) => countOf(index) > 0) ?? true,
        },
      ];
    }),
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
