import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sandbox } from '../../../src/embedded/sandbox.ts';
import { dieWithUs } from '../../../src/embedded/sandbox.ts';
import { processTree } from './process-tree.ts';
import { thawAtDeath } from './thaw.ts';

const startPatienceMs = 30_000;
/** Vitest allows 10 s for the whole teardown. */
const stopPatienceMs = 8_000;

interface Signals {
  /** Asks for a clean stop that does not wait for clients. */
  readonly stop: NodeJS.Signals;
  /** Ends the server at once; its data may be lost. */
  readonly kill: NodeJS.Signals;
}

export class ServerProcess {
  readonly #sandbox: Sandbox;
  readonly #signals: Signals;
  readonly #spawn: () => ChildProcess;
  #child: ChildProcess;
  #noThaw = () => {};

  constructor(sandbox: Sandbox, signals: Signals, command: string, args: readonly string[]) {
    this.#sandbox = sandbox;
    this.#signals = signals;
    this.#spawn = () => {
      const child = sandbox.spawn(...dieWithUs(signals.kill, command, args));
      child.on('error', () => {}); // Then it has no pid.
      return child;
    };
    this.#child = this.#spawn();
    // Vitest runs no teardown when it is interrupted. Where the kernel does not help us, this does.
    process.once('exit', this.#kill);
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('The test server could not be started');
    return this.#child.pid;
  }

  /** Whether it ended by SIGKILL, so that it could not tidy up. */
  get wasKilled(): boolean {
    return this.#child.signalCode === 'SIGKILL';
  }

  /** Tries until the server lets `login` in. A server that ends or stays deaf is an error with its last log lines. */
  async ready(login: () => Promise<void>): Promise<void> {
    const deadline = Date.now() + startPatienceMs;
    for (;;) {
      try {
        return await login();
      } catch (error) {
        if (!this.#isRunning) throw this.#failure('ended while it was starting', error);
        if (Date.now() > deadline) throw this.#failure(`let nobody in for ${startPatienceMs / 1000} s`, error);
      }
      await sleep(25);
    }
  }

  /** Sends a signal to the server and all its children. */
  signal(name: NodeJS.Signals): void {
    if (!this.#isRunning) return;
    if (name === 'SIGSTOP' || name === 'SIGCONT') this.#noThaw();
    const before = processTree(this.pid);
    this.#child.kill(name);
    // A stopped server gets no more children, and a killed one has lost them.
    const pids = new Set([...before, ...processTree(this.pid)]);
    pids.delete(this.pid);
    for (const pid of pids) sendTo(pid, name);
    if (name === 'SIGSTOP') this.#noThaw = thawAtDeath([this.pid, ...pids]);
  }

  /** Ends it, cleanly or at once, and starts it again when `while` is over; `ready` says when it lets clients in. */
  async restart(how: 'stop' | 'kill', whileDown: () => Promise<void> = async () => {}): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill(this.#signals[how]);
    await ended;
    await whileDown();
    this.#child = this.#spawn();
  }

  async stop(): Promise<void> {
    if (this.#isRunning) {
      this.signal('SIGCONT');
      this.#child.kill(this.#signals.stop);
      const impatience = setTimeout(() => this.#child.kill('SIGKILL'), stopPatienceMs);
      await once(this.#child, 'exit');
      clearTimeout(impatience);
    }
    this.#noThaw();
    process.off('exit', this.#kill);
  }

  readonly #kill = () => {
    this.#child.kill(this.#signals.kill);
  };

  get #isRunning(): boolean {
    const { pid, exitCode, signalCode } = this.#child;
    return pid !== undefined && exitCode === null && signalCode === null;
  }

  #failure(what: string, cause: unknown): Error {
    return new Error(`The test server ${what}. Its last log lines:\n${this.#sandbox.lastLogLines()}`, { cause });
  }
}

function sendTo(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has just ended.
  }
}
