import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { PoolctlError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';

/** A text that the user named, and what messages call it. */
export interface Input {
  readonly text: string;
  readonly name: string;
}

/** The text of a file, or of standard input for `-`. @throws PoolctlError INPUT_UNREADABLE */
export async function readInput(file: string, io: Io): Promise<Input> {
  return file === '-' ? { text: await readStdin(io), name: '<stdin>' } : { text: readText(file, io), name: file };
}

/** The text of a file. @throws PoolctlError INPUT_UNREADABLE */
export function readText(name: string, { cwd }: Pick<Io, 'cwd'>): string {
  try {
    return readFileSync(resolve(cwd, name), 'utf8');
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
