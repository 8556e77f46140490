import type { DriverOptions } from '../profiles/driver.ts';
import { type Concept, does, isSettable } from './concepts.ts';
import { contradiction, type DeclaredEntry, shownKey } from './entry.ts';
import type { SettingCandidate } from './found-setting.ts';
import { type KnownOption, optionsOf } from './options.ts';
import { isNamed, type Picked, type PickedOption, type Reader } from './reader.ts';

/** A setting that no snippet can have. */
export interface Leftover {
  readonly entry: DeclaredEntry;
  readonly concept?: Concept;
  readonly option?: KnownOption;
  /** "It ...". */
  readonly did: string;
  /** Why it is left out; undefined where snippets have no such setting. */
  readonly why?: string;
  /** The system has no option of this name. */
  readonly unknown?: string;
}

export interface Classified {
  readonly candidates: readonly SettingCandidate[];
  /** What comes on top of the main option, such as max_overflow of SQLAlchemy. */
  readonly additions: readonly SettingCandidate[];
  readonly leftovers: readonly Leftover[];
  /** Address and login of the server. */
  readonly byReference: readonly DeclaredEntry[];
}

/** The profiles that a reader needs, by id. */
export type Profiles = ReadonlyMap<string, DriverOptions>;

/** Sorts what a reader has found by what its system's profile knows of it. */
export function classify(
  reader: Reader,
  picked: Picked,
  profiles: Profiles,
  file: string,
  index = optionsIndex(reader, picked, profiles),
): Classified {
  refuseTwice(picked.options, file);
  const candidates: SettingCandidate[] = [];
  const additions: SettingCandidate[] = [];
  const leftovers: Leftover[] = [];
  const byReference: DeclaredEntry[] = [];
  const isDirect = ({ key, line }: DeclaredEntry) =>
    picked.direct?.some((direct) => direct.key === key && direct.line === line);
  for (const option of picked.options) {
    // It is said by the settings.
    if (picked.nobodyWaits && isSamePlace(picked.nobodyWaits, option)) continue;
    const known = index.filter(({ name }) => name === option.name);
    const settings = known.filter(({ concept, role, perCall }) => isSettable(concept) && role !== 'and' && !perCall);
    if (option.misplaced !== undefined)
      leftovers.push({ entry: option, did: 'does nothing where it stands', why: option.misplaced });
    else if (known[0]?.adds) additions.push({ entry: option, option: known[0] });
    else if (settings.length > 0) candidates.push(...settings.map((setting) => ({ entry: option, option: setting })));
    else if (known.length === 0 && isLogin(option.name, reader)) byReference.push(option);
    else if (!isDirect(option)) leftovers.push(leftover(option, known, reader, picked, profiles));
  }
  return { candidates, additions, leftovers, byReference };
}

/** A name of its own among the others beats a pattern of the login. */
function isLogin(name: string, { login, others }: Reader): boolean {
  return login.includes(name) || (!Object.hasOwn(others, name) && isNamed(name, login));
}

/** The options of the profile, and those of the driver below it with what stands before them. */
export function optionsIndex(
  { wrapped }: Pick<Reader, 'wrapped'>,
  { driver, inUse }: Pick<Picked, 'driver' | 'inUse'>,
  profiles: Profiles,
): readonly KnownOption[] {
  const profile = profiles.get(driver);
  const own = profile ? optionsOf(profile, inUse) : [];
  const below = profiles.get(wrapped?.drivers[inUse ?? ''] ?? '');
  if (!wrapped || !below) return own;
  const names = new Set(own.map(({ name }) => name));
  // Its five main settings are as the profile of the ORM says them.
  const further = optionsOf(below).map((option) => ({ ...option, name: wrapped.prefix + option.name }));
  return [...own, ...further.filter(({ name, concept }) => !names.has(name) && !isSettable(concept))];
}

function leftover(
  option: PickedOption,
  known: readonly KnownOption[],
  reader: Reader,
  picked: Picked,
  profiles: Profiles,
): Leftover {
  const [first] = known;
  if (!first) {
    const did = otherDid(option.name, reader);
    const isUnknown = did === undefined;
    return { entry: option, did: did ?? `is not known to ${reader.title}`, ...(isUnknown && { unknown: option.name }) };
  }
  const { concept } = first;
  if (first.perCall) {
    const why = `it is given with each call: ${first.of ?? first.name}`;
    return { entry: option, concept, did: 'does nothing among these options', why };
  }
  const main = profiles.get(picked.driver)?.options[concept]?.option;
  if (first.role === 'and' && main !== undefined) {
    return {
      entry: option,
      concept,
      option: first,
      did: `goes with ${main}, which ${does[concept]}`,
      why: 'no counterpart of its own',
    };
  }
  return { entry: option, concept, option: first, did: does[concept] };
}

/** What an option does that is no setting of a pool. */
function otherDid(name: string, { others }: Reader): string | undefined {
  const key = Object.hasOwn(others, name) ? name : Object.keys(others).find((other) => isNamed(name, [other]));
  return key === undefined ? undefined : others[key];
}

/** Refuses one setting in two lines, in whatever spelling. */
function refuseTwice(options: readonly PickedOption[], file: string): void {
  const seen = new Map<string, PickedOption>();
  for (const option of options.filter(({ name, misplaced }) => !misplaced && !/^(?:databases|users)\./.test(name))) {
    const before = seen.get(option.name);
    if (before) {
      throw contradiction(
        file,
        option.line,
        `${shownKey(option.key)} is set a second time; the first is in line ${before.line}.`,
        'Leave the one that is meant.',
      );
    }
    seen.set(option.name, option);
  }
}

function isSamePlace(a: DeclaredEntry, b: DeclaredEntry): boolean {
  return a.key === b.key && a.line === b.line && a.keyAt.start === b.keyAt.start;
}
