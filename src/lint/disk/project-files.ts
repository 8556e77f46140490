import { realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { ProjectFiles } from '../project.ts';
import { readTextFile } from './read-text.ts';

/** The files of a folder on disk; what links lead out of it to is not there. Each is read once. */
export function filesOf(root: string): ProjectFiles {
  const texts = new Map<string, string | undefined>();
  let real: string | undefined;
  const isInside = (file: string) => {
    try {
      real ??= realpathSync(root);
      const path = realpathSync(join(root, file));
      return path === real || path.startsWith(real.endsWith(sep) ? real : real + sep);
    } catch {
      return false;
    }
  };
  return {
    read(file) {
      if (!texts.has(file)) {
        const found = isInside(file) ? readTextFile(join(root, file)) : { why: 'it is outside' };
        texts.set(file, 'text' in found ? found.text : undefined);
      }
      return texts.get(file);
    },
    exists: (file) => isInside(file) && statSync(join(root, file), { throwIfNoEntry: false }) !== undefined,
  };
}
