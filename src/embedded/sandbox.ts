import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderRemover } from './folder-remover.ts';

/** A private folder in which programs run as an unprivileged user. It is removed when they and this process are gone. */
export class Sandbox {
  readonly folder: string;
  readonly #user = serverUser();
  readonly #remover: FolderRemover;

  constructor(name: string) {
    this.folder = mkdtempSync(join(tmpdir(), `poolctl-${name}-`));
    this.#remover = new FolderRemover(this.folder);
    this.handOver(this.folder);
  }

  /** Gives a file or folder that poolctl made, with its contents, to the user that runs the programs. */
  handOver(path: string): void {
    if (this.#user.uid === undefined) return;
    execFileSync('chown', ['-R', `${this.#user.uid}:${this.#user.gid}`, path]);
  }

  spawn(command: string, args: readonly string[]): ChildProcess {
    const log = openSync(this.#logFile, 'a');
    try {
      // Detached: Ctrl-C in a terminal must not reach a server, or an initdb that would leave shared memory behind.
      const stdio = ['pipe', log, log, this.#remover.hold] as const;
      return spawn(command, args, { ...this.#user, cwd: this.folder, detached: true, stdio: [...stdio] });
    } finally {
      closeSync(log);
    }
  }

  /** Runs a short program to its end. */
  async run(command: string, args: readonly string[], input = ''): Promise<void> {
    const child = this.spawn(command, args);
    // A program that fails early does not read its input: its exit code says more than EPIPE.
    child.stdin?.on('error', () => {}).end(input);
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`${command} ended with ${code}. Its last log lines:\n${this.lastLogLines()}`);
  }

  lastLogLines(): string {
    return readFileSync(this.#logFile, 'utf8').trimEnd().split('\n').slice(-20).join('\n');
  }

  async remove(): Promise<void> {
    await this.#remover.remove();
  }

  get #logFile(): string {
    return join(this.folder, 'server.log');
  }
}

/** Letters and digits only, so that it may stand in SQL and URLs as it is. */
export function randomSecret(bytes = 16): string {
  return randomBytes(bytes).toString('hex');
}

function idOfNobody(which: '-u' | '-g'): number {
  return Number(execFileSync('id', [which, 'nobody'], { encoding: 'utf8' }));
}

export interface ServerUser {
  readonly uid?: number;
  readonly gid?: number;
}

/** Database servers refuse to run as root: they run as `nobody` when we are root. */
export function serverUser(): ServerUser {
  if (process.getuid?.() !== 0) return {};
  return { uid: idOfNobody('-u'), gid: idOfNobody('-g') };
}

function kernelCan(): boolean {
  return spawnSync('setpriv', ['--pdeathsig', 'SIGTERM', '--', 'true']).status === 0;
}

/**
 * The same command, made to get `signal` from the kernel when this process ends, even by SIGKILL. `setpriv` execs the
 * command, so its pid is the command's. It is on every Debian; elsewhere the command is returned as it is.
 */
export function dieWithUs(signal: NodeJS.Signals, command: string, args: readonly string[]): [string, string[]] {
  if (!kernelCan()) return [command, [...args]];
  return ['setpriv', ['--pdeathsig', signal, '--', command, ...args]];
}
