import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import { readText } from '../../cli/input.ts';
import { unifiedDiff } from '../../emit/merge/diff.ts';
import type { Snippet, Target } from '../../emit/target.ts';

/** What would become of a file. */
export interface Change {
  readonly file: string;
  readonly diff: string;
  /** Does it. */
  apply(): void;
}

/**
 * A snippet put into a file: a new file becomes the snippet; in one that is there only the settings change, where the
 * target knows how to find them.
 */
export async function changeFile(file: string, { text, title }: Snippet, { merge }: Target, io: Io): Promise<Change> {
  const path = resolve(io.cwd, file);
  const before = existsSync(path) ? readText(file, io) : '';
  const after = before === '' || before === text ? text : await merged();
  return {
    file,
    diff: unifiedDiff(before, after, file),
    apply() {
      try {
        writeFileSync(path, after);
      } catch (cause) {
        const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
        throw new PoolctlError('OUTPUT_UNWRITABLE', `Cannot write ${file} (${code}).`, {
          hint: 'Name a file in a folder that exists and that you may write to.',
          cause,
        });
      }
    },
  };

  async function merged(): Promise<string> {
    if (merge) return merge(before, text, file);
    throw new PoolctlError(
      'INPUT_CONTRADICTION',
      `${file} is there, and where ${title} belongs in it is not for poolctl to guess.`,
      {
        hint: 'Write to a new file and import it, or put the snippet in place by hand.',
      },
    );
  }
}
