import { cleanLine } from '../base/clean.ts';
import type { SessionGroup } from '../engines/facts.ts';
import { groupSessions } from '../watch/grouping.ts';
import type { PoolerPool } from '../watch/look.ts';

/** Sessions as one row of what is served: no address of a client, and no text that a server could make endless. */
export interface ServedGroup {
  readonly database: string;
  readonly user: string;
  readonly application: string;
  readonly state: string;
  readonly connections: number;
}

const longestName = 128;

/**
 * The `most` largest groups, and the rest in one that is called "other". Groups that differ in their client alone are one,
 * and so are processes of one application. Unknown is an empty text.
 */
export function topGroups(groups: readonly SessionGroup[], most: number): readonly ServedGroup[] {
  const before = rowsOf.get(groups);
  if (before?.most === most) return before.rows;
  const rows = servedGroups(groups, most);
  rowsOf.set(groups, { most, rows });
  return rows;
}

/** The page and each scrape ask for those of the same look. */
const rowsOf = new WeakMap<readonly SessionGroup[], { readonly most: number; readonly rows: readonly ServedGroup[] }>();

function servedGroups(groups: readonly SessionGroup[], most: number): ServedGroup[] {
  // Made clean before they are merged: two names that read alike must not become two series that are alike.
  const clean = groups.map(({ client: _, connections, ...names }) => ({ ...cleanNames(names), connections }));
  return groupSessions(clean, { top: most }).map(({ connections, ...names }) => ({
    ...{ database: '', user: '', application: '', state: '' },
    ...names,
    connections,
  }));
}

function cleanNames(names: Omit<SessionGroup, 'connections' | 'client'>): Omit<SessionGroup, 'connections'> {
  // An empty name and one that is missing make the same label.
  const known = Object.entries(names).filter(([, name]) => name !== undefined && name !== '');
  return Object.fromEntries(known.map(([field, name]) => [field, servedName(name)])) as typeof names;
}

/** The `most` pools that matter most: those with a queue, then the largest. The rest is one called "other". */
export function topPools(pools: readonly PoolerPool[], most: number): PoolerPool[] {
  const sorted = pools
    .map((pool) => ({ ...pool, database: servedName(pool.database), user: servedName(pool.user) }))
    .sort((a, b) => b.clientsWaiting - a.clientsWaiting || b.servers - a.servers || b.clientsActive - a.clientsActive);
  const rest = sorted.slice(most);
  return rest.length === 0 ? sorted : [...sorted.slice(0, most), rest.reduce(added)];
}

function added(one: PoolerPool, another: PoolerPool): PoolerPool {
  return {
    database: 'other',
    user: '', // No pool is without a user, so this name is no pool's.
    clientsActive: one.clientsActive + another.clientsActive,
    clientsWaiting: one.clientsWaiting + another.clientsWaiting,
    serversActive: one.serversActive + another.serversActive,
    serversIdle: one.serversIdle + another.serversIdle,
    servers: one.servers + another.servers,
    maxWaitSeconds: Math.max(one.maxWaitSeconds, another.maxWaitSeconds),
  };
}

/** A name from a server: without what a terminal or a reader would stumble over, and not endless. */
export function servedName(name = ''): string {
  const clean = cleanLine(name);
  return clean.length <= longestName ? clean : `${clean.slice(0, longestName - 1)}…`;
}
