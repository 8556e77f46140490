import type { Profiles } from '../declarations/classify.ts';
import { optionsOf } from '../declarations/options.ts';
import type { Reader } from '../declarations/reader.ts';
import { allDriverProfiles } from '../profiles/all-drivers.ts';
import { driverProfile } from '../profiles/load.ts';

const few = 5;

/** The profiles that these readers may choose or compare with. */
export async function profilesFor(wanted: readonly Reader[]): Promise<Profiles> {
  // All of them are in one file.
  if (wanted.length > few) return allDriverProfiles();
  const ids = wanted.flatMap(({ drivers, rivals = [], wrapped }) => [
    ...drivers,
    ...rivals,
    ...Object.values(wrapped?.drivers ?? {}),
  ]);
  return new Map(await Promise.all([...new Set(ids)].map(async (id) => [id, await driverProfile(id)] as const)));
}

/** The names of a driver's options, to recognize them in other spellings; each list is made once. */
export function optionNames(profiles: Profiles): (driver: string) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return (driver) => {
    const profile = profiles.get(driver);
    const names = known.get(driver) ?? (profile ? optionsOf(profile).map(({ name }) => name) : []);
    known.set(driver, names);
    return names;
  };
}
