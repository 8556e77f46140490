/** The directory of a file; '' for the root. */
export function directoryOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '';
}

/** A path from a directory of the project; undefined where it leads out of the project. */
export function resolvePath(directory: string, path: string): string | undefined {
  if (path.startsWith('/') || /^[a-z]+:\/\//i.test(path)) return undefined;
  const parts: string[] = [];
  for (const part of `${directory}/${path}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}
