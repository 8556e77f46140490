import type { DeclaredEntry } from '../entry.ts';
import type { PoolSection } from '../reader.ts';
import { entriesBelow, entriesWithin } from '../sections.ts';

const user = /^pools\.(.+)\.users\.[\w-]+(?=\.[\w-]+$)/;

/**
 * pgcat and pg_doorman: a pool for each `[pools.<pool>.users.<n>]`. Its entries are those of the user, with keys as they are
 * below it, and those of its pool and of all the rest that is no other pool's, with whole keys.
 */
export function poolsOfUsers(entries: readonly DeclaredEntry[]): PoolSection[] {
  const sections = new Map<string, string>();
  for (const { key } of entries) {
    const found = user.exec(key);
    if (found) sections.set(found[0], found[1] ?? '');
  }
  const ofNoPool = entries.filter(({ key }) => !key.startsWith('pools.'));
  return [...sections].map(([at, pool]) => ({
    at,
    entries: [
      ...entriesBelow(entries, at),
      ...ofNoPool,
      ...entriesWithin(entries, `pools.${pool}`).filter(({ key }) => !user.test(key)),
    ],
  }));
}

/** The only pool, where a whole file is given; the entries as they are, where they are of one pool already or of several. */
export function onlyUser(entries: readonly DeclaredEntry[]): readonly DeclaredEntry[] {
  const [first, second] = poolsOfUsers(entries);
  return first && !second ? first.entries : entries;
}
