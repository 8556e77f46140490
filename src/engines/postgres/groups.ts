import { formatNumber } from '../../base/units.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { SessionGroup, Unseen } from '../facts.ts';
import { flagIn, numberIn, type Row, textIn } from '../rows.ts';
import { limitHolders } from './client-sessions.ts';

/**
 * All that takes a slot of max_connections or a place of a CONNECTION LIMIT, a row for those that are alike. Without
 * pg_read_all_stats the states of other users' sessions are NULL; they are still counted. `others`: without the session
 * that asks.
 */
export const groupsSql = (version: string, whose: 'all' | 'others') => `SELECT pg_get_userbyid(usesysid) AS usename,
  (SELECT datname FROM pg_database WHERE oid = alike.datid) AS datname, application_name, host(client_addr) AS client, state,
  takes_slot, is_walsender, connections, unsure, waiting, oldest_s
 FROM (SELECT usesysid, datid, application_name, client_addr, state, takes_slot, is_walsender, count(*) AS connections,
    count(*) FILTER (WHERE is_unsure) AS unsure, count(*) FILTER (WHERE wait_event_type = 'Lock') AS waiting,
    extract(epoch FROM clock_timestamp() - min(state_change))::float8 AS oldest_s
   FROM ${limitHolders(version)} AS sessions${whose === 'all' ? '' : ' WHERE NOT is_self'}
   GROUP BY 1, 2, 3, 4, 5, 6, 7) AS alike`;

export function connectionsIn(groups: readonly Row[], which: (group: Row) => boolean = () => true): number {
  return groups.reduce((sum, group) => sum + (which(group) ? (numberIn(group, 'connections') ?? 0) : 0), 0);
}

/** Those that take a slot of max_connections. */
export function slotHolders(groups: readonly Row[]): Row[] {
  return groups.filter((group) => flagIn(group, 'takes_slot'));
}

/** Sessions whose state this user may not see. */
export function hiddenAmong(groups: readonly Row[]): number {
  return connectionsIn(groups, (group) => group['state'] === null && !flagIn(group, 'is_walsender'));
}

/** How many may be workers, which take no slot, as far as this user may see. */
export function unsureAmong(groups: readonly Row[], limits: Row): number {
  const unsure = groups.reduce((sum, group) => sum + (numberIn(group, 'unsure') ?? 0), 0);
  return Math.min(unsure, numberIn(limits, 'max_worker_processes') ?? 0);
}

/** Aborted transactions too, whose state is `idle in transaction (aborted)`; ages are since the state began, 0 if the clock went back. */
export function idleInTransactionAmong(groups: readonly Row[]): { sessions: number; oldestSeconds?: number } {
  const idle = groups.filter((group) => textIn(group, 'state')?.startsWith('idle in transaction'));
  const ages = idle.map((group) => numberIn(group, 'oldest_s')).filter((age) => age !== undefined);
  return { sessions: connectionsIn(idle), ...(ages.length > 0 && { oldestSeconds: Math.max(0, ...ages) }) };
}

export function waitingAmong(groups: readonly Row[]): number {
  return groups.reduce((sum, group) => sum + (numberIn(group, 'waiting') ?? 0), 0);
}

export function sessionGroupsIn(groups: readonly Row[]): SessionGroup[] {
  return groups.map(sessionGroup).sort(largestFirst);
}

function sessionGroup(group: Row): SessionGroup {
  return {
    user: textIn(group, 'usename') ?? '?',
    connections: numberIn(group, 'connections') ?? 0,
    ...withoutUndefined({
      database: textIn(group, 'datname'),
      application: textIn(group, 'application_name') || undefined,
      client: textIn(group, 'client'),
      state: textIn(group, 'state'),
    }),
  };
}

/** Here, because the collation of names makes it costly there. */
export function largestFirst(one: SessionGroup, other: SessionGroup): number {
  const words = ({ user, database, application, client, state }: SessionGroup) =>
    [user, database, application, client, state].join('\n');
  return other.connections - one.connections || (words(one) < words(other) ? -1 : 1);
}

/** What a user without pg_monitor does not see of the others. */
export function unseenSessions(user: string, hidden: number, unsure: number): Unseen {
  const atMost =
    unsure > 0
      ? `; up to ${formatNumber(unsure)} of them may be parallel or background workers, which take no connection, so that those taken are at most as many as said`
      : '';
  return {
    what: `the states, hosts and kinds of other users' sessions (${hidden} now): they are counted, but not told apart${atMost}`,
    grant: `GRANT pg_monitor TO "${user.replaceAll('"', '""')}"`,
  };
}
