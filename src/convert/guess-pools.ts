import { PoolctlError } from '../base/errors.ts';
import { optionsIndex } from '../declarations/classify.ts';
import { type DeclaredEntry, shownKey } from '../declarations/entry.ts';
import { optionsOf } from '../declarations/options.ts';
import { objectsWith, sectionNames } from '../declarations/sections.ts';
import { draftsOf, type EntriesAround } from './entry-pools.ts';
import { type FilePool, mainSettings } from './file-pool.ts';

/**
 * The pools of a file whose system is beyond doubt: the file names it (`spring.datasource.hikari`, `[pgbouncer]`), at its top
 * or in an object of it; or an option has a name that only one system has. Empty where nothing is known in it.
 * @throws PoolctlError INPUT_MISSING where it has to be asked
 */
export function guessPools(entries: readonly DeclaredEntry[], around: EntriesAround): readonly FilePool[] {
  const names = Object.keys(around.readers).filter((name) => around.readers[name]?.formats.includes(around.format));
  const whole = names.map((name) => ({ name, drafts: wholeDrafts(name, entries, around) }));
  const marked = whole.filter(({ drafts }) => drafts.some(({ picked }) => picked.isMarked));
  if (marked.length > 0) return ofMarked(marked, whole, around);
  const found = seenIn(
    whole.flatMap(({ drafts }) => drafts),
    around,
  );
  const sure = sureOf(found);
  if (sure) return [sure.draft];
  const inside = names.flatMap((name) => markedInside(name, entries, around));
  if (inside.length > 0) return apart(inside, around);
  if (found.length > 0) throw which(found, around);
  const implied = whole.flatMap(({ drafts }) => drafts.filter(({ picked }) => picked.isImplied));
  if (implied.length > 0) return apart(implied, around);
  return insideByNames(names, entries, around);
}

interface OfSystem {
  readonly name: string;
  readonly drafts: readonly FilePool[];
}

function wholeDrafts(name: string, entries: readonly DeclaredEntry[], around: EntriesAround): readonly FilePool[] {
  const known = around.readers[name]?.sections?.(entries, around.context) ?? [];
  return draftsOf(name, known.length > 0 ? known : [{ at: '', entries }], around);
}

/** One system is named, and it has the settings; or several are, in different places. */
function ofMarked(marked: readonly OfSystem[], whole: readonly OfSystem[], around: EntriesAround): readonly FilePool[] {
  const drafts = marked.flatMap((one) => one.drafts.filter(({ picked }) => picked.isMarked));
  if (drafts.some((draft) => mainSettings(draft, around.profiles).length > 0)) return apart(drafts, around);
  // A stray key with the name of a system in it settles nothing, where the main settings are another's.
  const others = whole.filter(({ name }) => !marked.some((one) => one.name === name));
  const main = seenIn(
    others.flatMap((one) => one.drafts.filter((draft) => mainSettings(draft, around.profiles).length > 0)),
    around,
  );
  if (main.length > 0) throw which([...seenIn(drafts, around, true), ...main], around);
  return apart(drafts, around);
}

/** Pools of several systems are pools of their own where they stand apart; else somebody has to say whose they are. */
function apart(drafts: readonly FilePool[], around: EntriesAround): readonly FilePool[] {
  const systems = new Set(drafts.map(({ name }) => name));
  if (systems.size < 2) return drafts;
  const places = new Set(drafts.map(({ at }) => at));
  if (places.size === drafts.length && !places.has('')) return drafts;
  throw which(seenIn(drafts, around, true), around);
}

function markedInside(name: string, entries: readonly DeclaredEntry[], around: EntriesAround): FilePool[] {
  const reader = around.readers[name];
  if (!reader) return [];
  const marked = objectsWith(
    entries,
    sectionNames(reader, around.context),
    (own) => reader.pick(own, around.context).isMarked,
  );
  return draftsOf(name, marked, around);
}

/** Objects below other keys with settings of a system that their names tell beyond doubt. */
function insideByNames(
  names: readonly string[],
  entries: readonly DeclaredEntry[],
  around: EntriesAround,
): readonly FilePool[] {
  const all = new Set(
    names.flatMap((name) => {
      const reader = around.readers[name];
      return reader ? [...sectionNames(reader, around.context)] : [];
    }),
  );
  const doubtful: Seen[] = [];
  const drafts: FilePool[] = [];
  for (const section of objectsWith(entries, all, (own) => seenHere(own).length > 0)) {
    const seen = seenHere(section.entries);
    const sure = sureOf(seen);
    const [draft] = sure ? draftsOf(sure.name, [section], around) : [];
    if (draft) drafts.push(draft);
    else doubtful.push(...seen.map((one) => ({ ...one, at: section.at })));
  }
  if (drafts.length === 0 && doubtful.length > 0) throw which(doubtful, around);
  return drafts;

  function seenHere(own: readonly DeclaredEntry[]): Seen[] {
    const here = names.flatMap((name) => draftsOf(name, [{ at: '', entries: own }], around));
    return seenIn(
      here.filter((draft) => mainSettings(draft, around.profiles).length > 0),
      around,
    );
  }
}

/** What a system's reader finds in a file that does not name it. */
interface Seen {
  readonly name: string;
  readonly draft: FilePool;
  readonly found: readonly string[];
  /** Those that no system has whose options are called the same. */
  readonly own: readonly string[];
  readonly rivals: readonly string[];
  readonly at?: string;
}

function seenIn(drafts: readonly FilePool[], { profiles }: EntriesAround, isMarked = false): Seen[] {
  const namesIn = (driver: string) => {
    const profile = profiles.get(driver);
    return profile ? optionsOf(profile).map(({ name }) => name) : [];
  };
  return drafts.flatMap((draft): Seen[] => {
    const { name, reader, picked } = draft;
    const names = new Set(optionsIndex(reader, picked, profiles).map((option) => option.name));
    const found = picked.options.filter((option) => names.has(option.name)).map((option) => option.name);
    if (found.length === 0 && !isMarked) return [];
    const rivals = (reader.rivals ?? []).filter((rival) => namesIn(rival).some((option) => found.includes(option)));
    const theirs = new Set(rivals.flatMap(namesIn));
    return [{ name, draft, found, own: found.filter((option) => !theirs.has(option)), rivals }];
  });
}

function sureOf(possible: readonly Seen[]): Seen | undefined {
  const sure = possible.filter(({ name, own }) =>
    own.some((option) =>
      possible.every(({ draft, ...other }) => {
        return other.name === name || draft.reader.yields || !other.found.includes(option);
      }),
    ),
  );
  const best = sure.filter(({ found }) => !sure.some((other) => isWithin(found, other.found)));
  return best.length === 1 ? best[0] : undefined;
}

/** Whether another system has all of these options, and more. */
function isWithin(found: readonly string[], others: readonly string[]): boolean {
  return others.length > found.length && found.every((option) => others.includes(option));
}

/** The question whose settings they are, with what was seen of each. */
function which(possible: readonly Seen[], { file, profiles }: EntriesAround): PoolctlError {
  const [only, other] = possible;
  const likely = possible.filter(({ own, draft }) => own.length > 0 || !draft.reader.yields);
  const names = [...new Set((likely.length > 0 ? likely : possible).map(({ name }) => name))];
  const called = file === '-' ? 'standard input' : file;
  const message = `Which system's settings are in ${called}?${seenWords(possible, profiles)}`;
  return new PoolctlError('INPUT_MISSING', message, {
    hint:
      only && !other
        ? `Give --from ${only.name} if they are settings of it: ${only.rivals.join(', ')} has options of the same names.`
        : `Give --from with one of ${names.join(', ')}.`,
  });
}

/** Where two systems have lines of their own in the file: which these are. */
function seenWords(possible: readonly Seen[], profiles: EntriesAround['profiles']): string {
  const parts = possible.map(({ draft }) => {
    const [first = draft.picked.options[0]] = mainSettings(draft, profiles);
    return first ? `${shownKey(first.key)} in line ${first.line} is of ${draft.reader.title}` : '';
  });
  const places = new Set(possible.map(({ draft }) => draft.picked.options[0]?.line));
  return places.size === possible.length && possible.length > 1 ? ` ${parts.filter(Boolean).join(', ')}.` : '';
}
