import type { SessionGroup } from '../../../engines/facts.ts';
import { normalApplicationName } from '../../../watch/application-name.ts';
import type { SessionGrouping } from './screen-state.ts';

/** What sessions do, in words that all servers share. */
export type Activity = 'active' | 'idle' | 'inTransaction' | 'waiting' | 'other' | 'unseen';

const dimensions = ['application', 'user', 'host', 'database'] as const;
export type Dimension = (typeof dimensions)[number];

/** One row of the table of sessions. */
export interface GroupRow {
  readonly connections: number;
  /** Sessions by what they do; those whose state this user may not see are `unseen`. */
  readonly counts: Readonly<Record<Activity, number>>;
  /** The different values among the sessions, `?` for what is not seen. */
  readonly values: Readonly<Record<Dimension, readonly string[]>>;
}

type GroupedBy = Exclude<SessionGrouping, 'pools'>;

/** A look is drawn many times before the next one comes. */
const known = new WeakMap<readonly SessionGroup[], Map<GroupedBy, readonly GroupRow[]>>();

/** Puts sessions together that are alike in the dimension, or in all of them. */
export function groupRows(groups: readonly SessionGroup[], by: GroupedBy): readonly GroupRow[] {
  const ofLook = known.get(groups) ?? new Map<GroupedBy, readonly GroupRow[]>();
  known.set(groups, ofLook);
  const rows = ofLook.get(by) ?? grouped(groups, by);
  ofLook.set(by, rows);
  return rows;
}

function grouped(groups: readonly SessionGroup[], by: GroupedBy): GroupRow[] {
  const rows = new Map<string, SessionGroup[]>();
  for (const group of groups) {
    const key = JSON.stringify(by === 'each' ? dimensions.map((one) => dimensionOf(group, one)) : alikeBy(group, by));
    const row = rows.get(key);
    if (row) row.push(group);
    else rows.set(key, [group]);
  }
  return [...rows.values()].map(rowOf);
}

/** Processes of one application count as one, whatever number each has in its name. */
function alikeBy(group: SessionGroup, dimension: Dimension): string {
  const value = dimensionOf(group, dimension);
  return dimension === 'application' ? normalApplicationName(value) : value;
}

function rowOf(groups: readonly SessionGroup[]): GroupRow {
  const counts = { active: 0, idle: 0, inTransaction: 0, waiting: 0, other: 0, unseen: 0 };
  for (const { state, connections } of groups) counts[activityOf(state)] += connections;
  const different = (dimension: Dimension) => [...new Set(groups.map((group) => dimensionOf(group, dimension)))];
  return {
    connections: groups.reduce((sum, { connections }) => sum + connections, 0),
    counts,
    values: {
      application: different('application'),
      user: different('user'),
      host: different('host'),
      database: different('database'),
    },
  };
}

/** `?` where this user may not see it, `-` where there is none. */
function dimensionOf({ application, user, client, database, state }: SessionGroup, dimension: Dimension): string {
  const value = { application, user, host: client, database }[dimension];
  return value || (state === undefined ? '?' : '-');
}

/** Words of PostgreSQL, of MySQL's process list and of PgBouncer. An aborted transaction is open too. */
function activityOf(state: string | undefined): Activity {
  if (state === undefined) return 'unseen';
  if (state.startsWith('idle in transaction')) return 'inTransaction';
  if (state === 'idle' || state === 'sleep') return 'idle';
  if (/^(?:active|query|execute|fastpath function call)$/.test(state)) return 'active';
  return state.startsWith('waiting') ? 'waiting' : 'other';
}

/** Whether every word of the filter is somewhere in the texts. */
export function matches(texts: readonly string[], filter: string): boolean {
  const all = texts.join('\n').toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}
