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

/** Undefined where none is there. */
export function idleTransactions(inspection: Inspection): IdleTransactions | undefined {
  const { sessions, unseen } = inspection;
  if (!sessions.idleInTransaction) return perhapsIdle(inspection);
  const { sessions: count, oldestSeconds = 0 } = sessions.idleInTransaction;
  if (count === 0) return undefined;
  const whose =
    unseen.length === 0
      ? `${formatCount(count, 'session')} idle${count === 1 ? 's' : ''}`
      : `${formatNumber(count)} of your sessions ${count === 1 ? 'idles' : 'idle'}`;
  return {
    found: `${whose} inside a transaction, the longest for ${formatDuration(oldestSeconds * 1_000)}`,
    who: holders(sessions.groups, /^idle in transaction/),
    harm:
      crowding(inspection, count) ??
      (oldestSeconds >= longIdleSeconds ? 'each holds a connection, and maybe locks' : undefined),
  };
}

/** MySQL and MariaDB tell whose sessions sleep, and not everybody whether in a transaction. */
function perhapsIdle(inspection: Inspection): IdleTransactions | undefined {
  const { groups } = inspection.sessions;
  const count = groups.reduce((sum, { state, connections }) => sum + (state === 'sleep' ? connections : 0), 0);
  if (count === 0) return undefined;
  return {
    found: `${formatNumber(count)} of your sessions ${count === 1 ? 'sleeps' : 'sleep'}, and this user may not see whether inside a transaction`,
    who: holders(groups, /^sleep$/),
    harm: crowding(inspection, count),
  };
}

function crowding({ budget }: Inspection, count: number): string | undefined {
  const { freeConnections: free, usableConnections: usable } = budget;
  const few = usable * fewFreeRatio;
  if (free >= few || free + count < few) return undefined;
  return `${formatNumber(free)} of ${formatCount(usable, 'connection')} are free; without them it would be ${formatNumber(Math.min(usable, free + count))}`;
}

function holders(groups: readonly SessionGroup[], states: RegExp): string {
  const among = groups.filter(({ state = '' }) => states.test(state));
  const named = among.slice(0, mostNamed).map(({ user, application, client, connections }) => {
    const by = application === undefined ? '' : ` (${application})`;
    return `"${user}"${by}${client === undefined ? '' : ` from ${client}`}: ${formatNumber(connections)}`;
  });
  return [...named, ...(among.length > mostNamed ? ['…'] : [])].join(', ');
}
