import { folderOf, foldersUpward } from '../code/paths.ts';
import { bunVersion } from './bun.ts';
import { type LockReader, plainVersion } from './lock-file.ts';
import { npmVersion } from './npm.ts';
import { pnpmVersion } from './pnpm.ts';
import { yarnVersion } from './yarn.ts';

const readers: readonly (readonly [file: string, LockReader])[] = [
  ['package-lock.json', npmVersion],
  ['npm-shrinkwrap.json', npmVersion],
  ['pnpm-lock.yaml', pnpmVersion],
  ['yarn.lock', yarnVersion],
  ['bun.lock', bunVersion],
];

/**
 * Finds the version of a package that a file gets: by the lock file of npm, pnpm, Yarn or Bun in the nearest folder that has
 * one; else the exact version in the nearest package.json. Ranges are no answer.
 */
export function lockedVersions(
  read: (file: string) => string | undefined,
): (packageName: string, fromFile: string) => string | undefined {
  const texts = new Map<string, string | undefined>();
  const textOf = (file: string) => {
    if (!texts.has(file)) texts.set(file, read(file)?.replace(/\r\n/g, '\n'));
    return texts.get(file);
  };
  const at = (folder: string, file: string) => textOf(folder === '' ? file : `${folder}/${file}`);
  const found = new Map<string, string | undefined>();

  function find(name: string, folders: readonly string[]): string | undefined {
    const owner = folders.find((folder) => at(folder, 'package.json') !== undefined);
    const range = folders.flatMap((folder) => rangeIn(at(folder, 'package.json'), name) ?? [])[0];
    for (const folder of folders) {
      for (const [file, reader] of readers) {
        const text = at(folder, file);
        if (text === undefined) continue;
        const workspace = (owner ?? folder).slice(folder === '' ? 0 : folder.length + 1);
        return reader(text, { name, workspace, range }) ?? exactly(range);
      }
    }
    return exactly(range);
  }

  return (name, fromFile) => {
    const folder = folderOf(fromFile);
    const key = `${name}\n${folder}`;
    if (!found.has(key)) found.set(key, find(name, foldersUpward(folder)));
    return found.get(key);
  };
}

function rangeIn(manifest: string | undefined, name: string): string | undefined {
  if (manifest === undefined) return undefined;
  const at = manifest.indexOf(`"${name}"`);
  return at < 0 ? undefined : /^"[^"]*"\s*:\s*"([^"]+)"/.exec(manifest.slice(at, at + 500))?.[1];
}

function exactly(range: string | undefined): string | undefined {
  const exact = range?.replace(/^(?:npm:(?:@[^/]+\/)?[^@]+@)?=?/, '');
  return exact !== undefined && plainVersion(exact) === exact ? exact : undefined;
}
