import { PoolctlError } from '../base/errors.ts';
import type { ReadRequest } from './request.ts';
import type { Known, SettingsText } from './settings-file.ts';

/** Says what a file has in which no pool was found. @throws PoolctlError INPUT_MISSING, always */
export function refuseUnread({ file }: ReadRequest, { format }: SettingsText, { readers }: Known): never {
  const called = file === '-' ? 'standard input' : file;
  const names = Object.entries(readers).flatMap(([name, { formats }]) => (formats.includes(format) ? [name] : []));
  throw new PoolctlError('INPUT_MISSING', `Which system's settings are in ${called}?`, {
    hint: `Give --from with one of ${names.join(', ')}.`,
  });
}
