import { join } from 'node:path';
import type { FileTree } from '../file-tree.ts';

export const fleetFileNames = ['fleet.yaml', 'fleet.yml', 'fleet.json'] as const;

/** The same files without those that make a folder a fleet: what is found there is what all other files say. */
export function withoutFleet(tree: FileTree, folder: string): FileTree {
  const hidden = new Set(fleetFileNames.map((name) => join(folder, name)));
  return {
    ...tree,
    kindOf: (path) => (hidden.has(path) ? undefined : tree.kindOf(path)),
    namesIn: (path) => tree.namesIn(path).filter((name) => !hidden.has(join(path, name))),
    filesBelow: (path, tell) => tree.filesBelow(path, tell).filter((file) => !hidden.has(join(path, file))),
  };
}
