import { existsSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { filesBelow } from '../../lint/disk/files-below.ts';
import { contentId, type Revision } from '../../lint/disk/git.ts';
import { asText, type FileText } from '../../lint/disk/read-text.ts';
import { type FileTree, onDisk } from '../file-tree.ts';

/** What a fleet may be read from; others are read one by one where they are asked for. */
const read =
  /\.(?:ya?ml|json|ini|toml|properties|env|prisma|tf|tfvars|py|mod|cfg|conf|[cm]?[jt]sx?)$|(?:^|\/)\.env[^/]*$/i;
const leftOut = /(?:^|\/)(?:node_modules|\.git|dist|build|coverage)\//;

/**
 * The files as they were at a commit of the repository in `top`. What is outside of the repository is as it is now. Nothing is
 * written: texts come from git's store, and from disk where they are the same.
 */
export function commitTree(top: string, revision: Revision): FileTree {
  const folders = foldersOf(revision);
  const sorted = [...revision.files.keys()].sort();
  const inside = (path: string): string | undefined => {
    const own = relative(top, path).split(sep).join('/');
    return own === '..' || own.startsWith('../') ? undefined : own;
  };
  let texts: ReadonlyMap<string, string> | undefined;
  const textAt = (file: string, id: string): string => {
    const same = textOnDisk(join(top, file), id);
    if (same !== undefined) return same;
    texts ??= revision.textsOf(changedIn(top, revision));
    return texts.get(id) ?? revision.textsOf([id]).get(id) ?? '';
  };
  const wholeTextOf = (path: string): FileText | undefined => {
    const own = inside(path);
    if (own === undefined) return undefined;
    const id = revision.files.get(own);
    return id === undefined ? { why: 'it was not there' } : { text: textAt(own, id) };
  };
  return {
    kindOf(path) {
      const own = inside(path);
      if (own === undefined) return onDisk.kindOf(path);
      return revision.files.has(own) ? 'file' : folders.has(own) ? 'folder' : undefined;
    },
    namesIn(folder) {
      const own = inside(folder);
      return own === undefined ? onDisk.namesIn(folder) : [...(folders.get(own) ?? [])].sort();
    },
    textOf(path) {
      const found = wholeTextOf(path);
      return found === undefined ? onDisk.textOf(path) : 'text' in found ? asText(found.text) : found;
    },
    wholeTextOf: (path) => wholeTextOf(path) ?? onDisk.wholeTextOf(path),
    filesBelow(folder) {
      const own = inside(folder);
      if (own === undefined) return onDisk.filesBelow(folder);
      const prefix = own === '' ? '' : `${own}/`;
      // What .gitignore names is left out on disk, and so it is here.
      const now = new Set(existsSync(folder) ? filesBelow(folder).paths : []);
      const below: string[] = [];
      for (let at = firstFrom(prefix, sorted); sorted[at]?.startsWith(prefix); at += 1) {
        const file = sorted[at]?.slice(prefix.length) ?? '';
        if (!leftOut.test(file) && (now.has(file) || !existsSync(join(folder, file)))) below.push(file);
      }
      return below;
    },
  };
}

/** Where the texts begin that are not before this one, by halving. */
function firstFrom(text: string, sorted: readonly string[]): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? '') < text) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Every folder with the names in it; the empty text is the top. */
function foldersOf({ files }: Revision): ReadonlyMap<string, ReadonlySet<string>> {
  const folders = new Map<string, Set<string>>([['', new Set()]]);
  for (const file of files.keys()) {
    let path = file;
    while (path !== '') {
      const at = path.lastIndexOf('/');
      const folder = at < 0 ? '' : path.slice(0, at);
      const names = folders.get(folder) ?? new Set();
      const isKnown = names.has(path.slice(at + 1));
      names.add(path.slice(at + 1));
      folders.set(folder, names);
      if (isKnown) break;
      path = folder;
    }
  }
  return folders;
}

/** The contents of files that are others now, to be asked for at once. */
function changedIn(top: string, { files }: Revision): readonly string[] {
  const changed = [...files].filter(
    ([file, id]) => read.test(file) && !leftOut.test(file) && textOnDisk(join(top, file), id) === undefined,
  );
  return [...new Set(changed.map(([, id]) => id))];
}

function textOnDisk(path: string, id: string): string | undefined {
  try {
    const content = readFileSync(path);
    return contentId(content, id) === id ? content.toString('utf8') : undefined;
  } catch {
    return undefined;
  }
}
