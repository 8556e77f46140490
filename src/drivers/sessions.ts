import type { PooledConnection } from './connection.ts';
import type { LoadTarget } from './driver.ts';
import { LoadLine } from './line.ts';

/** All sessions of one pool: opening, idle and lent. */
export class LoadSessions {
  /** From then on no request gets a connection. */
  isEnding = false;
  readonly #timeoutMs: number;
  readonly #lines = new Set<LoadLine>();
  readonly #connections = new Map<LoadLine, PooledConnection>();
  readonly #keepAlive: NodeJS.Timeout;
  #whenEmpty = () => {};

  constructor({ safety }: LoadTarget, connectTimeoutMs: number) {
    this.#timeoutMs = connectTimeoutMs;
    this.#keepAlive = setInterval(() => {
      for (const connection of this.#connections.values()) connection.keepAlive();
    }, safety.idleTimeoutMs / 3);
    this.#keepAlive.unref();
  }

  /** The line of a session that is about to open. While the pool ends, the line is cut at once. */
  line(): LoadLine {
    const line = new LoadLine(this.#timeoutMs);
    this.#lines.add(line);
    line.socket.once('close', () => {
      this.#lines.delete(line);
      this.#connections.delete(line);
      if (this.#lines.size === 0) this.#whenEmpty();
    });
    if (this.isEnding) line.cut();
    return line;
  }

  /** Notes that a session is open. */
  opened(connection: PooledConnection): void {
    this.#connections.set(connection.line, connection);
  }

  get count(): number {
    return this.#lines.size;
  }

  get processIds(): number[] {
    return [...this.#lines].flatMap(({ processId }) => (processId === undefined ? [] : [processId]));
  }

  /** Closes idle sessions properly, waits for the others, and cuts what is left after the grace. */
  async end(graceMs: number): Promise<void> {
    clearInterval(this.#keepAlive);
    for (const line of this.#lines) {
      const connection = this.#connections.get(line);
      if (!connection) line.cut();
      else if (!connection.isLent) connection.sayGoodbye();
    }
    await this.#emptyWithin(graceMs);
    for (const line of this.#lines) line.cut();
    await this.#emptyWithin(1_000); // Sockets that were cut are closed in the next turn of the loop.
  }

  #emptyWithin(ms: number): Promise<void> {
    if (this.#lines.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#whenEmpty = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
