import type { DriverOptions } from '../profiles/driver.ts';
import { type Drivers, driversBelow, isIn, isOfConnection, type OptionOwner } from './known-options.ts';
import { type KnownOption, optionsOf } from './options.ts';

/** What is known of the name of an option of a pool. */
export type NameFact =
  /** An option of the library, or of the driver that it is handed on to. */
  | { readonly kind: 'option' }
  /** It is given with each call, not to the pool. */
  | { readonly kind: 'per call'; readonly where: string }
  /** It is the driver's for a pool, and only one connection is made with it. */
  | { readonly kind: 'of a pool'; readonly option: KnownOption }
  /** The list of names is complete, and it is not in it. */
  | { readonly kind: 'none'; readonly names: readonly string[] }
  /** Not in the list, which may lack names. */
  | { readonly kind: 'not known'; readonly names: readonly string[] };

/** Whether a library has an option of that name, with dots where it is nested, in the version in use. */
export function nameFact(name: string, owner: OptionOwner, drivers: Drivers): NameFact {
  const profile = drivers.get(owner.library);
  if (!profile) return { kind: 'not known', names: [] };
  const own = optionsOf(profile, owner.driver);
  const names = namesOf(profile, own, owner.version);
  if (names.includes(name)) return factOfOwn(own.find((option) => option.name === name));
  const handed = profile.handsOn?.find(({ option }) => name.startsWith(`${option}.`));
  if (handed) return belowFact(name, handed, owner, drivers, names);
  const parts = name.split('.');
  // Below an option of its own, such as `ssl`, nobody judges.
  if (parts.some((_, index) => names.includes(parts.slice(0, index).join('.')))) return { kind: 'option' };
  const [first = name] = parts;
  const siblings = names.filter((other) => other.startsWith(`${first}.`));
  // `pool: {…}` of the library's own: its settings are all that there are.
  if (parts.length === 2 && siblings.length > 0) {
    return first === 'pool' ? { kind: 'none', names: siblings } : { kind: 'option' };
  }
  if (siblings.length > 0 || parts.length > 1) return { kind: 'option' };
  return {
    kind: profile.namesAreComplete ? 'none' : 'not known',
    names: names.filter((other) => !other.includes('.')),
  };
}

function namesOf({ others = [] }: DriverOptions, own: readonly KnownOption[], version?: string): string[] {
  return [
    ...own.filter((option) => isIn(option, version)).map(({ name }) => name),
    ...others.filter((group) => isIn(group, version)).flatMap((group) => group.names),
  ];
}

function factOfOwn(option: KnownOption | undefined): NameFact {
  return option?.perCall ? { kind: 'per call', where: option.of ?? option.name } : { kind: 'option' };
}

type HandsOn = NonNullable<DriverOptions['handsOn']>[number];

/** Known to one of the drivers that may be in use is known. */
function belowFact(
  name: string,
  { option: prefix, to, as }: HandsOn,
  owner: OptionOwner,
  drivers: Drivers,
  own: readonly string[],
): NameFact {
  const rest = name.slice(prefix.length + 1);
  const ids = driversBelow(owner, to).filter((id) => drivers.has(id));
  const facts = ids.map((library): NameFact => {
    const fact = nameFact(rest, { library }, drivers);
    if (fact.kind !== 'option' || as === 'pool') return fact;
    const profile = drivers.get(library);
    const options = profile ? optionsOf(profile).filter((option) => option.name === rest && option.role !== 'and') : [];
    const [first] = options;
    return first && !options.some(({ concept }) => isOfConnection(concept))
      ? { kind: 'of a pool', option: first }
      : fact;
  });
  const [first] = facts;
  if (!first || facts.some(({ kind }) => kind === 'option')) return { kind: 'option' };
  if (facts.some(({ kind }) => kind !== first.kind)) return { kind: 'not known', names: [] };
  if (first.kind !== 'none' && first.kind !== 'not known') return first;
  const below = own.filter((other) => other.startsWith(`${prefix}.`));
  const isSure = ids.length === 1 && first.kind === 'none';
  return {
    kind: isSure ? 'none' : 'not known',
    names: [...first.names.map((other) => `${prefix}.${other}`), ...below],
  };
}
