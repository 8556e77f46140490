import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { PoolctlError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import { readSomeText, TooLongError } from '../base/read-some.ts';

/** A text that the user named, and what messages call it. */
export interface Input {
  readonly text: string;
  readonly name: string;
}

/** The text of a file, or of standard input for `-`. @throws PoolctlError INPUT_UNREADABLE */
export async function readInput(file: string, io: Io): Promise<Input> {
  return file === '-' ? { text: await readStdin(io), name: '<stdin>' } : { text: readText(file, io), name: file };
}

/** More is no text that Node can hold, or a device without an end. */
const mostBytes = 500 * 2 ** 20;

/** The text of a file; `whose` says in a message what asks for it. @throws PoolctlError INPUT_UNREADABLE */
export function readText(name: string, { cwd }: Pick<Io, 'cwd'>, whose?: string): string {
  const path = resolve(cwd, name);
  try {
    return statSync(path).isFile() ? readFileSync(path, 'utf8') : readSomeText(path, mostBytes);
  } catch (cause) {
    const start = whose === undefined ? 'Cannot' : `${whose}: cannot`;
    const isLong = cause instanceof TooLongError;
    throw new PoolctlError('INPUT_UNREADABLE', `${start} read ${name}${isLong ? ', which does not end' : ''}.`, {
      hint: isLong ? 'Name a file.' : 'Is the path right, and may you read the file?',
      cause,
    });
  }
}

const chunkBytes = 2 ** 16;

/**
 * The bytes of a file, as often as they are asked for: a file is read again, and anything else once.
 * @throws PoolctlError INPUT_UNREADABLE
 */
export function chunksOf(name: string, io: Pick<Io, 'cwd'>): () => Iterable<Uint8Array> {
  const path = resolve(io.cwd, name);
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
    const bytes = new TextEncoder().encode(readText(name, io));
    return () => [bytes];
  }
  return function* () {
    const chunk = new Uint8Array(chunkBytes);
    const handle = openForReading(path, name);
    try {
      for (let size = readSync(handle, chunk); size > 0; size = readSync(handle, chunk)) yield chunk.subarray(0, size);
    } finally {
      closeSync(handle);
    }
  };
}

function openForReading(path: string, name: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    throw new PoolctlError('INPUT_UNREADABLE', `Cannot read ${name}.`, {
      hint: 'Is the path right, and may you read the file?',
      cause,
    });
  }
}

/** All of standard input, or what came until an interruption. */
export async function readStdin({ stdin, interrupted }: Pick<Io, 'stdin' | 'interrupted'>): Promise<string> {
  const decoder = new TextDecoder();
  const chunks = stdin[Symbol.asyncIterator]();
  const aborted = new Promise<undefined>((resolve) => {
    if (interrupted.aborted) resolve(undefined);
    else interrupted.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  let text = '';
  for (;;) {
    const next = await Promise.race([chunks.next(), aborted]);
    if (!next || next.done) return text + decoder.decode();
    text += typeof next.value === 'string' ? next.value : decoder.decode(next.value, { stream: true });
  }
}

/** A file that the one in hand names: by its path from there, or from the folder that the user is in. */
export function textBeside(file: string, path: string, io: Pick<Io, 'cwd'>): string | undefined {
  const folder = file === '-' ? '.' : dirname(file);
  for (const candidate of isAbsolute(path) ? [path] : [join(folder, path), path]) {
    // A device or a pipe may never end.
    if (!statSync(resolve(io.cwd, candidate), { throwIfNoEntry: false })?.isFile()) continue;
    try {
      return readText(candidate, io);
    } catch (error) {
      if (!(error instanceof PoolctlError)) throw error;
    }
  }
  return undefined;
}
