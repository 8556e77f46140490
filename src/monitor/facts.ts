/**
 * Why an acquire got no connection. `timeout`: a time limit of the pool, in the queue or while connecting. `refused`: the
 * queue is full, or nobody may wait. `closed`: the pool has ended. `connect`: a connection could not be opened.
 * `aborted`: the asker gave up. `other`: none of these is known.
 */
export type AcquireFailure = 'timeout' | 'refused' | 'closed' | 'connect' | 'aborted' | 'other';

/** Where an acquire stands, or how it ended: `returned` to the pool, `destroyed` with its connection, or without one. */
export type AcquireOutcome = 'waiting' | 'held' | 'returned' | 'destroyed' | AcquireFailure;

/** One acquire. Times are in ms of the observer's clock; undefined until they are known. */
export interface AcquireFacts {
  readonly askedAtMs: number;
  /** In the queue of the pool; 0 where it did not have to wait. */
  readonly queuedMs: number | undefined;
  /** While the pool opened a connection for it; 0 where there was one. */
  readonly connectingMs: number | undefined;
  /** From the request to the hand-over, queue and connecting included: OpenTelemetry's wait_time. For a failed one, to its error. */
  readonly waitMs: number | undefined;
  /** From the hand-over until it is given back. */
  readonly useMs: number | undefined;
  readonly outcome: AcquireOutcome;
  /** Code or class of the error of a failed one, such as `ECONNREFUSED`; never its text. */
  readonly errorType: string | undefined;
  /** How many connections the same asynchronous context held when it asked; undefined where nobody follows contexts. */
  readonly heldInContext: number | undefined;
  /** The one of these that it got last. */
  readonly holder: AcquireFacts | undefined;
  /** Stack of the borrower, from its first frame on; undefined where it was not taken. */
  readonly stack: string | undefined;
}

/** One connection that was opened, or could not be. The times are undefined where the library tells it only afterwards. */
export interface ConnectFacts {
  readonly startedAtMs: number | undefined;
  readonly tookMs: number | undefined;
  /** Code or class of the error; undefined where it worked. */
  readonly errorType: string | undefined;
}

/**
 * What a pool holds, in one observation: used + idle + connecting = all of its connections. Undefined is what the library
 * does not show.
 */
export interface PoolSizes {
  readonly used: number;
  readonly idle: number | undefined;
  readonly connecting: number | undefined;
  /** Requests that wait for a connection. */
  readonly pending: number;
  /** The most connections that it may open; undefined where it has no bound. */
  readonly limit: number | undefined;
}

/** How long and how many requests may wait. Left out: the library does not show it, or has no limit. */
export interface WaitLimits {
  readonly acquireTimeoutMs?: number;
  readonly queueLimit?: number;
}

/** Sizes at a moment of the observer's clock, once a second. */
export interface PoolSample extends PoolSizes {
  readonly atMs: number;
}

/** Who takes what happens in a pool: the recorder, metrics. It is called within the acquire and must be quick. */
export interface AcquireSink {
  /** The hand-over: waitMs, queuedMs and connectingMs are known. */
  granted?(acquire: AcquireFacts): void;
  /** It is over: given back, or failed. Once for each. */
  ended?(acquire: AcquireFacts): void;
  /** A connection was opened, or could not be. */
  connected?(connect: ConnectFacts): void;
  /** Once a second, from a timer that does not keep the process alive. */
  sampled?(sample: PoolSample): void;
}
