import type { AcquireFacts, AcquireFailure, AcquireOutcome } from './facts.ts';
import { errorTypeOf } from './failure.ts';
import type { BorrowerStack } from './stack.ts';

/** A request for a connection, told by its adapter as it goes on. The first end counts; what comes later is ignored. */
export interface PoolAcquire extends AcquireFacts {
  /** The pool has none for it: it waits in the queue from now on. */
  queues(): void;
  /** The pool opens a connection for it from now on. */
  connects(): void;
  granted(connection: object): void;
  /** Of the error, only its code or class is kept. */
  failed(error: unknown, kind: AcquireFailure): void;
}

/** Where an acquire was asked for, and who is told that it is settled. */
export interface AcquireKeeper {
  now(): number;
  granted(acquire: ObservedAcquire, connection: object): void;
  failed(acquire: ObservedAcquire): void;
}

/** An acquire and its moments, in ms of its keeper's clock. */
export class ObservedAcquire implements PoolAcquire {
  readonly askedAtMs: number;
  outcome: AcquireOutcome = 'waiting';
  errorType: string | undefined;
  heldInContext: number | undefined;
  holder: AcquireFacts | undefined;
  /** Who asked. */
  trace: BorrowerStack | undefined;
  /** Held for long on purpose: no leak. */
  isLongLived = false;
  /** Held for longer than a report takes. */
  isOverdue = false;
  /** A report has named it. */
  isReported = false;
  readonly #keeper: AcquireKeeper;
  #queuesAtMs: number | undefined;
  #connectsAtMs: number | undefined;
  #settledAtMs: number | undefined;
  #endedAtMs: number | undefined;

  constructor(keeper: AcquireKeeper) {
    this.#keeper = keeper;
    this.askedAtMs = keeper.now();
  }

  get isConnecting(): boolean {
    return this.#connectsAtMs !== undefined && this.outcome === 'waiting';
  }

  get waitMs(): number | undefined {
    return this.#settledAtMs === undefined ? undefined : this.#settledAtMs - this.askedAtMs;
  }

  get queuedMs(): number | undefined {
    if (this.#settledAtMs === undefined) return undefined;
    return this.#queuesAtMs === undefined ? 0 : (this.#connectsAtMs ?? this.#settledAtMs) - this.#queuesAtMs;
  }

  get connectingMs(): number | undefined {
    if (this.#settledAtMs === undefined) return undefined;
    return this.#connectsAtMs === undefined ? 0 : this.#settledAtMs - this.#connectsAtMs;
  }

  get useMs(): number | undefined {
    const [from, to] = [this.#settledAtMs, this.#endedAtMs];
    return from === undefined || to === undefined ? undefined : to - from;
  }

  get stack(): string | undefined {
    return this.trace?.text;
  }

  queues(): void {
    this.#queuesAtMs ??= this.#keeper.now();
  }

  connects(): void {
    this.#connectsAtMs ??= this.#keeper.now();
  }

  granted(connection: object): void {
    if (this.outcome !== 'waiting') return;
    this.#settledAtMs = this.#keeper.now();
    this.outcome = 'held';
    this.#keeper.granted(this, connection);
  }

  failed(error: unknown, kind: AcquireFailure): void {
    if (this.outcome !== 'waiting') return;
    this.#settledAtMs = this.#keeper.now();
    this.outcome = kind;
    this.errorType = errorTypeOf(error);
    this.#keeper.failed(this);
  }

  /** For its keeper: the connection was given back, or closed. */
  end(outcome: 'returned' | 'destroyed'): void {
    this.#endedAtMs = this.#keeper.now();
    this.outcome = outcome;
  }

  /** How long it is held at this moment; 0 where it is not. */
  heldForMs(nowMs: number): number {
    return this.outcome === 'held' && this.#settledAtMs !== undefined ? nowMs - this.#settledAtMs : 0;
  }
}
