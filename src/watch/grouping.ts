import type { SessionGroup } from '../engines/facts.ts';
import { normalApplicationName } from './application-name.ts';

/** What sessions are grouped by, as `--group-by` names it. */
export const groupWords = ['app', 'user', 'host', 'db', 'state'] as const;
export type GroupWord = (typeof groupWords)[number];

const fieldOf = { app: 'application', user: 'user', host: 'client', db: 'database', state: 'state' } as const;

/** Sessions that are alike in what they were grouped by. */
export interface GroupedSessions {
  readonly user?: string;
  readonly database?: string;
  /** Without what names a process; `other` for all that are in no group of their own. */
  readonly application?: string;
  readonly client?: string;
  readonly state?: string;
  readonly connections: number;
}

export const usualGrouping: readonly GroupWord[] = ['app', 'user', 'db', 'state'];
export const usualTop = 50;

/** How sessions are grouped. */
export interface Grouping {
  readonly by?: readonly GroupWord[];
  /** So many groups, and the rest in one more. */
  readonly top?: number;
}

/** Sessions by what the grouping asks for, the largest first. Two names of one application's processes count as one. */
export function groupSessions(
  groups: readonly SessionGroup[],
  { by = usualGrouping, top = usualTop }: Grouping = {},
): readonly GroupedSessions[] {
  // In the order of `groupWords`, so that a key is the same for the same words.
  const fields = groupWords.filter((word) => by.includes(word)).map((word) => fieldOf[word]);
  const merged = new Map<string, GroupedSessions>();
  for (const group of groups) {
    const alike = partsOf(group, fields);
    const key = JSON.stringify(alike);
    const before = merged.get(key)?.connections ?? 0;
    merged.set(key, { ...alike, connections: before + group.connections });
  }
  const sorted = [...merged.values()].sort((one, other) => other.connections - one.connections);
  const rest = sorted.slice(top).reduce((sum, { connections }) => sum + connections, 0);
  return rest === 0 ? sorted : [...sorted.slice(0, top), { application: 'other', connections: rest }];
}

type Parts = Omit<GroupedSessions, 'connections'>;

function partsOf(group: SessionGroup, fields: readonly (keyof Parts)[]): Parts {
  const parts: { -readonly [Field in keyof Parts]: string } = {};
  for (const field of fields) {
    const text = group[field];
    if (text !== undefined) parts[field] = field === 'application' ? normalApplicationName(text) : text;
  }
  return parts;
}

/** The largest as they are. */
export function largestGroups(groups: readonly SessionGroup[], { most }: { readonly most: number }) {
  return [...groups].sort((one, other) => other.connections - one.connections).slice(0, most);
}
