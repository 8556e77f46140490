import { PoolctlError } from '../../base/errors.ts';
import { formatCount, formatNumber, formatRatio, tidy } from '../../base/units.ts';
import type { LiveBudget } from '../../inspect/live-budget.ts';

/** The part of the free connections that a probe may take, unless --share says otherwise. */
export const defaultShare = 0.25;

/** Free slots that stay free during a probe: a tenth of what an empty server lets in, unless --free-floor says otherwise. */
export function freeFloorOf({ usableConnections }: LiveBudget): number {
  return Math.max(1, Math.ceil(tidy(usableConnections / 10)));
}

/**
 * How many connections the load may open beside its control connections: the share of the free ones, and never into the
 * floor. One where the share is less than one of at least four free ones; 0 where even one would be too much.
 */
export function allowedConnections(
  budget: LiveBudget,
  share: number,
  freeFloor = freeFloorOf(budget),
  controls = 1,
): number {
  const { freeConnections: free } = budget;
  const wanted = Math.max(Math.floor(tidy(free * share)), free >= 4 ? 1 : 0);
  return Math.max(0, Math.min(wanted, free - controls - freeFloor));
}

/** Refuses a load that would take more than the guard allows. @throws PoolctlError PROBE_REFUSED */
export function refuseBeyond(wanted: number, allowed: number, budget: LiveBudget, share: number): void {
  if (wanted <= allowed && allowed > 0) return;
  const { freeConnections, usableConnections, limitedBy } = budget;
  const free = `${formatNumber(freeConnections)} of ${formatCount(usableConnections, 'connection')} ${freeConnections === 1 ? 'is' : 'are'} free for this user (${limitedBy} decides)`;
  if (allowed === 0) {
    throw new PoolctlError(
      'PROBE_REFUSED',
      `The guard refuses any load: ${free}, and beside those that must stay free, its control connection and the ${formatRatio(1 - share)} for others none is left.`,
      {
        hint: 'Probe when fewer are taken, or a server of its own; or allow more with --share 50% and --free-floor 1.',
      },
    );
  }
  throw new PoolctlError(
    'PROBE_REFUSED',
    `The guard refuses ${formatCount(wanted, 'connection')}: ${free}, and at ${formatRatio(share)} of them ${formatNumber(allowed)} may be taken.`,
    { hint: `Ask for at most ${formatNumber(allowed)}, or allow more of the free ones with --share.` },
  );
}

export interface ConsentFacts {
  readonly isThisMachine: boolean;
  /** Sessions of others on the server. */
  readonly foreignSessions: number;
}

/** What would run: without a rate, as fast as the server answers. */
export interface ConsentLoad {
  readonly tps?: number;
  readonly hasRamp: boolean;
}

const smallRate = 50;
const fewSessions = 10;

/** Why the user has to agree before the load begins; undefined on this machine and for a small load. */
export function needsConsent({ isThisMachine, foreignSessions }: ConsentFacts, load: ConsentLoad): string | undefined {
  if (isThisMachine) return undefined;
  if (foreignSessions > fewSessions) {
    return `${formatNumber(foreignSessions)} sessions of others are on this server, which is not on this machine.`;
  }
  if (load.hasRamp) {
    return 'The server is not on this machine, and without --tps requests are sent as fast as it answers them.';
  }
  if ((load.tps ?? 0) > smallRate) {
    return `The server is not on this machine, and ${formatNumber(load.tps ?? 0)} requests a second are more than ${smallRate}.`;
  }
  return undefined;
}
