import { lstatSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, parse, relative, resolve, sep } from 'node:path';
import { PoolctlError } from '../base/errors.ts';

/** Folders that tools may read, without links in their paths. */
export type Roots = readonly string[];

/** The folders that were named, or the working folder. @throws PoolctlError INPUT_UNREADABLE, INPUT_MISSING */
export function rootsFor(named: readonly string[], cwd: string): Roots {
  if (named.length === 0) return [workingFolder(cwd)];
  return named.map((folder) => {
    try {
      return realpathSync(resolve(cwd, folder));
    } catch (cause) {
      throw new PoolctlError('INPUT_UNREADABLE', `--root: there is no folder ${folder}.`, { cause });
    }
  });
}

/** Some clients start their servers in / or in the home folder, where everything of a user is. */
function workingFolder(cwd: string): string {
  const folder = realpathSync(cwd);
  if (folder !== parse(folder).root && folder !== withoutLinks(homedir())) return folder;
  throw new PoolctlError('INPUT_MISSING', `Which folders may be read? The working folder is ${folder}.`, {
    hint: 'Add --root DIR with the folder of your project.',
  });
}

/** What both allow: a client's folders never widen those of the server. */
export function narrowed(own: Roots, ofClient: readonly string[]): Roots {
  const others = ofClient.map(withoutLinks).filter((folder) => folder !== undefined);
  const both = own.flatMap((root) => [
    ...others.filter((other) => isInside(other, root)),
    ...(others.some((other) => other !== root && isInside(root, other)) ? [root] : []),
  ]);
  return [...new Set(both)];
}

/** Whether a path leads into one of the folders, links followed. What is not there counts by the folder that would have it. */
export function leadsInto(path: string, folders: readonly string[]): boolean {
  const real = withoutLinks(path);
  return real !== undefined && folders.some((folder) => isInside(real, folder));
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && parse(way).root === '');
}

/** As they were loaded: in a thread that is confined, these names are guarded by what this module decides. */
const [realpath, lstat] = [realpathSync, lstatSync];

/** The path with links followed; undefined where one leads nowhere. Of what is not there yet, its folder counts. */
function withoutLinks(path: string): string | undefined {
  const missing: string[] = [];
  for (let there = resolve(path); ; there = dirname(there)) {
    try {
      return join(realpath(there), ...missing);
    } catch {
      if (isThere(there) || dirname(there) === there) return undefined;
      missing.unshift(basename(there));
    }
  }
}

function isThere(path: string): boolean {
  try {
    lstat(path);
    return true;
  } catch {
    return false;
  }
}
