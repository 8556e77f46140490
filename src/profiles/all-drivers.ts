import { existsSync, readFileSync } from 'node:fs';
import type { DriverOptions } from './driver.ts';
import { profileIds } from './files.ts';
import { driverProfile } from './load.ts';

/** Written by the build: all of them in one file, because lint and convert need them all; without what neither reads. */
const compiled = new URL('./data/all-drivers.json', import.meta.url);

/** The options of every driver, by id. */
export async function allDriverProfiles(): Promise<ReadonlyMap<string, DriverOptions>> {
  if (existsSync(compiled)) return builtDriverProfiles();
  return new Map(await Promise.all(profileIds('drivers').map(async (id) => [id, await driverProfile(id)] as const)));
}

/** The same for those who cannot wait: what the build has made JSON of. */
export function builtDriverProfiles(): ReadonlyMap<string, DriverOptions> {
  if (!existsSync(compiled)) return new Map();
  return new Map(Object.entries(JSON.parse(readFileSync(compiled, 'utf8')) as Record<string, DriverOptions>));
}
