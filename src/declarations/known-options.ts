import { compareVersions } from '../base/version-order.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { DriverOptions } from '../profiles/driver.ts';
import { type Concept, isSettable } from './concepts.ts';
import type { DeclaredPool } from './declared-pool.ts';
import { type KnownOption, optionsOf } from './options.ts';

/** The part of a pool that decides which options it has. */
export type OptionOwner = Pick<DeclaredPool, 'library' | 'driver' | 'version'>;

export type Drivers = ReadonlyMap<string, DriverOptions>;

/** What a driver does with these for one connection; its other settings are the pool's. */
const ofConnection: readonly Concept[] = [
  'connectTimeout',
  'handshakeTimeout',
  'queryTimeout',
  'keepAlive',
  'idleInTransaction',
];

export function isOfConnection(concept: Concept): boolean {
  return ofConnection.includes(concept);
}

/** The settings that the options of a pool can have: those of its library, and of the driver that it hands options on to. */
export function knownOptionsOf(owner: OptionOwner, drivers: Drivers): readonly KnownOption[] {
  const known = kept.get(drivers) ?? new Map<string, readonly KnownOption[]>();
  kept.set(drivers, known);
  const key = `${owner.library} ${owner.driver} ${owner.version}`;
  const options = known.get(key) ?? workOut(owner, drivers);
  known.set(key, options);
  return options;
}

/** Each rule asks for the same. */
const kept = new WeakMap<Drivers, Map<string, readonly KnownOption[]>>();

function workOut(owner: OptionOwner, drivers: Drivers): readonly KnownOption[] {
  const profile = drivers.get(owner.library);
  if (!profile) return [];
  const below = handedOn(owner, profile, drivers);
  const own = optionsOf(profile, owner.driver)
    .filter((option) => isIn(option, owner.version))
    .map((option) => completed(option, below));
  const names = new Set(own.map(({ name }) => name));
  // Settings that the library's own profile speaks of are as it says.
  const further = below.filter(
    ({ name, concept }) => !names.has(name) && !(isSettable(concept) && profile.options[concept] !== undefined),
  );
  return [...own, ...further];
}

/** What the library's profile does not say of an option of the driver is as the driver's profile says. */
function completed(option: KnownOption, below: readonly KnownOption[]): KnownOption {
  const same = below.find(({ name, concept }) => name === option.name && concept === option.concept);
  return same ? { ...same, ...withoutUndefined(option) } : option;
}

function handedOn(owner: OptionOwner, { handsOn = [] }: DriverOptions, drivers: Drivers): KnownOption[] {
  return handsOn.flatMap(({ option: prefix, to, as }) =>
    driversBelow(owner, to)
      .flatMap((id) => {
        const driver = drivers.get(id);
        return driver ? optionsOf(driver) : [];
      })
      .filter(({ concept }) => as === 'pool' || isOfConnection(concept))
      .map(({ since: _, until: __, earlier: ___, needs, ...option }) => ({
        ...option,
        ...(needs && { needs: needs.map((need) => ({ ...need, option: `${prefix}.${need.option}` })) }),
        name: `${prefix}.${option.name}`,
      })),
  );
}

/** The one in use, where options can go to several drivers; all of them where that is not known. */
export function driversBelow({ driver }: OptionOwner, to: readonly string[]): readonly string[] {
  return to.length === 1 || driver === undefined ? to : to.filter((id) => id === driver);
}

/** Whether a version has it. Where the version is not known, or the profile counts those of another package, it is taken to. */
export function isIn({ since, until }: { since?: string | undefined; until?: string | undefined }, version?: string) {
  if (version === undefined) return true;
  return !(since && compareVersions(version, since) < 0) && !(until && compareVersions(version, until) > 0);
}
