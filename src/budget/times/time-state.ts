import type { BudgetService } from '../model.ts';

/** What the clock decides at one time: how many runs of each schedule there are, and which windows are open. */
export interface TimeState {
  /** Runs of a service: 1 of one that always runs. */
  runsOf(service: BudgetService): number;
  /** Whether the service may be rolled out. */
  isOpen(service: BudgetService): boolean;
}

/** Where nothing depends on the time. */
export const anyTime: TimeState = { runsOf: () => 1, isOpen: () => true };
