import { foldersUpward } from '../code/paths.ts';
import { type LockQuery, literally, plainVersion } from './lock-file.ts';

/** bun.lock, the text form. A package that a workspace has in another version stands under the workspace's name. */
export function bunVersion(text: string, { name, workspace }: LockQuery): string | undefined {
  const owner = workspace === '' ? undefined : nameOf(text, workspace);
  for (const key of [...(owner ? [`${owner}/${name}`] : []), name]) {
    const found = new RegExp(`^ *"${literally(key)}": *\\[ *"[^"]*@([^"@]+)"`, 'm').exec(text)?.[1];
    if (found !== undefined) return plainVersion(found);
  }
  return undefined;
}

/** The name of the package in a folder of the workspace, or in the nearest one around it. */
function nameOf(text: string, workspace: string): string | undefined {
  for (const folder of foldersUpward(workspace)) {
    const found = new RegExp(`^ *"${literally(folder)}": *\\{\\s*"name": *"([^"]+)"`, 'm').exec(text)?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}
