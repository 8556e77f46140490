import { foldersUpward } from '../code/paths.ts';
import { type LockQuery, literally, plainVersion } from './lock-file.ts';

/** package-lock.json and npm-shrinkwrap.json, versions 1 to 3. The text is searched: read as JSON, a large one takes long. */
export function npmVersion(text: string, { name, workspace }: LockQuery): string | undefined {
  for (const folder of foldersUpward(workspace)) {
    const key = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    const found = versionAt(text, `"${literally(key)}"`);
    if (found !== undefined) return found;
  }
  // Version 1 has no paths: the nearest to the root is the one at four spaces.
  return /"lockfileVersion"\s*:\s*1\b/.test(text) ? versionAt(text, `\\n {4}"${literally(name)}"`) : undefined;
}

function versionAt(text: string, key: string): string | undefined {
  return plainVersion(new RegExp(`${key}\\s*:\\s*\\{[^{}]*?"version"\\s*:\\s*"([^"]+)"`).exec(text)?.[1]);
}
