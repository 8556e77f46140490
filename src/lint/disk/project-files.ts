import { lstatSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { ProjectFiles } from '../project.ts';
import { type FileText, readTextFile } from './read-text.ts';

/**
 * The files of a folder on disk; what links lead out of it to is not there. Each is read once. Of those in `inside` it is
 * known that no link leads to them.
 */
export function filesOf(root: string, inside: ReadonlySet<string> = new Set()): ProjectFiles {
  const texts = new Map<string, FileText>();
  const there = new Map<string, boolean>();
  const folders = new Map<string, boolean>();
  let real: string | undefined;
  const leadsInside = (file: string) => {
    try {
      real ??= realpathSync(root);
      const path = realpathSync(join(root, file));
      return path === real || path.startsWith(real.endsWith(sep) ? real : real + sep);
    } catch {
      return false;
    }
  };
  const isFolderInside = (folder: string) => {
    const found = folders.get(folder) ?? leadsInside(folder);
    folders.set(folder, found);
    return found;
  };
  /** Most files that are asked for are not there, which is known without following links. */
  const isInside = (file: string) => {
    if (inside.has(file)) return true;
    const folder = dirname(file);
    if (!isFolderInside(folder)) return false;
    const facts = lstatSync(join(root, file), { throwIfNoEntry: false });
    return facts !== undefined && (!facts.isSymbolicLink() || leadsInside(file));
  };
  const textOf = (file: string): FileText => {
    const found = texts.get(file) ?? (isInside(file) ? readTextFile(`${root}/${file}`) : { why: 'it is outside' });
    texts.set(file, found);
    return found;
  };
  return {
    read(file) {
      const found = textOf(file);
      return 'text' in found ? found.text : undefined;
    },
    whyNot(file) {
      const found = textOf(file);
      return 'why' in found ? found.why : undefined;
    },
    exists(file) {
      if (inside.has(file)) return true;
      const found =
        there.get(file) ?? (statSync(join(root, file), { throwIfNoEntry: false }) !== undefined && isInside(file));
      there.set(file, found);
      return found;
    },
  };
}
