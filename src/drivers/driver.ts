import type { ConnectionTarget } from '../engines/target.ts';
import type { OpeningPace } from './opening-pace.ts';

/** A pool as the application would configure it. */
export interface LoadPoolSettings {
  readonly connectionLimit: number;
  /** Requests that may wait: any number when left out, none for 0. poolctl's wrapper refuses the rest where the driver cannot. */
  readonly queueLimit?: number;
  /** In ms. Undefined: no limit. Where the driver has no such option, poolctl's wrapper gives up. */
  readonly acquireTimeoutMs?: number;
  readonly connectTimeoutMs: number;
}

/** The limits of every session of a load, so that no statement of poolctl runs on after poolctl has ended. */
export interface LoadSafety {
  /** Seen by the server's administrator: `poolctl-probe/1f3a`. */
  readonly tag: string;
  /**
   * A pooler stands in between and shares the server's sessions among its clients: nothing is set on them, and every
   * statement carries the tag as a comment instead. See commentOf.
   */
  readonly isPooled?: boolean;
  /** Statements carry the tag as a comment where sessions have no name, on MySQL and MariaDB; all else is as without it. */
  readonly isTagged?: boolean;
  readonly readOnly: boolean;
  readonly statementTimeoutMs: number;
  readonly lockTimeoutMs: number;
  /** After it the server ends a session that does nothing, in a transaction or outside of one. */
  readonly idleTimeoutMs: number;
}

export interface LoadTarget {
  readonly target: ConnectionTarget;
  readonly safety: LoadSafety;
  /** A proxy on this machine to connect through; certificates are still held against the target's own name. */
  readonly via?: { readonly host: string; readonly port: number };
}

/** One statement as the driver takes it: with its own placeholders, `$1` or `?`. */
export interface LoadStatement {
  readonly text: string;
  /** Sent as a prepared statement, parsed once a connection. */
  readonly prepared: boolean;
  /** Asks the server to sleep: MySQL answers 1 and no error where the sleep was cut short, which is then a failure. */
  readonly isSleep?: boolean;
  /** Asks whether something has changed that must not: an answer of 1 is a failure. */
  readonly isCheck?: boolean;
}

export type LoadValue = string | number | null;

/** How long the parts of opening a connection took, in ms; TLS only where there is any. */
export interface ConnectTimes {
  readonly tcpMs: number;
  readonly tlsMs?: number;
  /** From the end of TCP or TLS to the first moment at which a statement could be sent. */
  readonly loginMs: number;
  /** poolctl's SET statements. */
  readonly setupMs: number;
  readonly totalMs: number;
}

export interface LoadConnection {
  /** The server's id of the session. */
  readonly processId: number;
  /** Calls back when all of the answer has been read. */
  run(statement: LoadStatement, values: readonly LoadValue[], done: (error: Error | undefined) => void): void;
  /** Back into the pool; `broken` closes it instead. */
  release(broken?: boolean): void;
}

/** A pool of the driver itself (pg.Pool, mysql2's callback pool), with callbacks: promises cost mysql2 a tenth of its speed. */
export interface LoadPool {
  /**
   * Opens all connections, at most ten every 100 ms, so that no first request pays for one. `pace`: shared with other
   * pools that open at the same time.
   * @throws PoolctlError as the engine maps the driver's errors
   */
  openAll(signal: AbortSignal, pace?: OpeningPace): Promise<readonly ConnectTimes[]>;
  /** `opened`: this request had to wait for a new connection, and how long that took. Errors are the driver's own; see classifyFailure. */
  acquire(
    done: (error: Error | undefined, connection: LoadConnection | undefined, openedMs: number | undefined) => void,
  ): void;
  /** Answers all that wait with an error, at once; who asks later is served as before. */
  refuseWaiting(): void;
  /** Requests that wait for a connection now. */
  readonly waiting: number;
  readonly connections: number;
  /** Every session that is open or opening, by the server's id. */
  readonly processIds: readonly number[];
  /** Closes idle connections properly, and cuts what has not ended after `graceMs`. Cutting does not end the server's work: see Control. */
  end(graceMs: number): Promise<void>;
}

/** Why a request failed, by the class that the report counts; `label` is the server's or driver's own code. */
export interface LoadFailure {
  readonly kind: LoadFailureKind;
  readonly label: string;
}

/** The classes of failed requests that a report counts. */
export const loadFailureKinds = [
  'acquire-timeout',
  'queue-full',
  'pooler-full',
  'pooler-wait',
  'server-full',
  'connect-failed',
  'connection-lost',
  'statement-timeout',
  'lock-timeout',
  'deadlock',
  'serialization',
  'read-only',
  'login-refused',
  'session-changed',
  'sql-error',
] as const;
/** The class of a failed request. */
export type LoadFailureKind = (typeof loadFailureKinds)[number];

/** What poolctl needs of a driver to make a load. */
export interface LoadDriver {
  /** `pg 8.23.1`. */
  readonly name: string;
  createPool(to: LoadTarget, settings: LoadPoolSettings): LoadPool;
  /** One connection outside of any pool, ready to be used. @throws PoolctlError */
  connect(
    to: LoadTarget,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<{ connection: LoadConnection; times: ConnectTimes; close(): Promise<void> }>;
  classify(error: Error): LoadFailure;
}
