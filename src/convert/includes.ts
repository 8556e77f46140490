import { contradiction, type DeclaredEntry, refuseFile } from '../declarations/entry.ts';
import { parseEntries } from '../declarations/formats/index.ts';
import type { ReadRequest } from './request.ts';

/** Deeper than anybody includes. */
const mostLevels = 10;

/**
 * The entries of an ini file with those of the files that it includes, in the place of the `%include`. Paths are relative to
 * the file that has the line. @throws PoolctlError where a file cannot be had
 */
export function withIncluded(
  entries: readonly DeclaredEntry[],
  { file, readBeside }: Pick<ReadRequest, 'file' | 'readBeside'>,
  level = 0,
): DeclaredEntry[] {
  return entries.flatMap((entry) => {
    if (entry.key !== '%include') return [entry];
    const path = String(entry.value);
    if (path === '') return [entry];
    const text = readBeside?.(path);
    if (text === undefined) {
      throw refuseFile(
        file,
        entry.line,
        `this includes ${path}, which ${readBeside ? 'is not there' : 'cannot be read from here'}: its settings would be missing.`,
        'Give poolctl the file by its path, with the other one where the line says.',
      );
    }
    if (level >= mostLevels) throw contradiction(file, entry.line, 'files include each other.', 'Take out the line.');
    const inner = parseEntries('ini', text, path).map((included) => ({ ...included, file: path }));
    // A file that begins without a section goes on with the one around it.
    const own = inner.map((one) => (one.section === '' && entry.section ? { ...one, section: entry.section } : one));
    return withIncluded(own, { file: path, readBeside }, level + 1);
  });
}
