import { dirname, join, relative, resolve, sep } from 'node:path';
import { PoolctlError } from '../../base/errors.ts';
import type { FileTree } from '../file-tree.ts';
import { type ParsedFile, parseFleetFile } from './parse-file.ts';

/** The files of a fleet, and the folders whose manifests it is about. */
export interface FoundFleet {
  readonly files: readonly (ParsedFile & { readonly folder: string })[];
  /** Folders, relative to the folder that the user is in, to read where no file says which; the empty text is that folder. */
  readonly roots: readonly string[];
}

const names = /^fleet\.(?:ya?ml|json)$/;
const parts = ['servers', 'poolers', 'services'];
const readable = /\.(?:ya?ml|json)$/i;

/**
 * Finds the fleet in paths: a file of it; a folder with fleet.yaml, `servers/*.yaml`, `poolers/*.yaml` and `services/*.yaml`,
 * or with a folder `fleet` that has them; any other folder is one to read.
 * @throws PoolctlError INPUT_UNREADABLE, INPUT_INVALID
 */
export function findFleet(paths: readonly string[], cwd: string, tree: FileTree): FoundFleet {
  const files: (ParsedFile & { folder: string })[] = [];
  const roots: string[] = [];
  const within = (path: string) => relative(cwd, path).split(sep).join('/');
  const open = (path: string, folder: string) =>
    files.push({ ...parseFleetFile(within(path), textOf(path, within(path), tree)), folder: within(folder) });
  for (const given of paths.length > 0 ? paths : ['.']) {
    const path = resolve(cwd, given);
    const kind = tree.kindOf(path);
    if (!kind) throw new PoolctlError('INPUT_UNREADABLE', `Cannot read ${given}.`, { hint: 'Is the path right?' });
    if (kind === 'file') {
      open(path, dirname(path));
      continue;
    }
    const own = fleetFilesIn(path, tree);
    const inner = own.length > 0 ? [] : fleetFilesIn(join(path, 'fleet'), tree);
    for (const file of [...own, ...inner]) open(file, path);
    roots.push(within(path));
  }
  return { files, roots };
}

/** The files of a fleet in a folder; none where it holds no fleet. */
function fleetFilesIn(folder: string, tree: FileTree): string[] {
  const tops = tree.namesIn(folder).filter((name) => names.test(name));
  const below = parts.flatMap((part) =>
    tree
      .namesIn(join(folder, part))
      .filter((name) => readable.test(name))
      .map((name) => ({ part, path: join(folder, part, name) })),
  );
  const isFleet = tops.length > 0 || below.some(({ part, path }) => isPart(part.slice(0, -1), path, tree));
  return isFleet ? [...tops.map((name) => join(folder, name)), ...below.map(({ path }) => path)] : [];
}

function isPart(kind: string, path: string, tree: FileTree): boolean {
  return new RegExp(`^["']?${kind}s?["']?[ \\t]*:`, 'm').test(textOf(path, path, tree));
}

function textOf(path: string, shown: string, tree: FileTree): string {
  const found = tree.wholeTextOf(path);
  if ('text' in found) return found.text;
  throw new PoolctlError('INPUT_UNREADABLE', `Cannot read ${shown} (${found.why}).`, { hint: 'Is the path right?' });
}
