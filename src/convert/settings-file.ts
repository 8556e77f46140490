import { PoolctlError } from '../base/errors.ts';
import type { Profiles } from '../declarations/classify.ts';
import type { DeclaredEntry } from '../declarations/entry.ts';
import { formatOf, loadFormat, parseEntries } from '../declarations/formats/index.ts';
import type { Reader } from '../declarations/reader.ts';
import { entriesBelow } from '../declarations/sections.ts';
import { isSpringConfig, onlyInProfiles, springEntries, springProfilesIn } from '../declarations/spring-profiles.ts';
import { chosenPools } from './choose.ts';
import { type EntriesAround, placeOfEntry, poolsOfReader } from './entry-pools.ts';
import type { FilePool } from './file-pool.ts';
import { guessAmongMany } from './guess-among-many.ts';
import { guessPools } from './guess-pools.ts';
import { withIncluded } from './includes.ts';
import { optionNames } from './profiles-for.ts';
import type { ReadRequest, SettingsText } from './request.ts';
import { isSetByVariables, poolsByVariables, quietly } from './variable-pools.ts';

/** What reads a file of settings: the systems, and what is known of their options. */
export interface Known {
  readonly readers: Readonly<Record<string, Reader>>;
  readonly profiles: Profiles;
}

/** Reads a text in the format that its name or its content tells, or that the system which --from names has. */
export async function settingsIn(
  { text, file, from, readBeside }: ReadRequest,
  { readers }: Known,
): Promise<SettingsText> {
  const asked = from === undefined ? undefined : readers[from];
  const own = formatOf(text, file);
  const isReadable = !asked || asked.formats.includes(own) || (own === 'dotenv' && isSetByVariables(from));
  const format = isReadable ? own : (asked.formats[0] ?? own);
  await loadFormat(format);
  const entries = parseEntries(format, text, file);
  return { format, entries: format === 'ini' ? withIncluded(entries, { file, readBeside }) : entries };
}

/** The pools of a file of settings; of those that --at and --spring-profile choose, where they are given. */
export function poolsInSettings(
  request: ReadRequest,
  { entries, format }: SettingsText,
  known: Known,
): readonly FilePool[] {
  const { file, engine, text } = request;
  const byVariables =
    format === 'dotenv' ? poolsByVariables(request, entries, (own, as) => poolsInSettings(own, as, known)) : [];
  if (byVariables.length > 0) return byVariables;
  const headers =
    format === 'ini' ? Array.from(text.matchAll(/^[ \t]*\[([^\]\n]*)\]/gm), ([, name = '']) => name.trim()) : [];
  const around: EntriesAround = {
    ...{ file, format, engine, ...known },
    context: { file, format, engine, headers, namesOf: optionNames(known.profiles) },
    keys: new Map(entries.map((entry) => [placeOfEntry(entry), entry.key])),
  };
  if (isSpringConfig(entries)) return ofSpring(request, entries, around);
  const documents = [...new Set(entries.map(({ document = 0 }) => document))];
  if (documents.length < 2) return atPlaces(request, entries, around);
  const each = documents.flatMap((number) => {
    const own = entries.filter(({ document = 0 }) => document === number);
    const drafts = quietly(() => poolsWithin(request, own, around));
    return drafts.map((draft) => ({ ...draft, at: [`${number + 1}`, draft.at].filter(Boolean).join('.') }));
  });
  const found = each.length > 0 ? each : poolsWithin(request, entries, around);
  return chosenPools(found.length === 1 ? found.map((draft) => ({ ...draft, at: '' })) : found, request);
}

/** Every system's reader goes through all entries: of a large file, first through those that may be of a pool. */
const manyEntries = 2_000;

function poolsWithin(
  { from }: ReadRequest,
  entries: readonly DeclaredEntry[],
  around: EntriesAround,
): readonly FilePool[] {
  if (from !== undefined) return poolsOfReader(from, entries, around);
  return entries.length > manyEntries ? guessAmongMany(entries, around) : guessPools(entries, around);
}

/** The pools at the places of --at: those that are found there, or what is below that key taken for itself. */
function atPlaces(request: ReadRequest, entries: readonly DeclaredEntry[], around: EntriesAround): readonly FilePool[] {
  const { at = [] } = request;
  if (at.length === 0) return poolsWithin(request, entries, around);
  const known = quietly(() => poolsWithin(request, entries, around));
  return at.flatMap((place) => {
    const found = quietly(() => chosenPools(known, { ...request, at: [place] }));
    if (found.length > 0) return found;
    const below = entriesBelow(entries, place);
    if (below.length === 0) return chosenPools(known, { ...request, at: [place] });
    const own = poolsWithin(request, below, around);
    return own.map((draft) => ({ ...draft, at: [place, draft.at].filter(Boolean).join('.') }));
  });
}

/** Each profile of a Spring Boot configuration makes pools of its own, on top of what holds without one. */
function ofSpring(request: ReadRequest, entries: readonly DeclaredEntry[], around: EntriesAround): readonly FilePool[] {
  const { springProfiles, file } = request;
  const named = springProfilesIn(entries);
  const within = (active: readonly string[]) => atPlaces(request, springEntries(entries, active), around);
  if (springProfiles !== undefined) {
    const active = springProfiles.filter((name) => name !== 'default');
    const unknown = active.find((name) => !named.includes(name));
    if (unknown === undefined) return within(active);
    throw new PoolctlError('VALUE_INVALID', `${file} has no document for the profile ${unknown}.`, {
      hint:
        named.length > 0 ? `It has some for ${named.join(', ')}.` : 'It has none for any profile; leave the flag out.',
    });
  }
  if (named.length === 0) return within([]);
  const plain = quietly(() => within([]));
  const own = named.flatMap((profile) => {
    const only = onlyInProfiles(entries, [profile]);
    const places = new Set([...only].map(placeOfEntry));
    const drafts = quietly(() => within([profile]));
    return drafts
      .filter(({ picked }) => picked.options.some((option) => places.has(placeOfEntry(option))))
      .map((draft) => ({ ...draft, springProfile: profile }));
  });
  if (own.length === 0) return plain.length > 0 ? plain : within([]);
  return [...plain.map((draft) => ({ ...draft, springProfile: 'default' })), ...own];
}
