import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { cleanText } from '../../base/clean.ts';
import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import { formatCount } from '../../base/units.ts';
import type { ServiceQuota } from '../../budget/quota.ts';
import { makeFolder } from '../../cli/make-folder.ts';
import type { ReadOption } from '../../cli/options.ts';
import { outputFlags } from '../../cli/output.ts';
import { unwritable } from '../../cli/reserve.ts';
import type { EnforceTargetName } from '../../enforce/list.ts';
import type { EnforcedServer, EnforceFile } from '../../enforce/target.ts';
import { enforceFlags } from './enforce-flags.ts';
import { fleetFlags } from './flags.ts';
import type { GatheredFleet } from './gather.ts';

/** What shall be enforced where, as the flags say. */
export interface Enforcing {
  readonly targets: readonly EnforceTargetName[];
  /** Where the files go; null: to stdout, in place of the answer. */
  readonly folder: string | null;
  /** Only this server, and the poolers in front of it. */
  readonly server: string | undefined;
}

/** Undefined where nothing shall be enforced. @throws PoolctlError INPUT_CONTRADICTION */
export function enforcement(read: ReadOption): Enforcing | undefined {
  const targets = read(enforceFlags.enforce);
  const into = read(enforceFlags['enforce-into']);
  if (!targets) {
    if (!into) return undefined;
    throw new PoolctlError('INPUT_CONTRADICTION', `${into.source} ${into.value} is given, but no --enforce.`, {
      hint: 'Say what shall be written into that folder, such as --enforce sql.',
    });
  }
  const report = read(outputFlags.json)
    ? '--json'
    : (read(fleetFlags.since) ?? read(outputFlags.format) ?? read(outputFlags.output))?.source;
  if (!into && report !== undefined) {
    throw new PoolctlError('INPUT_CONTRADICTION', `${targets.source} and ${report} would both write to stdout.`, {
      hint: 'Name a folder for the files with --enforce-into, or leave one of the two out.',
    });
  }
  return { targets: targets.value, folder: into?.value ?? null, server: read(fleetFlags.server)?.value };
}

/**
 * Writes the files that enforce the quotas: into a folder, all or none, or to stdout, each below a line with its name. What
 * they leave out is said on stderr.
 * @throws PoolctlError VALUE_INVALID, OUTPUT_UNWRITABLE
 */
export async function enforceFleet(
  { model, answer, allocation, quotas, files: read }: GatheredFleet,
  { targets, folder, server: only }: Enforcing,
  { cwd, stdout, stderr }: Io,
): Promise<void> {
  const { enforceQuotas } = await import('../../enforce/run.ts');
  const servers = answer.servers.map(({ name, counts, usable, usableIs, fits, worstMinute }): EnforcedServer => {
    const declared = model.servers.find((server) => server.name === name);
    // Where a server fits as it is, nobody is refused what it takes today.
    const withSettings = fits === 'yes' ? undefined : allocation.servers?.find(({ server }) => server === name);
    return {
      ...{ name, counts, usableIs, worstMinute: withSettings ? { connections: withSettings.worst } : worstMinute },
      ...(usable !== undefined && { usable }),
      ...(declared?.replicaOf !== undefined && { replicaOf: declared.replicaOf }),
      ...(declared?.limit.kind === 'limit' && { roleLimits: declared.limit.roles }),
    };
  });
  const from = read.find((file) => /(?:^|\/)fleet\.ya?ml$/.test(file)) ?? "the fleet's files";
  const { files, notes } = await enforceQuotas(targets, { quotas: ofOne(quotas, only), servers, from });
  if (folder === null) {
    const [single, ...others] = files;
    if (single && others.length === 0) stdout.write(cleanText(single.text));
    else for (const { path, text } of files) stdout.write(`==> ${path} <==\n${cleanText(text)}\n`);
  } else {
    writeAll(files, folder, cwd);
    stderr.write(`Wrote ${formatCount(files.length, 'file')} to ${folder}.\n`);
  }
  for (const note of notes) stderr.write(`${note}\n`);
  const over = answer.servers.flatMap(({ name, fits }) => (fits === 'no' && name === (only ?? name) ? [name] : []));
  const [first, ...others] = over;
  if (first === undefined) return;
  const more = others.length === 0 ? '' : ` and ${formatCount(others.length, 'other server')}`;
  stderr.write(
    `warning: ${first}${more} ${others.length === 0 ? 'is' : 'are'} over as declared: the quotas are those of the settings that fit.\n  hint: Deploy these settings first; a service with a larger pool is refused connections.\n`,
  );
}

/** The quotas of one server, with those of the poolers between it and services. */
function ofOne(quotas: readonly ServiceQuota[], server: string | undefined): readonly ServiceQuota[] {
  if (server === undefined) return quotas;
  const before = new Set(quotas.filter((quota) => quota.server === server).map(({ service }) => service));
  return quotas.filter(
    (quota) =>
      quota.server === server ||
      quota.service === server ||
      (quota.counts === 'pooler clients' && before.has(quota.server)),
  );
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
      if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
        throw Object.assign(new Error(path), { code: 'EISDIR' });
      makeFolder(dirname(path));
      written.push({ temporary, path });
      writeFileSync(temporary, file.text);
    }
    for (const { temporary, path } of written) renameSync(temporary, path);
  } catch (cause) {
    for (const { temporary } of written) rmSync(temporary, { force: true });
    throw unwritable(at, cause, '', { name: 'what enforces the quotas', flag: '--enforce-into' });
  }
}
