import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { cached } from './servers/cache.ts';
import { unpackDebian } from './servers/debian.ts';
import { Unavailable } from './servers/engine.ts';
import { findProgram } from './servers/find-program.ts';

/** The first with the fields of a Job that poolctl writes. */
const leastMinor = 29;

/** kubectl, as it is installed or else of Debian unstable: the one of Debian 12 is too old. @throws Unavailable */
export async function kubectlProgram(): Promise<string> {
  const installed = findProgram('kubectl');
  if (installed !== undefined && (await minorOf(installed)) >= leastMinor) return installed;
  try {
    const folder = await cached(`kubectl-sid-${process.arch}`, (into) => {
      console.log('live: fetching kubectl from Debian unstable');
      return unpackDebian('kubectl', into, 'sid', () => false);
    });
    return join(folder, 'usr/bin/kubectl');
  } catch (error) {
    if (error instanceof Unavailable)
      throw new Unavailable(`kubectl 1.${leastMinor} is not installed and ${error.message}`);
    console.error(error instanceof Error ? error.message : error);
    throw new Unavailable(`kubectl 1.${leastMinor} is not installed and could not be fetched from Debian`);
  }
}

async function minorOf(program: string): Promise<number> {
  const { stdout } = await promisify(execFile)(program, ['version', '--client', '--output=json']);
  const { clientVersion } = JSON.parse(stdout) as { clientVersion: { minor: string } };
  return Number.parseInt(clientVersion.minor, 10);
}

/**
 * What kubectl makes of objects without a server. `set env` reads those with pods into types of its own, without the fields
 * that it does not know, and leaves out the rest; `label` passes all on.
 */
export async function throughKubectl(program: string, words: readonly string[], manifest: string): Promise<string> {
  const child = spawn(program, [...words, '--local', '-f', '-', '-o', 'yaml'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: '/nonexistent' },
  });
  child.stdin.end(manifest);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (stdout === '') throw new Error(stderr);
  return stdout;
}
