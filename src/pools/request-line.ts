import { type FieldKinds, wrongField } from '../base/check-fields.ts';
import { atLeast } from '../base/check-number.ts';
import { longestTimerMs } from '../base/deadline.ts';
import { PoolctlError } from '../base/errors.ts';
import type { PoolAcquire } from '../monitor/acquire.ts';
import type { AcquireFailure } from '../monitor/facts.ts';

/** How long a request may wait, and what ends it earlier. */
export interface AcquireOptions {
  /** Longest wait, from the call on: 1 or more; the manager's `acquireTimeoutMs` without it. */
  readonly timeoutMs?: number;
  /** Gives up, with the signal's reason. */
  readonly signal?: AbortSignal;
}

const optionKinds: FieldKinds<AcquireOptions> = { timeoutMs: 'number', signal: 'object' };

/** @throws PoolctlError VALUE_INVALID: an option that is misspelt would be left unheeded */
export function checkAcquireOptions(given: AcquireOptions): void {
  const wrong = wrongField(given, optionKinds);
  if (wrong !== undefined) throw new PoolctlError('VALUE_INVALID', `What the request was given ${wrong}`);
  atLeast('timeoutMs', given.timeoutMs, 1, longestTimerMs);
}

/** A request that waits for a connection. */
export interface LineRequest<Granted> {
  readonly askedAtMs: number;
  readonly acquire: PoolAcquire;
  serve(granted: Granted): void;
  fail(error: unknown, kind: AcquireFailure): void;
}

interface Waiting {
  readonly askedAtMs: number;
  readonly acquire: PoolAcquire;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** Why nothing came in time. */
  readonly late: () => Error;
  /** It gave up. */
  readonly left: () => void;
}

/** Requests in the order in which they came. Each has its own deadline; its timer keeps the process alive until then. */
export class RequestLine<Granted> {
  readonly #waiters = new Set<LineRequest<Granted>>();

  get size(): number {
    return this.#waiters.size;
  }

  get first(): LineRequest<Granted> | undefined {
    return this.#waiters.values().next().value;
  }

  /** Takes its turn; the promise is settled by `serve`, `fail`, the deadline or the signal. */
  join({ askedAtMs, acquire, timeoutMs, signal, late, left }: Waiting): Promise<Granted> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        this.#waiters.delete(waiter);
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
      const waiter: LineRequest<Granted> = {
        askedAtMs,
        acquire,
        serve(granted) {
          settle();
          resolve(granted);
        },
        fail(error, kind) {
          settle();
          acquire.failed(error, kind);
          reject(error);
        },
      };
      const giveUp = (error: unknown, kind: AcquireFailure) => {
        waiter.fail(error, kind);
        left();
      };
      const onAbort = () => giveUp(signal?.reason, 'aborted');
      const timer = setTimeout(() => giveUp(late(), 'timeout'), timeoutMs);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiters.add(waiter);
    });
  }

  /** All but the first `kept` get this error. */
  failAll(error: unknown, kind: AcquireFailure, kept = 0): void {
    for (const waiter of [...this.#waiters].slice(kept)) waiter.fail(error, kind);
  }
}
