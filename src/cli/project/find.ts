import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Io } from '../../base/io.ts';

/** poolctl.yaml of the project. */
export interface ProjectFile {
  /** As messages call it, from the folder that the user is in. */
  readonly name: string;
  readonly folder: string;
  readonly text: string;
}

const fileName = 'poolctl.yaml';

/** poolctl.yaml of this folder, or of one above it up to that of the repository. One that cannot be read is none. */
export function findProjectFile({ cwd }: Pick<Io, 'cwd'>): ProjectFile | undefined {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const path = join(folder, fileName);
    if (statSync(path, { throwIfNoEntry: false })?.isFile()) {
      try {
        return { name: relative(cwd, path), folder, text: readFileSync(path, 'utf8') };
      } catch {
        return undefined;
      }
    }
    if (existsSync(join(folder, '.git')) || dirname(folder) === folder) return undefined;
  }
}

/** Whether a part stands in it, so that only who wants it loads a parser. */
export function hasPart({ text }: ProjectFile, part: 'servers' | 'targets' | 'defaults'): boolean {
  return new RegExp(`^["']?${part}["']?\\s*:`, 'm').test(text);
}
