import type { BudgetService } from '../model.ts';
import { anyTime, type TimeState } from './time-state.ts';

/** The times that matter at a server. */
export interface ServerTimes {
  readonly states: readonly TimeState[];
  /** When the value is greatest, in words: "daily at 03:00 UTC". Undefined where it always is. */
  wordsOf(valueIn: (state: TimeState) => number): string | undefined;
}

const untimed: ServerTimes = { states: [anyTime], wordsOf: () => undefined };

/** The times of a server with these services. */
export function serverTimes(_services: readonly BudgetService[]): ServerTimes {
  return untimed;
}
