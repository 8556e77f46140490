import type { LoadConnection, LoadStatement, LoadValue } from './driver.ts';
import type { LoadLine } from './line.ts';

/** A connection of a driver's pool, as the load borrows it again and again. */
export abstract class PooledConnection implements LoadConnection {
  readonly line: LoadLine;
  isLent = false;
  /** Whether it was used since the last keepAlive(). */
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
    if (!this.isLent) return; // Not twice: pg throws at a second release.
    this.isLent = false;
    if (broken) {
      this.discard();
      this.line.cut();
    } else this.giveBack();
  }

  /** Pings a session that was idle since the last call: the server would end it after its idle timeout. */
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
  /** Sends Terminate or COM_QUIT, then closes. */
  abstract sayGoodbye(): void;
}
