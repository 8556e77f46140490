import { compareVersions } from '../base/version-order.ts';
import { amountOf, inOurUnit, type Refusal } from './amount.ts';
import type { Concept } from './concepts.ts';
import type { DeclaredOption, DeclaredPool } from './declared-pool.ts';
import { type Drivers, knownOptionsOf } from './known-options.ts';
import { type Meaning, meaningOf } from './meaning.ts';
import type { KnownOption } from './options.ts';

/** One setting of a declared pool, in poolctl's own terms: times in ms. */
export type PoolSetting =
  | { readonly kind: 'set'; readonly value: number; readonly declared: DeclaredOption; readonly option: KnownOption }
  | { readonly kind: 'unlimited'; readonly declared: DeclaredOption; readonly option: KnownOption }
  /** A value that is no amount, and what the driver makes of it: "no connection ever", "is refused there: it throws". */
  | { readonly kind: 'words'; readonly words: string; readonly declared: DeclaredOption; readonly option: KnownOption }
  /** Not given, and nothing hides it: the driver's default, if it is an amount or no limit. */
  | {
      readonly kind: 'unset';
      readonly value?: number;
      readonly isUnlimited?: true;
      readonly option: KnownOption;
    }
  | { readonly kind: 'unknown'; readonly why: string; readonly declared?: DeclaredOption }
  /** This library has no such setting. */
  | { readonly kind: 'none'; readonly concept: Concept };

interface Given {
  readonly declared: DeclaredOption;
  readonly option: KnownOption;
}

/** What a setting of a pool comes to, by its options and by what its library's profile knows of them. */
export function settingOf(pool: DeclaredPool, concept: Concept, drivers: Drivers): PoolSetting {
  const options = knownOptionsOf(pool, drivers).filter(
    (option) => option.concept === concept && option.role !== 'and' && !option.perCall,
  );
  return settingBy(options, pool, concept);
}

/** What these options, which are for the same setting, come to together. */
export function settingBy(options: readonly KnownOption[], pool: DeclaredPool, concept: Concept): PoolSetting {
  const given = options.flatMap((option) =>
    pool.options
      .filter(({ name, misplaced }) => name === option.name && misplaced === undefined)
      .map((declared) => ({ declared, option })),
  );
  const settings = given.map((one) => readOf(one, pool));
  const decides = deciding(settings);
  if (decides) return decides;
  if (pool.opaque !== undefined) return { kind: 'unknown', why: pool.opaque };
  const [main] = options;
  return main ? unset(main, options, pool) : { kind: 'none', concept };
}

type Read = Exclude<PoolSetting, { kind: 'none' | 'unset' }>;

function readOf({ declared, option: now }: Given, { place, version }: DeclaredPool): Read {
  const { value } = declared;
  const option = optionOfVersion(now, version);
  if (value.kind === 'unknown') return { kind: 'unknown', why: value.why, declared };
  // Code and JSON tell numbers from text; the other files do not, and their systems read `30s` too.
  const isTyped = /\.(?:[cm]?[jt]sx?|json|vue|svelte)$/.test(place.file);
  const meaning = amountOf(value.value, option, { isTyped, hasSuffixes: !isTyped });
  if (meaning.kind === 'amount') return { kind: 'set', value: meaning.amount, declared, option };
  if (meaning.kind === 'unlimited') return { kind: 'unlimited', declared, option };
  return { kind: 'words', words: wordsOf(meaning), declared, option };
}

function wordsOf(meaning: Extract<Meaning, { kind: 'words' }> | Refusal): string {
  return meaning.kind === 'words' ? meaning.words : meaning.why;
}

/** Where several options are for one thing: the one that wins by its profile; else, of times, the shortest. */
function deciding(settings: readonly Read[]): Read | undefined {
  const wins = settings.find((setting) => setting.kind !== 'unknown' && setting.option.wins);
  if (wins || settings.length < 2) return wins ?? settings[0];
  const unknown = settings.find(({ kind }) => kind === 'unknown');
  if (unknown) return unknown;
  const lengthOf = (setting: Read) => (setting.kind === 'set' ? setting.value : Number.POSITIVE_INFINITY);
  const isTime = settings.some((setting) => setting.kind !== 'unknown' && setting.option.unit?.endsWith('s'));
  return isTime ? [...settings].sort((a, b) => lengthOf(a) - lengthOf(b))[0] : settings[0];
}

/** The default, where every option that may be meant has the same one. */
function unset(main: KnownOption, options: readonly KnownOption[], { version, driver }: DeclaredPool): PoolSetting {
  const meaning = defaultOf(main, version);
  // Of several drivers, one of which is in use, each may have another default.
  const isSure = driver !== undefined || options.every((option) => option.driver === main.driver);
  if (!isSure || meaning === undefined || meaning.kind === 'words') return { kind: 'unset', option: main };
  return meaning.kind === 'amount'
    ? { kind: 'unset', value: meaning.amount, option: main }
    : { kind: 'unset', isUnlimited: true, option: main };
}

/** What an option comes to that is not given: the default of that version, or what happens without one. */
export function defaultOf(option: KnownOption, version?: string): Meaning | undefined {
  const { default: now, earlier = [], unset, zero, unusual } = option;
  const before = earlier.find(({ versions }) => isUpTo(versions, version));
  const value = before?.default ?? now;
  if (typeof value === 'number') {
    const words = value === 0 ? zero : value < 0 ? unusual?.negative : undefined;
    return words === undefined ? { kind: 'amount', amount: inOurUnit(value, option) } : meaningOf(words);
  }
  if (value === false) return { kind: 'unlimited' };
  const duration =
    typeof value === 'string' && option.unit?.endsWith('duration') ? amountOf(value, option, asText) : undefined;
  if (duration?.kind === 'amount') return duration;
  const words = typeof value === 'string' ? value : unset;
  return words === undefined ? undefined : meaningOf(words);
}

/** How profiles write a time of Go or Rust: `30s`. */
const asText = { isTyped: false, hasSuffixes: true };

/** An option as that version has it: what 0 did in older ones. */
export function optionOfVersion(option: KnownOption, version: string | undefined): KnownOption {
  const before = option.earlier?.find(({ versions, zero }) => zero !== undefined && isUpTo(versions, version));
  return before?.zero === undefined ? option : { ...option, zero: before.zero };
}

/** `up to 3.3.1`, as profiles write it. */
function isUpTo(versions: string, version: string | undefined): boolean {
  const last = /^up to (.+)$/.exec(versions)?.[1];
  return last !== undefined && version !== undefined && compareVersions(version, last) <= 0;
}
