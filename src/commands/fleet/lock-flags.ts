import { lockFile } from '../../budget/lock.ts';
import { aFile, flagGroup } from '../../cli/flag.ts';

export const lockFlags = flagGroup('The lock:', {
  lock: {
    takes: aFile,
    ifBare: lockFile,
    help: `write what each service may take to a file (${lockFile}), for \`lint\` in its repository`,
  },
  check: { help: `write nothing; exit code 1 where the lock is not that of the fleet` },
});
