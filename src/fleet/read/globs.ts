import { join, relative, resolve, sep } from 'node:path';
import type { FileNote } from '../../declarations/text-file.ts';
import type { FileTree } from '../file-tree.ts';

/** Files by what `read` names: files, folders with all below them, and patterns with `*`, `**`, `?` and `{a,b}`. */
export interface GlobbedFiles {
  /** Relative to the folder that the user is in, sorted, each once. */
  readonly paths: readonly string[];
  /** The folders that were named or searched. */
  readonly folders: readonly string[];
  /** What names nothing. */
  readonly missing: readonly string[];
  /** Folders that nobody may read. */
  readonly unread: readonly FileNote[];
}

const wild = /[*?{[]/;

export function globFiles(
  globs: readonly string[],
  folder: string,
  { cwd, tree }: { readonly cwd: string; readonly tree: FileTree },
): GlobbedFiles {
  const [paths, folders, missing] = [new Set<string>(), new Set<string>(), [] as string[]];
  const unread: FileNote[] = [];
  const within = (path: string) => relative(cwd, path).split(sep).join('/');
  for (const glob of globs) {
    const parts = glob.split('/');
    const at = parts.findIndex((part) => wild.test(part));
    const base = resolve(cwd, folder, ...(at < 0 ? parts : parts.slice(0, at)));
    const kind = tree.kindOf(base);
    if (!kind) missing.push(glob);
    else if (kind === 'file') {
      paths.add(within(base));
      folders.add(within(join(base, '..')));
    } else {
      const pattern = at < 0 ? undefined : globPattern(parts.slice(at).join('/'));
      const prefix = within(base);
      folders.add(prefix);
      const tell = ({ file, text }: FileNote) =>
        unread.push({ file: within(join(base, file)) || '.', text: `not read: ${text}`, isBroken: true });
      const found = tree.filesBelow(base, tell).filter((path) => pattern?.test(path) ?? true);
      for (const path of found) paths.add(prefix === '' ? path : `${prefix}/${path}`);
      if (pattern && found.length === 0) missing.push(glob);
    }
  }
  return { paths: [...paths].sort(), folders: [...folders], missing, unread };
}

/** A pattern as a shell takes it; `**` stands for any number of folders. */
export function globPattern(glob: string): RegExp {
  let depth = 0;
  const source = glob.replace(/\*\*\/?|\*|\?|[{},]|[\\^$+.()|[\]]/g, (mark) => {
    if (mark === '**/') return '(?:[^/]+/)*';
    if (mark === '**') return '.*';
    if (mark === '*') return '[^/]*';
    if (mark === '?') return '[^/]';
    if (mark === '{') {
      depth += 1;
      return '(?:';
    }
    if (mark === '}' && depth > 0) {
      depth -= 1;
      return ')';
    }
    if (mark === ',') return depth > 0 ? '|' : ',';
    return `\\${mark}`;
  });
  return new RegExp(`^${source}${')'.repeat(depth)}$`);
}
