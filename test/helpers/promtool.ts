import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { Ran } from './run.ts';
import { debianServer } from './servers/debian-server.ts';

/**
 * The command of promtool, of Debian's package `prometheus`; `prometheus` itself is in the same cache.
 * @throws Unavailable where this machine cannot have it
 */
export async function promtoolProgram(program: 'promtool' | 'prometheus' = 'promtool'): Promise<[string, ...string[]]> {
  const command = await debianServer(program, 'prometheus');
  // In newer Debian, promtool is a package of its own.
  return existsSync(command.at(-1) ?? '') ? command : debianServer(program, program);
}

/** Runs promtool: `await promtool(['check', 'metrics'], { stdin })`. An exit code is an answer, and no error. */
export async function promtool(
  args: readonly string[],
  { stdin = '', cwd }: { readonly stdin?: string; readonly cwd?: string } = {},
): Promise<Ran> {
  const [command, ...before] = await promtoolProgram();
  const child = spawn(command, [...before, ...args], { cwd, stdio: 'pipe' });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  // It may end before it has read all.
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
  const [exitCode, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { exitCode, stdout, stderr };
}
