import type { FileTree } from '../../src/fleet/file-tree.ts';
import { type ReadFleet, readFleet } from '../../src/fleet/read-fleet.ts';

/** The folder that the files of a test stand in. */
const root = '/fleet';

/** Files in memory, by their paths from the folder that the user is in. */
export function filesInMemory(files: Readonly<Record<string, string>>): FileTree {
  const texts = new Map(Object.entries(files).map(([path, text]) => [`${root}/${path}`, text]));
  const textOf = (path: string) => {
    const text = texts.get(path);
    return text === undefined ? { why: 'ENOENT' } : { text };
  };
  const below = (folder: string) => [...texts.keys()].filter((path) => path.startsWith(`${folder}/`));
  return {
    kindOf: (path) => (texts.has(path) ? 'file' : below(path).length > 0 ? 'folder' : undefined),
    namesIn: (folder) =>
      [...new Set(below(folder).map((path) => path.slice(folder.length + 1).split('/')[0] ?? ''))].sort(),
    textOf,
    wholeTextOf: textOf,
    filesBelow: (folder) =>
      below(folder)
        .map((path) => path.slice(folder.length + 1))
        .sort(),
  };
}

/** Reads a fleet of files in memory. */
export function readFiles(files: Readonly<Record<string, string>>, paths: readonly string[] = []): Promise<ReadFleet> {
  return readFleet(paths, root, filesInMemory(files));
}
