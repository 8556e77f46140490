import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { PoolctlError } from '../../base/errors.ts';
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
export function findFleet(paths: readonly string[], cwd: string): FoundFleet {
  const files: (ParsedFile & { folder: string })[] = [];
  const roots: string[] = [];
  const within = (path: string) => relative(cwd, path).split(sep).join('/');
  const open = (path: string, folder: string) =>
    files.push({ ...parseFleetFile(within(path), textOf(path, within(path))), folder: within(folder) });
  for (const given of paths.length > 0 ? paths : ['.']) {
    const path = resolve(cwd, given);
    const facts = statSync(path, { throwIfNoEntry: false });
    if (!facts) throw new PoolctlError('INPUT_UNREADABLE', `Cannot read ${given}.`, { hint: 'Is the path right?' });
    if (!facts.isDirectory()) {
      open(path, dirname(path));
      continue;
    }
    const own = fleetFilesIn(path);
    const inner = own.length > 0 ? [] : fleetFilesIn(join(path, 'fleet'));
    for (const file of [...own, ...inner]) open(file, path);
    roots.push(within(path));
  }
  return { files, roots };
}

/** The files of a fleet in a folder; none where it holds no fleet. */
function fleetFilesIn(folder: string): string[] {
  const tops = entriesOf(folder).filter((name) => names.test(name));
  const below = parts.flatMap((part) =>
    entriesOf(join(folder, part))
      .filter((name) => readable.test(name))
      .map((name) => ({ part, path: join(folder, part, name) })),
  );
  const isFleet = tops.length > 0 || below.some(({ part, path }) => isPart(part.slice(0, -1), path));
  return isFleet ? [...tops.map((name) => join(folder, name)), ...below.map(({ path }) => path)] : [];
}

function isPart(kind: string, path: string): boolean {
  return new RegExp(`^["']?${kind}s?["']?[ \\t]*:`, 'm').test(textOf(path, path));
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function textOf(path: string, shown: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    throw new PoolctlError('INPUT_UNREADABLE', `Cannot read ${shown} (${code}).`, { hint: 'Is the path right?' });
  }
}
