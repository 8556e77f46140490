import type { DeclaredOption } from '../../declarations/declared-pool.ts';
import type { Edit } from '../finding.ts';
import type { FileContext } from '../project.ts';

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

function textAt({ name, keyPlace, place }: DeclaredOption, files: FileContext['files']): string | undefined {
  const text = files.read(place.file);
  const last = name.slice(name.lastIndexOf('.') + 1);
  const key = text?.slice(keyPlace.start, keyPlace.end).replace(/^(['"])(.*)\1$/, '$2');
  return keyPlace.file === place.file && keyPlace.start === place.start && key === last ? text : undefined;
}
