import { PoolctlError } from '../base/errors.ts';
import { didYouMean } from '../base/suggest.ts';
import type { Reader } from './reader.ts';

/** The reader of that name. @throws PoolctlError VALUE_INVALID */
export function readerNamed(name: string, readers: Readonly<Record<string, Reader>>): Reader {
  const reader = Object.hasOwn(readers, name) ? readers[name] : undefined;
  if (reader) return reader;
  const names = Object.keys(readers);
  throw new PoolctlError(
    'VALUE_INVALID',
    `--from "${name}" is not a system that poolctl reads.${didYouMean(name, names)}`,
    {
      hint: `Write one of ${names.join(', ')}.`,
    },
  );
}
