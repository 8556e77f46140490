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

/** Who looks at those that borrow. */
export interface Borrowers {
  /** Within the call of who asks, before the pool gets it. */
  asked(acquire: ObservedAcquire): void;
  released(acquire: ObservedAcquire, release: ReleaseFacts): void;
}

/**
 * What happens in one pool, as its adapter or its manager tells it: counters, open acquires, and the sinks that take each
 * of them. It throws nothing into the application: a sink that throws is left out from then on.
 */
export class PoolObserver {
  readonly counters = new PoolCounters();
  readonly now: () => number;
  readonly startedAtMs: number;
  borrowers: Borrowers | undefined;
  readonly #sinks = new Set<AcquireSink>();
  readonly #waiting = new Set<ObservedAcquire>();
  readonly #held = new Map<object, ObservedAcquire>();
  readonly #keeper: AcquireKeeper;
  #whenEnded: (() => void)[] = [];
  #isEnded = false;

  /** `now`: a clock in ms that never goes back, as performance.now. */
  constructor({ now }: { readonly now: () => number }) {
    this.now = now;
    this.startedAtMs = now();
    this.#keeper = {
      now,
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
    this.borrowers?.asked(acquire);
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
    this.borrowers?.released(acquire, release);
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

  /** A connection that the application holds on purpose for long is no leak. False where it is not out. */
  longLived(connection: object): boolean {
    const acquire = this.#held.get(connection) ?? this.#held.get(wrappedBy(connection)) ?? this.#byThread(connection);
    if (acquire) acquire.isLongLived = true;
    return acquire !== undefined;
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

  /** mariadb hands out a wrapper that hides its connection, and shows the number of its thread. */
  #byThread(connection: object): ObservedAcquire | undefined {
    const thread: unknown = 'threadId' in connection ? connection.threadId : undefined;
    if (typeof thread !== 'number') return undefined;
    for (const [held, acquire] of this.#held) if ('threadId' in held && held.threadId === thread) return acquire;
    return undefined;
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
    if (this.#sinks.size === 0) return;
    for (const sink of this.#sinks) {
      try {
        what(sink);
      } catch {
        this.#sinks.delete(sink);
      }
    }
  }
}

/** The promise form of mysql2 wraps a connection; others are themselves. */
function wrappedBy(connection: object): object {
  return 'connection' in connection && typeof connection.connection === 'object' && connection.connection !== null
    ? connection.connection
    : connection;
}
