import { readdirSync, statSync } from 'node:fs';
import { filesBelow } from '../lint/disk/files-below.ts';
import { type FileText, readTextFile } from '../lint/disk/read-text.ts';

/** The files that a fleet is read from: those on disk, or those of a commit. Paths are absolute. */
export interface FileTree {
  kindOf(path: string): 'file' | 'folder' | undefined;
  /** The names in a folder, sorted; none where it cannot be read. */
  namesIn(folder: string): readonly string[];
  textOf(path: string): FileText;
  /** Every file below a folder that no .gitignore names, sorted, relative to it. */
  filesBelow(folder: string): readonly string[];
}

export const onDisk: FileTree = {
  kindOf(path) {
    const facts = statSync(path, { throwIfNoEntry: false });
    return facts?.isDirectory() ? 'folder' : facts ? 'file' : undefined;
  },
  namesIn(folder) {
    try {
      return readdirSync(folder).sort();
    } catch {
      return [];
    }
  },
  textOf: readTextFile,
  filesBelow: (folder) => filesBelow(folder).paths,
};
