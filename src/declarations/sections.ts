import type { DeclaredEntry } from './entry.ts';
import type { PoolSection, ReadContext, Reader } from './reader.ts';

/**
 * Where the pools of a system are in a file: as its reader knows it, or the file as a whole, or else each object in it that
 * has a mark of the system, the outer one where one holds another.
 */
export function sectionsOf(
  reader: Reader,
  entries: readonly DeclaredEntry[],
  context: ReadContext,
): readonly PoolSection[] {
  const known = reader.sections?.(entries, context);
  if (known && known.length > 0) return known;
  const whole: PoolSection = { at: '', entries };
  if (known || reader.pick(entries, context).isMarked) return [whole];
  const marked = objectsWith(entries, sectionNames(reader, context), (object) => reader.pick(object, context).isMarked);
  return marked.length > 0 ? marked : [whole];
}

/**
 * The objects of a file, at any depth, for which `isWanted` says yes; none within another one of them. Only those are asked
 * for that have a key from `names`, so that a large file costs little.
 */
export function objectsWith(
  entries: readonly DeclaredEntry[],
  names: ReadonlySet<string>,
  isWanted: (entries: readonly DeclaredEntry[]) => boolean,
): PoolSection[] {
  const found: PoolSection[] = [];
  for (const at of candidates(entries, names)) {
    if (found.some((section) => at.startsWith(`${section.at}.`))) continue;
    const own = entriesBelow(entries, at);
    if (isWanted(own)) found.push({ at, entries: own });
  }
  return found;
}

/** The entries below a key, with keys as they are from there. */
export function entriesBelow(entries: readonly DeclaredEntry[], at: string): DeclaredEntry[] {
  if (at === '') return [...entries];
  return entriesWithin(entries, at).map((entry) => ({ ...entry, key: entry.key.slice(at.length + 1) }));
}

/** The entries below a key, with their whole keys. */
export function entriesWithin(entries: readonly DeclaredEntry[], at: string): readonly DeclaredEntry[] {
  const asked = (timesAsked.get(entries) ?? 0) + 1;
  timesAsked.set(entries, asked);
  if (asked <= fewTimes) return entries.filter(({ key }) => key.startsWith(`${at}.`));
  const index = indexes.get(entries) ?? indexOf(entries);
  indexes.set(entries, index);
  return index.get(at) ?? [];
}

/** A file with thousands of pools is asked once for each, and would be walked as often. */
const fewTimes = 8;
const timesAsked = new WeakMap<readonly DeclaredEntry[], number>();
const indexes = new WeakMap<readonly DeclaredEntry[], ReadonlyMap<string, readonly DeclaredEntry[]>>();

function indexOf(entries: readonly DeclaredEntry[]): Map<string, DeclaredEntry[]> {
  const index = new Map<string, DeclaredEntry[]>();
  for (const entry of entries) {
    for (let dot = entry.key.indexOf('.'); dot >= 0; dot = entry.key.indexOf('.', dot + 1)) {
      const above = entry.key.slice(0, dot);
      const below = index.get(above);
      if (below) below.push(entry);
      else index.set(above, [entry]);
    }
  }
  return index;
}

/** More objects than this have no configuration; each is read once for each system. */
const mostObjects = 500;

/** The objects that have a key of these directly in them, outer ones first. */
function candidates(entries: readonly DeclaredEntry[], names: ReadonlySet<string>): string[] {
  const found = new Set<string>();
  for (const { key } of entries) {
    for (let at = key.indexOf('.'); at >= 0; at = key.indexOf('.', at + 1)) {
      const end = key.indexOf('.', at + 1);
      const name = key.slice(at + 1, end < 0 ? undefined : end);
      if (names.has(uniformName(name))) found.add(key.slice(0, at));
    }
    if (found.size > mostObjects) break;
  }
  return [...found].sort((a, b) => depthOf(a) - depthOf(b));
}

function depthOf(key: string): number {
  return key.split('.').length;
}

/** The names of a system that may stand directly in an object of its settings. */
export function sectionNames({ drivers, others, login }: Reader, context: Pick<ReadContext, 'namesOf'>): Set<string> {
  const all = [...drivers.flatMap((driver) => context.namesOf(driver)), ...Object.keys(others), ...login];
  return new Set(all.map((name) => uniformName((name.split('.')[0] ?? name).replace(/\*$/, ''))));
}

/** `maximum-pool-size`, `maximumPoolSize` and `maximum_pool_size` are one. */
export function uniformName(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '');
}
