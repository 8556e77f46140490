import { joinPath } from '../code/paths.ts';

/** A path as a manifest writes it, from the folder of the manifest; undefined where it leads out of the project. */
export function resolvePath(folder: string, path: string): string | undefined {
  return path.startsWith('/') || path.startsWith('~') || /^[a-z]+:\/\//i.test(path)
    ? undefined
    : joinPath(folder, path);
}
