import { statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { PoolctlError } from '../../base/errors.ts';
import type { FileNote } from '../../declarations/text-file.ts';
import { configFile, defaultProject, type ProjectConfig } from '../config.ts';
import { isRead } from '../kinds.ts';
import type { ProjectFiles } from '../project.ts';
import { filesBelow } from './files-below.ts';
import { filesOf } from './project-files.ts';
import { rootOf } from './root.ts';

/** A project on disk: what is in it, and which of it was asked for. */
export interface OpenProject {
  readonly root: string;
  readonly config: ProjectConfig;
  readonly files: ProjectFiles;
  readonly paths: readonly string[];
  readonly notes: readonly FileNote[];
  /** The files and folders that were asked for. */
  readonly wanted: readonly string[];
  isWanted(path: string): boolean;
}

/** A file that is not read from disk: what an editor has of it. */
export interface UnsavedFile {
  /** By the folder that the user is in. */
  readonly path: string;
  readonly text: string;
}

/**
 * Opens the project around paths: files, or folders with all in them. Paths are read by the folder that the user is in.
 * @throws PoolctlError INPUT_UNREADABLE, USAGE, CONFIG_INVALID
 */
export async function openProject(given: readonly string[], cwd: string, unsaved?: UnsavedFile): Promise<OpenProject> {
  const wanted = unsaved ? [unsaved.path] : given.length > 0 ? given : ['.'];
  const root = rootOf(resolve(cwd, wanted[0] ?? '.'));
  const inside = wanted.map((path) => pathIn(root, resolve(cwd, path), path));
  const found = filesBelow(root);
  const onDisk = filesOf(root, new Set(found.paths));
  const files: ProjectFiles = unsaved
    ? {
        read: (file) => (file === inside[0] ? unsaved.text : onDisk.read(file)),
        exists: (file) => file === inside[0] || onDisk.exists(file),
        whyNot: (file) => onDisk.whyNot?.(file),
      }
    : onDisk;
  const written = files.read(configFile);
  const config = written === undefined ? defaultProject : (await import('../read-config.ts')).readConfig(written);
  const paths = found.paths.filter((path) => !config.isIgnored(path));
  const more = unsaved ? inside : inside.flatMap((path) => namedIn(root, path, paths));
  const all = [...new Set([...paths, ...more])].sort();
  const isWanted = (path: string) => inside.some((own) => own === '' || path === own || path.startsWith(`${own}/`));
  return {
    root,
    config,
    files,
    paths: all,
    notes: found.notes,
    wanted: inside,
    isWanted,
  };
}

function pathIn(root: string, path: string, given: string): string {
  const inside = relative(root, path).split(sep).join('/');
  if (inside !== '..' && !inside.startsWith('../')) return inside;
  throw new PoolctlError('USAGE', `${given} is outside of the project in ${root}.`, {
    hint: 'Lint one project at a time.',
  });
}

/** What the user names is linted, even if .gitignore or poolctl.yaml names it too. */
function namedIn(root: string, path: string, known: readonly string[]): string[] {
  const facts = statSync(join(root, path), { throwIfNoEntry: false });
  if (facts === undefined) {
    throw new PoolctlError('INPUT_UNREADABLE', `Cannot read ${path}.`, { hint: 'Is the path right?' });
  }
  if (!facts.isDirectory()) return [path];
  if (path === '' || known.some((file) => file.startsWith(`${path}/`))) return [];
  return filesBelow(join(root, path)).paths.map((file) => `${path}/${file}`);
}

/** Why files that were asked for could not be read. */
export function unreadable({ paths, files, isWanted }: OpenProject): FileNote[] {
  return paths
    .filter((path) => isWanted(path) && isRead(path) && files.read(path) === undefined)
    .map((file) => ({ file, text: files.whyNot?.(file) ?? 'it cannot be read as text' }));
}
