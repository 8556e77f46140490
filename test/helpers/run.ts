import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Io } from '../../src/base/io.ts';
import { main } from '../../src/main.ts';

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly env?: Record<string, string>;
  readonly stdin?: string;
  readonly cwd?: string;
  readonly tty?: boolean;
  readonly interrupted?: AbortSignal;
  /** By default that of the test's project. */
  readonly now?: () => number;
}

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Stands still where no server is asked, so that no line of progress depends on how busy the machine is. */
const now = process.env['POOLCTL_TEST_CLOCK'] === 'runs' ? () => performance.now() : () => 0;

/** The words of a command line as a shell would split them; single and double quotes hold words together. */
export function words(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

/** Runs poolctl in this process; `line` is what stands behind `poolctl`. */
export async function poolctl(line: string | readonly string[], surroundings: Surroundings = {}): Promise<Ran> {
  const { env = {}, stdin = '', cwd = root, tty = false } = surroundings;
  const written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    isTTY: tty,
    columns: 80,
    write: (text: string) => {
      written[name] += text;
    },
  });
  const io: Io = {
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    stdin: lines(stdin),
    env,
    cwd,
    now: surroundings.now ?? now,
    interrupted: surroundings.interrupted ?? new AbortController().signal,
  };
  const exitCode = await main(typeof line === 'string' ? words(line) : line, io);
  return { exitCode, ...written };
}

async function* lines(text: string): AsyncGenerator<string> {
  yield text;
}

/** Runs the real binary in a process of its own. */
export function bin(args: readonly string[], cwd = root, program = `${root}bin/poolctl`): Promise<Ran> {
  return new Promise((resolve) => {
    const env = { ...process.env, FORCE_COLOR: '', NO_COLOR: '1' };
    execFile(process.execPath, [program, ...args], { cwd, env }, (error, stdout, stderr) => {
      resolve({ exitCode: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

/** Runs a module in a process of its own. `poolctl/…` is the build. */
export function script(source: string, env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--input-type=module', '-e', source],
      { cwd: root, env: { ...process.env, ...env }, timeout: 9_000 },
      (error, stdout, stderr) => resolve({ exitCode: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}
