import { PoolctlError } from '../base/errors.ts';
import { didYouMean } from '../base/suggest.ts';
import { optionsIndex, type Profiles } from './classify.ts';
import type { DeclaredEntry, FileFormat } from './entry.ts';
import { optionsOf } from './options.ts';
import type { ReadContext, Reader } from './reader.ts';

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

/**
 * The system of these settings, where that is beyond doubt: the file names it (`spring.datasource.hikari`, `[pgbouncer]`),
 * or an option has a name that only one system has.
 * @throws PoolctlError INPUT_MISSING where it has to be asked
 */
export function guessReader(
  entries: readonly DeclaredEntry[],
  format: FileFormat,
  {
    readers,
    profiles,
    context,
  }: { readers: Readonly<Record<string, Reader>>; profiles: Profiles; context: ReadContext },
): string {
  const readable = Object.entries(readers).filter(([, { formats }]) => formats.includes(format));
  const seen = readable.map(([name, reader]) => {
    const picked = reader.pick(entries, context);
    const names = new Set(optionsIndex(reader, picked, profiles).map((option) => option.name));
    const found = picked.options.filter((option) => names.has(option.name)).map((option) => option.name);
    const rivals = (reader.rivals ?? []).filter((rival) =>
      namesIn(rival, profiles).some((option) => found.includes(option)),
    );
    const theirs = new Set(rivals.flatMap((rival) => namesIn(rival, profiles)));
    return { name, isMarked: picked.isMarked, found, own: found.filter((option) => !theirs.has(option)), rivals };
  });
  const marked = seen.filter(({ isMarked }) => isMarked);
  const possible = marked.length > 0 ? marked : seen.filter(({ found }) => found.length > 0);
  const sure =
    marked.length > 0
      ? marked
      : possible.filter(({ name, own }) =>
          own.some((option) => possible.every((other) => other.name === name || !other.found.includes(option))),
        );
  const [first, second] = sure;
  if (first && !second) return first.name;
  const names = (possible.length > 0 ? possible : seen).map(({ name }) => name);
  const file = context.file === '-' ? 'standard input' : context.file;
  const [only, other] = possible;
  throw new PoolctlError('INPUT_MISSING', `Which system's settings are in ${file}?`, {
    hint:
      only && !other
        ? `Give --from ${only.name} if they are settings of it: ${only.rivals.join(', ')} has options of the same names.`
        : `Give --from with one of ${names.join(', ')}.`,
  });
}

function namesIn(driver: string, profiles: Profiles): string[] {
  const profile = profiles.get(driver);
  return profile ? optionsOf(profile).map(({ name }) => name) : [];
}
