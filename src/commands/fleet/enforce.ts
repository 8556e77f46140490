import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { cleanText } from '../../base/clean.ts';
import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import { formatCount } from '../../base/units.ts';
import type { ServiceQuota } from '../../budget/quota.ts';
import type { ReadOption } from '../../cli/options.ts';
import { unwritable } from '../../cli/reserve.ts';
import type { EnforcedServer, EnforceFile } from '../../enforce/target.ts';
import type { FleetState } from '../../fleet/since/change.ts';
import { enforceFlags } from './enforce-flags.ts';

/** Whether the flags ask for files that enforce the quotas. @throws PoolctlError INPUT_CONTRADICTION */
export function isEnforceAsked(read: ReadOption): boolean {
  const into = read(enforceFlags['enforce-into']);
  if (read(enforceFlags.enforce)) return true;
  if (into) {
    throw new PoolctlError('INPUT_CONTRADICTION', `${into.source} ${into.value} is given, but no --enforce.`, {
      hint: 'Say what shall be written into that folder, such as --enforce sql.',
    });
  }
  return false;
}

/**
 * Writes the files that enforce the quotas: into a folder, all or none, or to stdout, each below a line with its name. What
 * they leave out is said on stderr. `from` names where the quotas are from.
 * @throws PoolctlError VALUE_INVALID, OUTPUT_UNWRITABLE
 */
export async function enforceFleet(
  { model, answer, quotas }: FleetState & { readonly quotas: readonly ServiceQuota[] },
  from: string,
  read: ReadOption,
  { cwd, stdout, stderr }: Io,
): Promise<void> {
  const { enforceQuotas } = await import('../../enforce/run.ts');
  const servers = answer.servers.map((server): EnforcedServer => {
    const declared = model.servers.find(({ name }) => name === server.name);
    return {
      ...server,
      ...(declared?.replicaOf !== undefined && { replicaOf: declared.replicaOf }),
      ...(declared?.limit.kind === 'limit' && { roleLimits: declared.limit.roles }),
    };
  });
  const names = read(enforceFlags.enforce)?.value ?? [];
  const { files, notes } = await enforceQuotas(names, { quotas, servers, from });
  const folder = read(enforceFlags['enforce-into'])?.value;
  if (folder === undefined) {
    const [only, ...others] = files;
    if (only && others.length === 0) stdout.write(cleanText(only.text));
    else for (const { path, text } of files) stdout.write(`==> ${path} <==\n${cleanText(text)}\n`);
  } else {
    writeAll(files, folder, cwd);
    stderr.write(`Wrote ${formatCount(files.length, 'file')} to ${folder}.\n`);
  }
  for (const note of notes) stderr.write(`${note}\n`);
}

/** First all under other names, then all by their own. */
function writeAll(files: readonly EnforceFile[], folder: string, cwd: string): void {
  const written: { readonly temporary: string; readonly path: string }[] = [];
  let at = folder;
  try {
    for (const file of files) {
      at = `${folder}/${file.path}`;
      const path = resolve(cwd, folder, file.path);
      const temporary = `${path}.${globalThis.crypto.randomUUID()}.tmp`;
      mkdirSync(dirname(path), { recursive: true });
      written.push({ temporary, path });
      writeFileSync(temporary, file.text);
    }
    for (const { temporary, path } of written) renameSync(temporary, path);
  } catch (cause) {
    for (const { temporary } of written) rmSync(temporary, { force: true });
    throw unwritable(at, cause, '', { name: 'what enforces the quotas', flag: '--enforce-into' });
  }
}
