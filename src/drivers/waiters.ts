import type { LoadConnection, LoadPool } from './driver.ts';
import { ownFailure } from './failure.ts';

export type Acquired = Parameters<LoadPool['acquire']>[0];

/** A timer may fire this much before its time. */
const earlyMs = 0.5;

/** Requests for a connection, each of which is answered exactly once, whatever the driver's pool says later. */
export class Waiters {
  readonly #waiting = new Set<Waiter>();
  readonly #timeoutMs: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** `timeoutMs`: each gives up after it, for a driver whose requests never do. */
  constructor(timeoutMs?: number) {
    this.#timeoutMs = timeoutMs;
  }

  get count(): number {
    return this.#waiting.size;
  }

  add(acquired: Acquired): Waiter {
    const isTimed = this.#timeoutMs !== undefined;
    const waiter = new Waiter(acquired, this.#waiting, isTimed ? performance.now() : 0);
    this.#waiting.add(waiter);
    if (isTimed && this.#timer === undefined) this.#wait(this.#timeoutMs);
    return waiter;
  }

  /** Answers all with this error. */
  refuseAll(error: Error): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const waiter of [...this.#waiting]) waiter.refuse(error);
  }

  /** One timer for all, set for the oldest: one timer per waiter costs measurably at 20,000 requests/s. */
  #wait(ms: number): void {
    this.#timer = setTimeout(() => this.#expire(), ms);
  }

  #expire(): void {
    this.#timer = undefined;
    const timeoutMs = this.#timeoutMs ?? 0;
    const now = performance.now();
    for (const waiter of this.#waiting) {
      const leftMs = waiter.sinceMs + timeoutMs - now;
      if (leftMs > earlyMs) {
        clearTimeout(this.#timer); // The timer of a waiter that asked again just now, in answer to a refusal.
        this.#wait(Math.ceil(leftMs));
        return;
      }
      waiter.refuse(ownFailure('POOL_ACQUIRE_TIMEOUT', `no connection within ${timeoutMs} ms`));
    }
  }
}

export class Waiter {
  readonly sinceMs: number;
  readonly #acquired: Acquired;
  readonly #all: Set<Waiter>;

  constructor(acquired: Acquired, all: Set<Waiter>, sinceMs: number) {
    this.#acquired = acquired;
    this.#all = all;
    this.sinceMs = sinceMs;
  }

  /** False where the request no longer waits: the connection must go back. */
  serve(connection: LoadConnection, openedMs: number | undefined): boolean {
    if (!this.#all.delete(this)) return false;
    this.#acquired(undefined, connection, openedMs);
    return true;
  }

  refuse(error: Error): void {
    if (this.#all.delete(this)) this.#acquired(error, undefined, undefined);
  }

  /** In a later turn: a caller that asks again at once would otherwise starve the event loop. */
  refuseSoon(error: Error): void {
    setImmediate(() => this.refuse(error));
  }
}
