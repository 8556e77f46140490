import { parseDotenv } from '../formats/dotenv.ts';
import type { Resolved } from '../value.ts';
import type { MountedFile } from './container.ts';
import { known } from './values.ts';

/** Variables that a program reads from a mounted `.env`; those of its container win. */
export function variablesInFiles(files: readonly MountedFile[]): [string, Resolved][] {
  return files
    .filter(({ path }) => /(?:^|\/)\.env(?:\.[\w-]+)?$/.test(path))
    .flatMap(({ path, text, spanOf }) =>
      parseDotenv(text).map(({ key, value, valueAt }): [string, Resolved] => [
        key,
        known(String(value), { kind: 'env-file', text: `${key} of ${path}`, place: spanOf(valueAt) }),
      ]),
    );
}
