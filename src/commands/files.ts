import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { PoolctlError } from '../errors.ts';
import type { Io } from '../io.ts';

/** The text of a file that the user named; INPUT_UNREADABLE says which. */
export function readText(name: string, { cwd }: Io): string {
  try {
    return readFileSync(resolve(cwd, name), 'utf8');
  } catch (cause) {
    throw new PoolctlError('INPUT_UNREADABLE', `Cannot read ${name}.`, {
      hint: 'Is the path right, and may you read the file?',
      cause,
    });
  }
}
