import { longestTimerMs } from '../base/deadline.ts';
import type { PoolContext } from './context.ts';

interface Rounded {
  sweep(): void;
  entries(): readonly { check(): Promise<void> }[];
}

/** So many checks run at a time, over all pools. */
const checksAtOnce = 4;
/** Of the time between two rounds of checks, so that processes do not check in step. */
const jitter = 0.2;

/** What is done from time to time: sweeps, and health checks. The timers do not keep the process alive. */
export class Rounds {
  readonly #context: PoolContext;
  readonly #rounded: Rounded;
  readonly #sweeps: NodeJS.Timeout;
  #checks: NodeJS.Timeout;
  #isStopped = false;

  constructor(context: PoolContext, rounded: Rounded) {
    this.#context = context;
    this.#rounded = rounded;
    this.#sweeps = setInterval(() => rounded.sweep(), context.settings.sweepMs).unref();
    this.#checks = this.#later();
  }

  stop(): void {
    this.#isStopped = true;
    clearInterval(this.#sweeps);
    clearTimeout(this.#checks);
  }

  #later(): NodeJS.Timeout {
    const { clock, settings } = this.#context;
    const waitMs = settings.healthMs * (1 - jitter + 2 * jitter * clock.random());
    return setTimeout(() => this.#check(), Math.min(waitMs, longestTimerMs)).unref();
  }

  async #check(): Promise<void> {
    const entries = [...this.#rounded.entries()];
    const one = async (): Promise<void> => {
      for (let entry = entries.shift(); entry; entry = entries.shift()) await entry.check();
    };
    await Promise.all(Array.from({ length: checksAtOnce }, one));
    if (!this.#isStopped) this.#checks = this.#later();
  }
}
