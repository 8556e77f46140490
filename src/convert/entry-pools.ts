import type { EngineId } from '../base/engine.ts';
import { PoolctlError } from '../base/errors.ts';
import type { Profiles } from '../declarations/classify.ts';
import { type DeclaredEntry, type FileFormat, refuseFile } from '../declarations/entry.ts';
import type { PoolSection, ReadContext, Reader } from '../declarations/reader.ts';
import { objectsWith, sectionNames, sectionsOf } from '../declarations/sections.ts';
import { type FilePool, hasSettings, mainSettings } from './file-pool.ts';

/** What is known around the entries of a file. */
export interface EntriesAround {
  readonly file: string;
  readonly format: FileFormat;
  readonly context: ReadContext;
  readonly profiles: Profiles;
  readonly readers: Readonly<Record<string, Reader>>;
  readonly engine?: EngineId | undefined;
  /** The keys of all entries of the file, by their places. */
  readonly keys: ReadonlyMap<string, string>;
}

/**
 * The pools of the one system that --from names, wherever they are in the file.
 * @throws PoolctlError INPUT_INVALID where there is none
 */
export function poolsOfReader(name: string, entries: readonly DeclaredEntry[], around: EntriesAround): FilePool[] {
  const reader = readerAt(name, around);
  const sections = sectionsOf(reader, entries, around.context);
  const drafts = draftsOf(name, sections, around);
  const [first] = drafts;
  const isThere = (draft: FilePool) =>
    draft.picked.isMarked || draft.picked.isImplied || hasSettings(draft, around.profiles);
  if (drafts.length > 1 || (first && isThere(first))) return drafts;
  const below = draftsOf(name, objectsWithSettings(name, entries, around), around);
  if (below.length > 0) return below;
  if (first && hasAddress(first)) return drafts;
  throw refuseFile(
    around.file,
    1,
    `there is no setting of ${reader.title} in it.`,
    `Is ${around.file} the right file, and ${name} the right system?`,
  );
}

function readerAt(name: string, { readers }: EntriesAround): Reader {
  const reader = readers[name];
  if (!reader) throw new PoolctlError('VALUE_INVALID', `--from "${name}" is not a system that poolctl reads.`);
  return reader;
}

/** Only the address of the server is there: all else is at its default. */
function hasAddress({ picked, reader }: FilePool): boolean {
  return picked.options.some(({ name }) => reader.login.includes(name));
}

/** The pool that a reader picks of each section, with the keys that the file has. */
export function draftsOf(name: string, sections: readonly PoolSection[], around: EntriesAround): FilePool[] {
  const reader = readerAt(name, around);
  return sections.flatMap(({ at, entries }) => {
    const picked = reader.pick(entries, around.context);
    const profile = around.profiles.get(picked.driver);
    if (!profile) return [];
    return [
      {
        ...{ at, name, reader, picked: at === '' ? picked : withFullKeys(picked, entries, around), profile },
        spelling: {
          file: around.file,
          isTyped: reader.isTyped === true,
          // Spring Boot binds a number, and leaves no suffix for the pool to read.
          hasSuffixes: reader.hasSuffixes === true && !picked.isMarked,
        },
        ...(around.engine && { engine: around.engine }),
        ...(around.format === 'dotenv' && { differing: entries.filter(isOfDatabase) }),
      },
    ];
  });
}

/** A variable that may be of the pool, also where its value was cut and is no URL any more. */
function isOfDatabase({ key, value, differs }: DeclaredEntry): boolean {
  return (
    differs !== undefined && (/:\/\//.test(String(value)) || /url|dsn|uri|pool|conn|max|min|limit|timeout/i.test(key))
  );
}

/** Where a section has keys from below a place of the file, messages show them whole. */
function withFullKeys(picked: FilePool['picked'], entries: readonly DeclaredEntry[], { keys }: EntriesAround) {
  const cut = new Map<string, { readonly short: string; readonly whole: string }>();
  for (const entry of entries) {
    const whole = keys.get(placeOfEntry(entry));
    if (whole !== undefined && whole !== entry.key) cut.set(placeOfEntry(entry), { short: entry.key, whole });
  }
  if (cut.size === 0) return picked;
  return withEntries(picked, <E extends DeclaredEntry>(entry: E): E => {
    const known = cut.get(placeOfEntry(entry));
    if (!known?.whole.endsWith(known.short) || !entry.key.startsWith(known.short)) return entry;
    return { ...entry, key: known.whole + entry.key.slice(known.short.length) };
  });
}

/** The pool with these keys for the entries at these places, as the reader of the file has them. */
export function withKeys(pool: FilePool, keys: ReadonlyMap<string, string>): FilePool {
  const picked = withEntries(pool.picked, (entry) => ({ ...entry, key: keys.get(placeOfEntry(entry)) ?? entry.key }));
  return { ...pool, picked };
}

function withEntries(picked: FilePool['picked'], change: <E extends DeclaredEntry>(entry: E) => E): FilePool['picked'] {
  return {
    ...picked,
    options: picked.options.map(change),
    ...(picked.direct && { direct: picked.direct.map(change) }),
    ...(picked.limits && { limits: picked.limits.map(change) }),
    ...(picked.clients && { clients: picked.clients.map(change) }),
    ...(picked.nobodyWaits && { nobodyWaits: change(picked.nobodyWaits) }),
  };
}

/** What tells an entry from all others of a file. */
export function placeOfEntry({ file = '', keyAt, valueAt }: DeclaredEntry): string {
  return `${file} ${keyAt.start} ${valueAt.start}`;
}

/** Objects in the file that have one of the main settings of a system by its name, and no mark of it. */
export function objectsWithSettings(
  name: string,
  entries: readonly DeclaredEntry[],
  around: EntriesAround,
): PoolSection[] {
  const reader = readerAt(name, around);
  return objectsWith(entries, sectionNames(reader, around.context), (own) => {
    const [draft] = draftsOf(name, [{ at: '', entries: own }], around);
    return draft !== undefined && mainSettings(draft, around.profiles).length > 0;
  });
}
