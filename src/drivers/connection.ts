import type { LoadConnection, LoadStatement, LoadValue } from './driver.ts';
import type { LoadLine } from './line.ts';

/** A connection of a driver's pool, as the load borrows it again and again. */
export abstract class PooledConnection implements LoadConnection {
  readonly line: LoadLine;
  isLent = false;
  /** Since keepAlive() has looked last. */
  #wasUsed = false;

  constructor(line: LoadLine) {
    this.line = line;
  }

  get processId(): number {
    return this.line.processId ?? 0;
  }

  lend(): this {
    this.isLent = true;
    this.#wasUsed = true;
    return this;
  }

  release(broken = false): void {
    if (!this.isLent) return; // A second time, which pg would throw at.
    this.isLent = false;
    if (broken) {
      this.discard();
      this.line.cut();
    } else this.giveBack();
  }

  /** The server ends sessions that do nothing, and a pool with more connections than it needs has some. */
  keepAlive(): void {
    if (!this.isLent && !this.#wasUsed && this.line.isOpen) this.ping();
    this.#wasUsed = false;
  }

  abstract run(statement: LoadStatement, values: readonly LoadValue[], done: (error: Error | undefined) => void): void;
  /** To the driver's pool. */
  protected abstract giveBack(): void;
  /** Out of the driver's pool. */
  protected abstract discard(): void;
  protected abstract ping(): void;
  /** Leaves the server in peace. */
  abstract sayGoodbye(): void;
}
