import type { ProbeRun } from '../result.ts';
import { lostOf } from '../runs.ts';

/** Below that, a load was not carried, whatever the waits of those that were served. */
const leastServed = 0.9;
const mostLost = 0.01;

/** As in `simulate`: fewer that still wait are those that any end cuts off. */
export const leastStillWaiting = 0.001;

/** What became of the requests of a run that were due, as shares of them. */
export interface Fate {
  /** In the end, however late. */
  readonly servedRatio: number;
  readonly lostRatio: number;
  /** They waited for a connection until the end, or were not done. */
  readonly stillWaitingRatio: number;
}

export function fateOf(run: ProbeRun): Fate {
  const { requests, completed, unfinished, stillWaiting = unfinished } = run;
  if (requests === 0) return { servedRatio: 0, lostRatio: 0, stillWaitingRatio: 0 };
  return {
    servedRatio: completed / requests,
    lostRatio: lostOf(run) / requests,
    stillWaitingRatio: stillWaiting / requests,
  };
}

/** What is sent so late was not sent at the moment that was asked for, whatever the times of the server. */
const mostOwnLagMs = 100;

/**
 * Whether requests that were due were not sent because poolctl itself, or the machine that it ran on, stood still: nobody
 * knows whether they would have been served.
 */
export function hasStoodStill(run: ProbeRun): boolean {
  const { unsent, lagMs, trustworthy } = run;
  return unsent > 0 && !trustworthy && (lagMs.p99 ?? 0) > mostOwnLagMs && fateOf(run).stillWaitingRatio <= mostLost;
}

/** Whether a run served what was due: nine tenths of it at the pace at which it came, with at most 1 % lost. */
export function isCarried(run: ProbeRun): boolean {
  const { servedRatio, lostRatio } = fateOf(run);
  const { overCapacity, throughputPerSecond, requests, measuredMs, wantedPerSecond = 0 } = run;
  if (overCapacity || servedRatio < leastServed || lostRatio > mostLost) return false;
  if (run.loop === 'closed') return true;
  // What was served only after its time was not carried either. Fewer may have come than were wanted, by chance: then the
  // interval is wide.
  const duePerSecond = measuredMs ? (1_000 * requests) / measuredMs : 0;
  return throughputPerSecond.high >= leastServed * Math.max(duePerSecond, wantedPerSecond);
}
