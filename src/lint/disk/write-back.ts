import { lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const byteOrderMark = '\uFEFF';

/**
 * Writes a changed text to its file. It does not where the file is a link, is no UTF-8 or has changed since it was read; then
 * it says why.
 */
export function writeBack(root: string, file: string, before: string, after: string): string | undefined {
  const path = join(root, file);
  if (!lstatSync(path, { throwIfNoEntry: false })?.isFile()) return 'it is no regular file';
  const bytes = readFileSync(path);
  const text = bytes.toString('utf8');
  if (!Buffer.from(text).equals(bytes)) return 'it is not UTF-8';
  const mark = text.startsWith(byteOrderMark) ? byteOrderMark : '';
  if (text.slice(mark.length) !== before) return 'it has changed meanwhile';
  try {
    writeFileSync(path, mark + after);
    return undefined;
  } catch (error) {
    return `it cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`;
  }
}
