import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';

/** The largest file that is read: generated and minified files are larger, source files are not. */
const mostBytes = 2_000_000;
/** Lock files list every package. */
const mostLockBytes = 100_000_000;
const lockFile = /(?:^|[\\/])(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lock)$/;
/** Characters a line on average, above which code was written by no person. */
const minifiedLine = 1_000;

export type FileText = { readonly text: string } | { readonly why: string };

/** The text of a file without its byte order mark, or why it is not read. */
export function readTextFile(path: string): FileText {
  const isLock = lockFile.test(path);
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const facts = fstatSync(file);
    if (!facts.isFile()) return { why: 'it is no regular file' };
    if (facts.size > (isLock ? mostLockBytes : mostBytes)) return { why: 'it is larger than 2 MB' };
    return isLock ? { text: readFileSync(file, 'utf8') } : asText(readSmall(file, facts.size));
  } catch (error) {
    return { why: `it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})` };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** One for all files: to make one for each takes longer than to read it. */
let bytes: Buffer | undefined;

function readSmall(file: number, size: number): string {
  bytes ??= Buffer.allocUnsafeSlow(mostBytes);
  let read = 0;
  for (let more = -1; more !== 0 && read < size; read += more) more = readSync(file, bytes, read, size - read, null);
  return bytes.toString('utf8', 0, read);
}

/** A text as it was read: it may be binary or minified. */
export function asText(read: string): FileText {
  if (read.slice(0, 8_000).includes('\0')) return { why: 'it is binary' };
  if (isMinified(read)) return { why: 'it is minified' };
  return { text: read.charCodeAt(0) === 0xfeff ? read.slice(1) : read };
}

function isMinified(text: string): boolean {
  const fewest = Math.floor(text.length / minifiedLine);
  return fewest >= 20 && text.split('\n', fewest).length < fewest;
}
