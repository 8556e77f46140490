import { type AcquireKeeper, ObservedAcquire, type PoolAcquire } from './acquire.ts';
import { PoolCounters } from './counters.ts';
import type { AcquireSink, ConnectFacts, PoolSizes } from './facts.ts';
import { errorTypeOf } from './failure.ts';

/** A connection that is being opened. */
export interface Connecting {
  connected(): void;
  failed(error: unknown): void;
}

export interface ReleaseFacts {
  /** The pool closes it and does not keep it. */
  readonly isBroken?: boolean;
  /** A transaction is still open in it. */
  readonly isInTransaction?: boolean;
}

export interface ObserverOptions {
  /** A clock in ms that never goes back: performance.now. */
  readonly now: () => number;
  /** Before an acquire is handed to the pool: takes the stack or the context of who asks. */
  readonly onAsked?: (acquire: ObservedAcquire) => void;
  readonly onReleased?: (acquire: ObservedAcquire, release: ReleaseFacts) => void;
}

/**
 * What happens in one pool, as its adapter or its manager tells it: counters, open acquires, and the sinks that take each
 * of them. It throws nothing into the application: a sink that throws is left out from then on.
 */
export class PoolObserver {
  readonly counters = new PoolCounters();
  readonly now: () => number;
  readonly #options: ObserverOptions;
  readonly #sinks = new Set<AcquireSink>();
  readonly #waiting = new Set<ObservedAcquire>();
  readonly #held = new Map<object, ObservedAcquire>();
  readonly #keeper: AcquireKeeper;
  #whenEnded: (() => void)[] = [];
  #isEnded = false;

  constructor(options: ObserverOptions) {
    this.#options = options;
    this.now = options.now;
    this.#keeper = {
      now: options.now,
      granted: (acquire, connection) => this.#grant(acquire, connection),
      failed: (acquire) => this.#fail(acquire),
    };
  }

  /** Asked and not settled, the oldest first. */
  get waiting(): ReadonlySet<ObservedAcquire> {
    return this.#waiting;
  }

  /** By connection, the longest held first. */
  get held(): ReadonlyMap<object, ObservedAcquire> {
    return this.#held;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Gives the function that takes the sink away again. */
  addSink(sink: AcquireSink): () => void {
    this.#sinks.add(sink);
    return () => this.#sinks.delete(sink);
  }

  asked(): PoolAcquire {
    const acquire = new ObservedAcquire(this.#keeper);
    this.counters.asked += 1;
    this.#options.onAsked?.(acquire);
    this.#waiting.add(acquire);
    return acquire;
  }

  connecting(): Connecting {
    const startedAtMs = this.now();
    let isOver = false;
    const over = (errorType: string | undefined) => {
      if (!isOver) this.#connect({ startedAtMs, tookMs: this.now() - startedAtMs, errorType });
      isOver = true;
    };
    return { connected: () => over(undefined), failed: (error) => over(errorTypeOf(error)) };
  }

  /** For a library that tells only afterwards that a connection was opened, or could not be. */
  opened(error?: unknown): void {
    const errorType = error === undefined ? undefined : errorTypeOf(error);
    this.#connect({ startedAtMs: undefined, tookMs: undefined, errorType });
  }

  /** A connection that was granted is given back. Others, as those taken before the pool was observed, are ignored. */
  released(connection: object, release: ReleaseFacts = {}): void {
    const acquire = this.#held.get(connection);
    if (!acquire) return;
    if (release.isInTransaction) this.counters.releasedInTransaction += 1;
    this.#end(connection, acquire, release.isBroken ? 'destroyed' : 'returned');
    this.#options.onReleased?.(acquire, release);
  }

  /** The pool has closed a connection, in use or not. */
  closed(connection: object): void {
    this.counters.closed += 1;
    this.released(connection, { isBroken: true });
  }

  /** Once a second. */
  sampled(sizes: PoolSizes): void {
    if (this.#sinks.size === 0) return;
    const sample = { ...sizes, atMs: this.now() };
    this.#tell((sink) => sink.sampled?.(sample));
  }

  /** The pool has ended: its series stop. */
  ended(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    for (const tell of this.#whenEnded.splice(0)) tell();
  }

  whenEnded(tell: () => void): void {
    if (this.#isEnded) tell();
    else this.#whenEnded.push(tell);
  }

  #connect(facts: ConnectFacts): void {
    this.counters.connect(facts);
    this.#tell((sink) => sink.connected?.(facts));
  }

  #grant(acquire: ObservedAcquire, connection: object): void {
    this.#waiting.delete(acquire);
    const before = this.#held.get(connection);
    if (before) this.#end(connection, before, 'returned'); // its release was not seen
    this.#held.set(connection, acquire);
    this.counters.grant(acquire);
    this.#tell((sink) => sink.granted?.(acquire));
  }

  #fail(acquire: ObservedAcquire): void {
    this.#waiting.delete(acquire);
    this.counters.end(acquire);
    this.#tell((sink) => sink.ended?.(acquire));
  }

  #end(connection: object, acquire: ObservedAcquire, outcome: 'returned' | 'destroyed'): void {
    this.#held.delete(connection);
    acquire.end(outcome);
    this.counters.end(acquire);
    this.#tell((sink) => sink.ended?.(acquire));
  }

  #tell(what: (sink: AcquireSink) => void): void {
    for (const sink of this.#sinks) {
      try {
        what(sink);
      } catch {
        this.#sinks.delete(sink);
      }
    }
  }
}
