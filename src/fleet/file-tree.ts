import { readdirSync, readFileSync, statSync } from 'node:fs';
import { readSomeText } from '../base/read-some.ts';
import type { FileNote } from '../declarations/text-file.ts';
import { filesBelow } from '../lint/disk/files-below.ts';
import { type FileText, readTextFile } from '../lint/disk/read-text.ts';

/** The files that a fleet is read from: those on disk, or those of a commit. Paths are absolute. */
export interface FileTree {
  kindOf(path: string): 'file' | 'folder' | undefined;
  /** The names in a folder, sorted; none where it cannot be read. */
  namesIn(folder: string): readonly string[];
  /** A file of code, configuration or a manifest: binary, minified and huge ones are not read. */
  textOf(path: string): FileText;
  /** A file of the fleet itself, whatever wrote it. */
  wholeTextOf(path: string): FileText;
  /** Every file below a folder that no .gitignore names, sorted, relative to it. Folders that nobody may read are told. */
  filesBelow(folder: string, tell?: (note: FileNote) => void): readonly string[];
}

/** More is a device without an end. */
const mostBytes = 100_000_000;

export const onDisk: FileTree = {
  kindOf(path) {
    try {
      const facts = statSync(path, { throwIfNoEntry: false });
      return facts?.isDirectory() ? 'folder' : facts ? 'file' : undefined;
    } catch {
      // It is there, and why nobody can read it is said where that is tried.
      return 'file';
    }
  },
  namesIn(folder) {
    try {
      return readdirSync(folder).sort();
    } catch {
      return [];
    }
  },
  textOf: readTextFile,
  wholeTextOf(path) {
    try {
      // A pipe in a folder would be waited for. One that the shell made for this command ends, as a rule.
      if (/^\/(?:dev|proc)\//.test(path)) return { text: readSomeText(path, mostBytes) };
      return statSync(path).isFile() ? { text: readFileSync(path, 'utf8') } : { why: 'it is no regular file' };
    } catch (error) {
      return { why: (error as NodeJS.ErrnoException).code ?? 'unknown reason' };
    }
  },
  filesBelow(folder, tell) {
    const { paths, notes } = filesBelow(folder);
    for (const note of notes) tell?.(note);
    return paths;
  },
};
