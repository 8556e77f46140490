import { inOurUnit, inUnitOf, isTime } from '../declarations/amount.ts';
import type { Concept } from '../declarations/concepts.ts';
import { knownOptionsOf } from '../declarations/known-options.ts';
import type { KnownOption } from '../declarations/options.ts';
import type { Target } from '../emit/target.ts';
import type { OptionNeed } from '../profiles/driver-option.ts';
import { driverProfile } from '../profiles/load.ts';

/** An option for the reader to add to a snippet, in the target's own words. */
export interface ByHand {
  /** As the target's configuration has it: `pool.idleTimeoutMillis`. */
  readonly option: string;
  readonly value: number | boolean | string;
  readonly unit?: string;
  /** What the value is not: the target takes no more, or no less. */
  readonly bound?: string;
  /** What the snippet has there. */
  readonly insteadOf?: string;
  /** Options that it does nothing without. */
  readonly with: readonly Companion[];
}

export interface Companion {
  readonly option: string;
  readonly value: number | boolean | string;
  readonly unit?: string;
  /** `below connectionLimit`. */
  readonly why?: string;
}

/** What a target has for a setting of another system. */
export type Counterpart =
  | ({ readonly kind: 'add' } & ByHand)
  /** It is so there without a word, or by what the snippet says. */
  | { readonly kind: 'default'; readonly option: string }
  /** Something of that kind, in another form: a function, a query, a time for a yes. */
  | { readonly kind: 'like'; readonly option: string }
  /** The value does nothing there, whatever is set beside it. */
  | { readonly kind: 'dead'; readonly option: string; readonly why: string }
  | { readonly kind: 'none' };

/** The setting of the file that is looked for. */
export interface Wanted {
  readonly concept: Concept;
  readonly option: KnownOption | undefined;
  /** In the unit of `option`. */
  readonly value: number | boolean | undefined;
  /** The connections of the pool. */
  readonly connectionLimit: number;
  /** Numbers of connections that the file sets besides, for the same kind of companion: its `minIdle`. */
  readonly beside?: ReadonlyMap<Concept, number>;
}

/** A target, and the snippet that it has written. */
export interface TargetText {
  readonly target: Target;
  readonly text?: string;
}

/** What a target has for a setting, with its value in the target's unit and all that it needs to do anything. */
export async function counterpartIn({ target, text = '' }: TargetText, wanted: Wanted): Promise<Counterpart> {
  const known = await optionsAt(target);
  const theirs = optionFor(known, wanted);
  if (!theirs) return { kind: 'none' };
  const called = (name: string) => nameIn(target, name);
  const option = called(theirs.name);
  const value = valueIn(theirs, wanted);
  if (value === undefined) return { kind: 'like', option };
  const companions: Companion[] = [];
  for (const need of theirs.needs ?? []) {
    const isItself = need.option === theirs.name;
    const companion = companionFor(need, { known, amount: value.amount, wanted });
    if (isItself ? Number(value.amount) >= wanted.connectionLimit : companion === 'impossible')
      return { kind: 'dead', option, why: deadWords(need, isItself) };
    if (!isItself && companion !== undefined && companion !== 'impossible')
      companions.push({ ...companion, option: called(companion.option) });
  }
  const written = valueInSnippet(text, option);
  const now = written ?? String(theirs.default);
  if (now === String(value.amount) && companions.length === 0) return { kind: 'default', option };
  return {
    kind: 'add',
    option,
    ...asWritten(value.amount, theirs),
    ...(value.bound && { bound: value.bound }),
    ...(written !== undefined && { insteadOf: written }),
    with: companions,
  };
}

/** As the target's configuration has it. */
function nameIn({ options }: Target, name: string): string {
  if (options?.prefix === undefined) return name;
  return `${options.prefix}${name.replace('SQL', 'Sql').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The plain value that a snippet has behind the last part of a name. */
function valueInSnippet(text: string, option: string): string | undefined {
  const name = lastName(option)?.replace(/[^\w-]/g, '');
  return new RegExp(`\\b${name}["']?\\s*[:=(]\\s*["']?([\\d_]+|true|false)`).exec(text)?.[1]?.replaceAll('_', '');
}

/** A type that says its own unit takes a text: `60s`. */
function asWritten(amount: number | boolean, option: KnownOption): Pick<ByHand, 'value' | 'unit'> {
  if (option.unit?.endsWith('duration') && typeof amount === 'number') {
    const ms = inOurUnit(amount, option);
    return { value: ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms` };
  }
  return { value: amount, ...(isTime(option) && option.unit && { unit: option.unit }) };
}

/** All options that the target's configuration can have, those that it hands on included. */
async function optionsAt({ driver: own, options }: Target): Promise<readonly KnownOption[]> {
  const library = options?.profile ?? own;
  const profile = await driverProfile(library);
  const below = (profile.handsOn ?? []).flatMap(({ to }) => to);
  const each = await Promise.all(below.map(async (id) => [id, await driverProfile(id)] as const));
  const owner = { library, ...(options?.driver !== undefined && { driver: options.driver }) };
  const known = knownOptionsOf(owner, new Map([[library, profile], ...each]));
  return known.filter(({ name }) => options?.lacks === undefined || !name.startsWith(options.lacks));
}

function optionFor(known: readonly KnownOption[], { concept, option }: Wanted): KnownOption | undefined {
  const same = known.filter((one) => one.concept === concept && one.role !== 'and' && !one.perCall);
  const found = same.find(({ role }) => role === 'main') ?? same[0];
  // What fails fast, and what is tried again, differs from system to system; the same name is the same thing.
  const differs = concept === 'failFast' || concept === 'initializationTimeout';
  const isSame = !differs || lastName(found?.name) === lastName(option?.name);
  return isSame ? found : undefined;
}

/** Only a plain amount or a truth value: what 0 and less mean differs from system to system. */
function valueIn(
  theirs: KnownOption,
  { option, value }: Wanted,
): { readonly amount: number | boolean; readonly bound?: string } | undefined {
  if (option === undefined || value === undefined || option.role === 'and') return undefined;
  if (theirs.unit === 'boolean') {
    if (typeof value === 'boolean') return { amount: value };
    return isTime(option) ? { amount: value > 0 } : undefined;
  }
  if (typeof value === 'boolean' || isTime(option) !== isTime(theirs)) return undefined;
  if (!isTime(option) && option.unit !== theirs.unit) return undefined;
  const isPlainZero = option.zero === undefined && theirs.zero === undefined && theirs.unit === 'connections';
  if (value === 0 && isPlainZero) return { amount: 0 };
  if (value <= 0) return undefined;
  const amount = isTime(option) ? inUnitOf(theirs, inOurUnit(value, option)) : value;
  const { least, most, outside } = theirs.range ?? { outside: '' };
  if (most !== undefined && amount > most) return { amount: most, bound: `more is taken for ${outside}` };
  if (least !== undefined && amount < least) return { amount: least, bound: `less is ${outside}` };
  return { amount };
}

/** What has to stand beside it; undefined where the default of that option does. */
function companionFor(
  need: OptionNeed,
  { known, amount, wanted }: { known: readonly KnownOption[]; amount: number | boolean; wanted: Wanted },
): Companion | 'impossible' | undefined {
  const main = known.find(({ name }) => name === need.option);
  const standard = typeof main?.default === 'number' ? main.default : undefined;
  const { option } = need;
  const withUnit = main && isTime(main) && main.unit !== undefined ? { unit: main.unit } : {};
  if (need.is !== undefined) return main?.default === need.is ? undefined : { option, value: need.is, ...withUnit };
  if (need.below !== undefined) {
    const own = main && wanted.beside?.get(main.concept);
    const fits = (value: number) => value > (need.above ?? -1) && value < wanted.connectionLimit;
    const value = own !== undefined && fits(own) ? own : (need.write ?? wanted.connectionLimit - 1);
    if (!fits(value)) return 'impossible';
    return { option, value, why: `below ${need.below}` };
  }
  if (need.notAboveIt) {
    const own = main && wanted.beside?.get(main.concept);
    return { option, value: own !== undefined && own <= Number(amount) ? own : (need.write ?? 0), why: 'not above it' };
  }
  if (need.above !== undefined) {
    if (standard !== undefined && standard > need.above) return undefined;
    return { option, value: need.write ?? need.above + 1, ...withUnit };
  }
  const least = Number(amount) + (need.aboveBy ?? 0);
  if (standard !== undefined && standard >= least) return undefined;
  return { option, value: least, ...withUnit, why: `at least ${need.aboveBy} above it` };
}

function deadWords({ option, otherwise }: OptionNeed, isItself: boolean): string {
  return `${isItself ? '' : `${option} is `}not below connectionLimit, where ${otherwise}`;
}

function lastName(name: string | undefined): string | undefined {
  return name?.slice(name.lastIndexOf('.') + 1);
}

/** `mysql2 idleTimeout 60000 ms (with maxIdle 19, below connectionLimit)`. */
export function byHandWords(
  name: string,
  { place }: Pick<NonNullable<Target['options']>, 'place'>,
  hand: ByHand,
): string {
  const where = place === undefined ? name : `${name}, in ${place}:`;
  const own = [where, hand.option, String(hand.value), hand.unit].filter((word) => word !== undefined).join(' ');
  const beside = hand.with.map(({ option, value, unit, why }) =>
    [[option, String(value), unit].filter((word) => word !== undefined).join(' '), why]
      .filter((part) => part !== undefined)
      .join(', '),
  );
  const notes = [
    ...(hand.insteadOf === undefined ? [] : [`instead of ${hand.insteadOf}`]),
    ...(hand.bound === undefined ? [] : [hand.bound]),
    ...beside.map((words) => `with ${words}`),
  ];
  return notes.length === 0 ? own : `${own} (${notes.join('; ')})`;
}
