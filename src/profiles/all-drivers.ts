import { existsSync, readFileSync } from 'node:fs';
import type { DriverProfile } from './driver.ts';
import { profileIds } from './files.ts';
import { driverProfile } from './load.ts';

/** Every driver's profile, by id. */
export async function allDriverProfiles(): Promise<ReadonlyMap<string, DriverProfile>> {
  const ids = profileIds('drivers');
  return new Map(await Promise.all(ids.map(async (id) => [id, await driverProfile(id)] as const)));
}

/** The same for those who cannot wait: the profiles that the build has made JSON of. */
export function builtDriverProfiles(): ReadonlyMap<string, DriverProfile> {
  const folder = new URL('./data/drivers/', import.meta.url);
  return new Map(
    profileIds('drivers')
      .map((id) => [id, new URL(`${id}.json`, folder)] as const)
      .filter(([, file]) => existsSync(file))
      .map(([id, file]) => [id, JSON.parse(readFileSync(file, 'utf8')) as DriverProfile]),
  );
}
