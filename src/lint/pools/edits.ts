import type { DeclaredOption, DeclaredPool } from '../../declarations/declared-pool.ts';
import type { Edit } from '../finding.ts';
import type { FileContext } from '../project.ts';
import { lastOf, objectOf } from './right-place.ts';

/**
 * Takes an option out of its object, with its comma and, where it has a line of its own, the line. Undefined where the text
 * there is not what was read, or is no plain `key: value`.
 */
export function removal(option: DeclaredOption, { files }: Pick<FileContext, 'files'>): readonly Edit[] | undefined {
  const text = textAt(option, files);
  if (text === undefined) return undefined;
  const { file } = option.place;
  const { start } = option.place;
  let { end } = option.place;
  const after = /^[^\S\r\n]*,/.exec(text.slice(end, end + 200))?.[0].length ?? 0;
  end += after;
  const before = /(?:^|[\r\n])([^\S\r\n]*)$/.exec(text.slice(Math.max(0, start - 200), start));
  const rest = /^[^\S\r\n]*(?:\/\/[^\r\n]*)?(?:\r\n|\n|\r)/.exec(text.slice(end, end + 500))?.[0];
  if (before && rest !== undefined)
    return [{ file, start: start - (before[1] ?? '').length, end: end + rest.length, text: '' }];
  if (after > 0) return [{ file, start, end: end + (/^[^\S\r\n]*/.exec(text.slice(end))?.[0].length ?? 0), text: '' }];
  // The last one of a line: the comma before it goes too.
  const comma = /,\s*$/.exec(text.slice(Math.max(0, start - 200), start))?.[0].length ?? 0;
  return [{ file, start: start - comma, end, text: '' }];
}

/** Gives an option another name, where its key is written plainly. */
export function renaming(
  option: DeclaredOption,
  name: string,
  { files }: Pick<FileContext, 'files'>,
): readonly Edit[] | undefined {
  const text = textAt(option, files);
  if (text === undefined) return undefined;
  const { file, start, end } = option.keyPlace;
  const key = text.slice(start, end);
  const quote = /^['"]/.exec(key)?.[0] ?? '';
  // `{ aquireTimeout }` takes its value from a variable of that name.
  const isShorthand = option.place.end === end;
  return [{ file, start, end, text: isShorthand ? `${name}: ${key}` : `${quote}${name}${quote}` }];
}

/**
 * Moves an option to another object of the same options: in front of one that stands there; or, from the top into an object
 * that is not there yet, around itself.
 */
export function moving(
  option: DeclaredOption,
  to: string,
  { options }: Pick<DeclaredPool, 'options'>,
  context: Pick<FileContext, 'files'>,
): readonly Edit[] | undefined {
  const text = textAt(option, context.files);
  const { file, start, end } = option.place;
  const value = text?.slice(option.keyPlace.end, end);
  // Not `{ max }` nor a method.
  if (text === undefined || value === undefined || !/^\s*:/.test(value)) return undefined;
  const entry = `${lastOf(to)}${value}`;
  const neighbour = options.find(
    ({ name, place, misplaced }) =>
      name !== option.name && objectOf(name) === objectOf(to) && place.file === file && misplaced === undefined,
  );
  const removed = removal(option, context);
  if (neighbour && removed) {
    const { start: before } = neighbour.place;
    return [...removed, { file, start: before, end: before, text: `${entry}, ` }];
  }
  const isAround =
    !option.name.includes('.') && to.includes('.') && !options.some(({ name }) => name.startsWith(`${objectOf(to)}.`));
  return isAround ? [{ file, start, end, text: `${objectOf(to)}: { ${entry} }` }] : undefined;
}

function textAt({ name, keyPlace, place }: DeclaredOption, files: FileContext['files']): string | undefined {
  const text = files.read(place.file);
  const key = text?.slice(keyPlace.start, keyPlace.end).replace(/^(['"])(.*)\1$/, '$2');
  return keyPlace.file === place.file && keyPlace.start === place.start && key === lastOf(name) ? text : undefined;
}
