import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Unavailable } from './engine.ts';
import { findProgram } from './find-program.ts';

/** One after the other: two runs of the tests would find apt's lists locked. */
const lock = join(tmpdir(), 'poolctl-test-apt.lock');
const apt = 'apt-get --quiet=2 --option=DPkg::Lock::Timeout=120';
const script = `${apt} update && ${apt} install --yes --no-install-recommends "$@"`;

/** The path of a program of Debian, whose package is installed first when it is missing and that is possible. */
export async function debianProgram(
  program: string,
  debianPackage: string,
  options: readonly string[] = [],
): Promise<string> {
  const found = findProgram(program);
  if (found !== undefined) return found;
  if (findProgram('apt-get') === undefined) throw new Unavailable(`there is neither ${program} nor apt-get`);
  if (process.getuid?.() !== 0) {
    throw new Unavailable(`${program} is not installed; root can: apt-get install ${debianPackage}`);
  }
  console.log(`live: installing Debian's package ${debianPackage}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    // Under setsid, out of reach of Ctrl-C: an interrupted dpkg would leave the machine's packages broken.
    const command = ['--wait', 'flock', lock, 'sh', '-c', script, 'sh'];
    await promisify(execFile)('setsid', [...command, ...options, debianPackage], { env });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    throw new Unavailable(`${program} is not installed and apt-get failed to install ${debianPackage}`);
  }
  const installed = findProgram(program);
  if (installed === undefined) throw new Error(`Debian's package ${debianPackage} brought no ${program}`);
  return installed;
}
