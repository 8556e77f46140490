import type { Reachable } from './report.ts';

/** What is known of a pool without asking the server. */
export interface CheckState {
  readonly idle: number;
  /** Idle, lent and being asked. */
  readonly open: number;
  readonly connecting: number;
  readonly limit: number;
  /** Since the server last answered anything; undefined when it never did. */
  readonly answeredAgoMs: number | undefined;
}

/**
 * What a check does: nothing where an answer came in the last interval (`fresh`) or is about to come (`opening`), where the
 * pool is `full` or has no connections (`empty`); otherwise asks on an idle connection, or opens one.
 */
export type CheckStep = 'fresh' | 'opening' | 'ask' | 'open' | 'full' | 'empty';

export function checkStep(
  { idle, open, connecting, limit, answeredAgoMs }: CheckState,
  healthMs: number,
  probes: boolean,
): CheckStep {
  if (connecting > 0) return 'opening';
  if (open === 0) return probes ? 'open' : 'empty';
  if (answeredAgoMs !== undefined && answeredAgoMs < healthMs) return 'fresh';
  if (idle > 0) return 'ask';
  return open < limit ? 'open' : 'full';
}

/** So many failures in a row make a server unreachable; one answer makes it reachable. */
const failuresToLose = 3;

export function reachableAfter(before: Reachable, seen: 'answer' | 'empty' | { readonly failures: number }): Reachable {
  if (seen === 'answer') return 'yes';
  // Without connections nothing is known of a server that answered last time; one that was lost stays lost.
  if (seen === 'empty') return before === 'no' ? 'no' : 'unknown';
  return seen.failures >= failuresToLose ? 'no' : before;
}
