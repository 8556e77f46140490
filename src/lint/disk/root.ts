import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { configFile } from '../config.ts';

/** The folder of the project that a file or folder belongs to: the nearest with poolctl.yaml or .git, or its own. */
export function rootOf(path: string): string {
  const own = statSync(path, { throwIfNoEntry: false })?.isDirectory() ? path : dirname(path);
  for (let folder = own; ; folder = dirname(folder)) {
    if (existsSync(join(folder, configFile)) || existsSync(join(folder, '.git'))) return folder;
    if (dirname(folder) === folder) return own;
  }
}
