import { PoolctlError } from '../../base/errors.ts';
import { didYouMean } from '../../base/suggest.ts';
import { type FleetLock, isLockText, lockFile, parseLock } from '../../budget/lock.ts';
import { configFile } from '../config.ts';
import type { Project } from '../project.ts';

/** The fleet's lock as a service's repository has it. */
export interface OwnLock extends FleetLock {
  /** Its path from the root. */
  readonly file: string;
  readonly text: string;
}

/**
 * The lock that poolctl.yaml names (`fleet.lock`), or fleet.lock.json in the root; undefined where there is none.
 * @throws PoolctlError CONFIG_INVALID, INPUT_INVALID
 */
export function ownLock({ config: { fleet }, files }: Project): OwnLock | undefined {
  const file = fleet.lock ?? lockFile;
  const text = files.read(file);
  if (text === undefined) {
    if (fleet.lock === undefined) return undefined;
    throw new PoolctlError('CONFIG_INVALID', `${configFile}: fleet.lock: ${file} cannot be read.`, {
      hint: `Copy the lock of the fleet into this repository: files outside of it are not read.`,
    });
  }
  // A file of that name may be another program's.
  if (fleet.lock === undefined && !isLockText(text)) return undefined;
  const lock = parseLock(text, file);
  const { service } = fleet;
  const known = [...new Set(lock.quotas.map((row) => row.service))];
  if (service === undefined || known.includes(service)) return { ...lock, file, text };
  throw new PoolctlError(
    'CONFIG_INVALID',
    `${configFile}: fleet.service: ${file} has no ${service}.${didYouMean(service, known)}`,
    {
      hint: 'Write the name that the service has in fleet.yaml.',
    },
  );
}
