import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import { readStdin } from '../../cli/input.ts';
import type { ReadOption } from '../../cli/options.ts';
import type { UnsavedFile } from '../../lint/disk/open-project.ts';
import { asText } from '../../lint/disk/read-text.ts';
import { lintFlags } from './flags.ts';

/** The text on standard input where `-` asks for it. @throws PoolctlError USAGE, INPUT_MISSING, INPUT_INVALID */
export async function unsavedFile(
  paths: readonly string[],
  read: ReadOption,
  io: Io,
): Promise<UnsavedFile | undefined> {
  const name = read(lintFlags['stdin-filename'])?.value;
  if (paths.length !== 1 || paths[0] !== '-') {
    if (!paths.includes('-') && name === undefined) return undefined;
    throw new PoolctlError('USAGE', '--stdin-filename goes with -, which stands alone.', {
      hint: 'Write `poolctl lint - --stdin-filename src/db.ts`.',
    });
  }
  if (name === undefined) {
    throw new PoolctlError('INPUT_MISSING', 'The text on standard input has no name, which says what it is.', {
      hint: 'Add --stdin-filename src/db.ts.',
    });
  }
  const found = asText(await readStdin(io));
  if ('text' in found) return { path: name, text: found.text };
  throw new PoolctlError('INPUT_INVALID', `What is on standard input cannot be linted: ${found.why}.`);
}
