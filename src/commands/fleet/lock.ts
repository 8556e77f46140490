import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type ExitCode, PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import { formatCount } from '../../base/units.ts';
import { isLockText, lockFile, lockText, parseLock } from '../../budget/lock.ts';
import type { FleetModel } from '../../budget/model.ts';
import type { ServiceQuota } from '../../budget/quota.ts';
import { rowKey } from '../../budget/row-key.ts';
import type { ReadOption } from '../../cli/options.ts';
import { isNoPlainFile, reserveOutput, unwritable } from '../../cli/reserve.ts';
import { staleness } from '../../fleet/lock/compare-lock.ts';
import { inputsDigest } from '../../fleet/lock/inputs-digest.ts';
import { lockRefusal, makeLock } from '../../fleet/lock/make-lock.ts';
import type { FleetState } from '../../fleet/since/change.ts';
import { lockFlags } from './lock-flags.ts';

const named = { name: 'the lock', flag: '--lock' } as const;

/** Whether the flags ask for the lock to be written or checked. */
export function isLockAsked(read: ReadOption): boolean {
  return read(lockFlags.lock) !== undefined || read(lockFlags.check);
}

/**
 * Writes the lock of a fleet, or checks the one that is there, and says on stderr what it did. A fleet that does not fit gets
 * none, and what was there stays.
 * @throws PoolctlError INPUT_INVALID, OUTPUT_UNWRITABLE
 */
export function lockFleet(
  { model, answer, quotas }: FleetState & { readonly quotas: readonly ServiceQuota[] },
  read: ReadOption,
  { cwd, stderr, errors = stderr }: Io,
): ExitCode {
  const file = read(lockFlags.lock)?.value ?? lockFile;
  const isCheck = read(lockFlags.check);
  const refusal = lockRefusal(answer);
  if (refusal) {
    errors.write(`${file} was not ${isCheck ? 'checked' : 'written'}: ${refusal.why}\n  hint: ${refusal.hint}\n`);
    return 1;
  }
  const lock = makeLock(model, answer, quotas);
  const before = textOf(file, cwd);
  if (isCheck) {
    const stale = before === undefined ? ['there is none'] : staleness(parseLock(before, file), lock, model);
    if (stale.length === 0) return 0;
    errors.write(
      `${file} is not the lock of this fleet: ${listed(stale)}\n  hint: Write it again: \`poolctl fleet --lock\`, and commit it.\n`,
    );
    return 1;
  }
  const text = lockText(lock);
  if (before === text) stderr.write(`${file} is up to date.\n`);
  else {
    write(file, cwd, text, before);
    stderr.write(
      `Wrote ${file}: ${formatCount(quotas.length, 'quota')} of ${formatCount(lock.servers.length, 'server')}.\n`,
    );
    const without = withoutQuota(answer, quotas);
    if (without !== undefined) stderr.write(`warning: ${without}\n`);
  }
  return 0;
}

/** Services whose numbers are not known get no quota: nothing holds them to one. */
function withoutQuota({ services }: FleetState['answer'], quotas: readonly ServiceQuota[]): string | undefined {
  const have = new Set(quotas.map(({ service, server }) => rowKey(service, server)));
  const names = [...new Set(services.filter((row) => !have.has(rowKey(row.name, row.server))).map(({ name }) => name))];
  const [first, ...rest] = names;
  if (first === undefined) return undefined;
  const more = rest.length === 0 ? '' : ` and ${rest.length} more`;
  return `${first}${more} got no quota: how many connections ${rest.length === 0 ? 'it takes' : 'they take'} is not known.`;
}

/** Whole or not at all; a file that is no lock is not written over. */
function write(file: string, cwd: string, text: string, before: string | undefined): void {
  if (before !== undefined && before.trim() !== '' && !isLockText(before))
    throw new PoolctlError(
      'OUTPUT_UNWRITABLE',
      `${file} is there and is no lock of a fleet, so it was not written over.`,
      {
        hint: `Name another file: \`--lock ${lockFile}\`.`,
      },
    );
  const reserved = reserveOutput(file, cwd, named);
  try {
    reserved.write(text);
  } catch (cause) {
    throw unwritable(file, cause, '', named);
  }
}

/** Says on stderr that the lock beside the files of a fleet is another fleet's by now. */
export function sayStaleLock(
  { model, own }: Pick<FleetState, 'model'> & { readonly own: readonly string[] },
  { cwd, stderr }: Io,
): 0 {
  const [first] = own;
  // Without a file of its own, the lock may be the copy of a larger fleet's.
  if (first === undefined) return 0;
  const beside = first.includes('/') ? `${first.slice(0, first.lastIndexOf('/'))}/${lockFile}` : lockFile;
  for (const file of new Set([lockFile, beside])) {
    const why = whyStale(file, model, cwd);
    if (why !== undefined) stderr.write(`warning: ${why}\n  hint: Write it again: \`poolctl fleet --lock\`.\n`);
  }
  return 0;
}

function whyStale(file: string, model: FleetModel, cwd: string): string | undefined {
  const text = textOf(file, cwd);
  if (text === undefined || !isLockText(text)) return undefined;
  try {
    if (parseLock(text, file).inputs === inputsDigest(model)) return undefined;
  } catch (error) {
    if (error instanceof PoolctlError) return error.message;
    throw error;
  }
  return `${file} is older than the fleet: a number that its quotas follow from is another one now.`;
}

const mostLines = 5;

function listed(stale: readonly string[]): string {
  const [only, other] = stale;
  if (only !== undefined && other === undefined) return `${only}.`;
  const rest = stale.length - mostLines;
  return [...stale.slice(0, mostLines), ...(rest > 0 ? [`and ${rest} more`] : [])]
    .map((line) => `\n  ${line}`)
    .join('');
}

function textOf(file: string, cwd: string): string | undefined {
  try {
    const path = resolve(cwd, file);
    return isNoPlainFile(path) ? undefined : readFileSync(path, 'utf8').replace(/^\ufeff/, '');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unwritable(file, cause, '', named);
  }
}
