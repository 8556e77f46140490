import { formatCount, formatDuration, formatNumber } from '../base/units.ts';
import type { SessionGroup } from '../engines/facts.ts';
import type { Inspection } from './inspection.ts';

/** A minute is beyond any request. */
const longIdleSeconds = 60;
/** With fewer free connections than this share, those that idle in transactions may be what is missing. */
const fewFreeRatio = 0.2;
const mostNamed = 3;

/** What to do about them. */
export const leakHint =
  'Look for a transaction that waits for something else than the database, or is never ended: `poolctl lint` finds such code.';

/** Sessions that idle in a transaction, in words, as far as this user may see them. */
export interface IdleTransactions {
  /** `15 of your sessions idle inside a transaction, the longest for 70 s` */
  readonly found: string;
  /** Who they are: `"app" (shop) from 10.0.0.5: 15`. */
  readonly who: string;
  /** Why that hurts; undefined where it does not. */
  readonly harm: string | undefined;
}

/** Undefined where none is there, or may be seen. */
export function idleTransactions(inspection: Inspection): IdleTransactions | undefined {
  const { sessions, seconds } = {
    sessions: inspection.sessions.idleInTransaction?.sessions ?? 0,
    seconds: inspection.sessions.idleInTransaction?.oldestSeconds ?? 0,
  };
  if (sessions === 0) return undefined;
  const isOfAll = inspection.unseen.length === 0;
  const whose = isOfAll ? formatCount(sessions, 'session') : `${formatNumber(sessions)} of your sessions`;
  return {
    found: `${whose} ${sessions === 1 && isOfAll ? 'idles' : 'idle'} inside a transaction, the longest for ${formatDuration(seconds * 1_000)}`,
    who: holders(inspection.sessions.groups),
    harm: harmOf(inspection, sessions, seconds),
  };
}

/** A transaction that idles for long was forgotten; and many short ones may leave too few connections to the others. */
function harmOf({ budget }: Inspection, sessions: number, seconds: number): string | undefined {
  const { freeConnections: free, usableConnections: usable } = budget;
  const isCrowded = free < usable * fewFreeRatio && free + sessions >= usable * fewFreeRatio;
  if (isCrowded) {
    return `${formatNumber(free)} of ${formatCount(usable, 'connection')} are free because of that, ${formatNumber(free + sessions)} would be without`;
  }
  return seconds >= longIdleSeconds ? 'each holds a connection, and maybe locks' : undefined;
}

function holders(groups: readonly SessionGroup[]): string {
  const idle = groups.filter(({ state }) => state?.startsWith('idle in transaction'));
  const named = idle.slice(0, mostNamed).map(({ user, application, client, connections }) => {
    const by = application === undefined ? '' : ` (${application})`;
    return `"${user}"${by}${client === undefined ? '' : ` from ${client}`}: ${formatNumber(connections)}`;
  });
  return [...named, ...(idle.length > mostNamed ? ['…'] : [])].join(', ');
}
