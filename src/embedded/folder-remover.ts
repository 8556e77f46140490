import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * A shell that removes a folder as soon as no process holds the other end of its input: when this process has ended,
 * even by SIGKILL, and so have all programs that work in the folder.
 */
export class FolderRemover {
  readonly #shell;

  constructor(folder: string) {
    // Detached, so that Ctrl-C in a terminal does not reach it.
    this.#shell = spawn('sh', ['-c', 'cat; rm -rf "$1"', 'sh', folder], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.#shell.unref();
  }

  /** Give this to a program that works in the folder. */
  get hold() {
    return this.#shell.stdin;
  }

  /** Lets go, and waits until every program has. */
  async remove(): Promise<void> {
    this.#shell.ref();
    // Not end(), which would close it for all holders.
    this.#shell.stdin.destroy();
    await once(this.#shell, 'exit');
  }
}
