import { type EnforceTargetName, loadEnforceTarget } from './list.ts';
import { checkInput } from './names.ts';
import type { EnforceFile, EnforceInput, Enforcement } from './target.ts';

/**
 * The files that enforce the quotas at each of the places, below a folder named as the place. The same input gives the same
 * text. @throws PoolctlError VALUE_INVALID where a name cannot be written at a place
 */
export async function enforceQuotas(names: readonly EnforceTargetName[], input: EnforceInput): Promise<Enforcement> {
  const checked = checkInput(input);
  const files: EnforceFile[] = [];
  const notes: string[] = [];
  if (checked.quotas.length === 0) {
    return { files, notes: ['There is no quota to enforce: of no service it is known what it takes of a server.'] };
  }
  for (const name of new Set(names)) {
    const written = (await loadEnforceTarget(name)).write(checked);
    files.push(...written.files.map(({ path, text }) => ({ path: `${name}/${path}`, text })));
    notes.push(...written.notes.map((note) => `${name}: ${note}`));
  }
  return { files, notes };
}
