import { resolve } from 'node:path';
import type { Io } from '../../base/io.ts';
import { readPassword } from '../../pools/credentials/password-place.ts';

/** Where a file of targets says that a password is. */
type Place = string | { readonly env: string } | { readonly file: string } | { readonly command: readonly string[] };

/** The password as it is now. @throws SecretUnavailableError, which names the place and no secret */
export async function passwordOf(place: Place, { env, cwd }: Io): Promise<string> {
  if (typeof place === 'string') return place;
  if ('file' in place) return (await readPassword({ file: resolve(cwd, place.file) })).value;
  if (!('env' in place)) return (await readPassword(place)).value;
  const value = env[place.env];
  return value === undefined || value === '' ? (await readPassword({ env: place.env })).value : value;
}
