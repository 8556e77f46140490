import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Unavailable } from './engine.ts';
import { findProgram } from './find-program.ts';

const debianPackage = 'mariadb-server-core';

/** The path of `mariadbd`, which is installed first when it is missing and that is possible. */
export async function mariadbProgram(): Promise<string> {
  const found = findProgram('mariadbd');
  if (found !== undefined) return found;
  await install();
  const installed = findProgram('mariadbd');
  if (installed === undefined) throw new Error(`Debian's package ${debianPackage} brought no mariadbd`);
  return installed;
}

async function install(): Promise<void> {
  if (findProgram('apt-get') === undefined) throw new Unavailable('mariadbd is not installed and there is no apt-get');
  if (process.getuid?.() !== 0) {
    throw new Unavailable(`mariadbd is not installed; root can: apt-get install ${debianPackage}`);
  }
  console.log(`live: installing Debian's package ${debianPackage}`);
  try {
    await aptGet('update');
    // This package cannot be on a machine together with MySQL's server, which must never be removed for our tests.
    await aptGet('install', '--yes', '--no-install-recommends', '--no-remove', debianPackage);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    throw new Unavailable(`mariadbd is not installed and apt-get failed to install ${debianPackage}`);
  }
}

/** Under setsid, out of reach of Ctrl-C: an interrupted dpkg would leave the machine's packages broken. */
async function aptGet(...args: string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const command = ['apt-get', '--quiet=2', '--option=DPkg::Lock::Timeout=120', ...args];
  await promisify(execFile)('setsid', ['--wait', ...command], { env });
}
