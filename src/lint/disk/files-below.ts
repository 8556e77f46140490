import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import type { FileNote } from '../../declarations/text-file.ts';

/** Folders of what others wrote or programs made. */
const leftOut: ReadonlySet<string> = new Set(['node_modules', '.git', 'dist', 'build', 'coverage']);

interface Rules {
  /** The folder that a .gitignore stands in, with a `/` behind it; empty for the root. */
  readonly folder: string;
  readonly known: Ignore;
}

/**
 * Every file below a folder that no .gitignore names, sorted, relative to it. Links are not followed: what they lead to has
 * a path of its own, or is outside. git is not run.
 */
export function filesBelow(root: string): { readonly paths: string[]; readonly notes: FileNote[] } {
  const paths: string[] = [];
  const notes: FileNote[] = [];
  const enter = (folder: string, above: readonly Rules[]): void => {
    let entries: Dirent[];
    try {
      entries = readdirSync(`${root}/${folder}`, { withFileTypes: true });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      notes.push({ file: folder, text: `the folder cannot be read (${code ?? 'unknown reason'})` });
      return;
    }
    const own = entries.some((entry) => entry.name === '.gitignore' && entry.isFile()) ? rulesIn(root, folder) : [];
    const rules = [...above, ...own];
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = folder + entry.name;
      if (entry.isDirectory()) {
        if (!leftOut.has(entry.name) && !isIgnored(`${path}/`, rules)) enter(`${path}/`, rules);
      } else if (entry.isFile() && !isIgnored(path, rules)) paths.push(path);
    }
  };
  enter('', []);
  return { paths, notes };
}

function rulesIn(root: string, folder: string): Rules[] {
  try {
    return [{ folder, known: ignore().add(readFileSync(join(root, folder, '.gitignore'), 'utf8')) }];
  } catch {
    return [];
  }
}

/** The .gitignore nearest to the file that says something of it has the word. */
function isIgnored(path: string, rules: readonly Rules[]): boolean {
  let ignored = false;
  for (const { folder, known } of rules) {
    const said = known.test(path.slice(folder.length));
    if (said.ignored) ignored = true;
    else if (said.unignored) ignored = false;
  }
  return ignored;
}
