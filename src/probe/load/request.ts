import type { LoadConnection, LoadFailure, LoadFailureKind } from '../../drivers/driver.ts';
import type { Draw, PreparedRequest } from '../workload/draw.ts';
import type { Instance } from './instances.ts';

/** What a request needs of the load that it is a part of. */
export interface RequestHost {
  readonly draw: Draw;
  now(): number;
  classify(error: Error): LoadFailure;
  /** False once the load has ended: a late connection is returned unused, a late refusal is none. */
  readonly isServing: boolean;
  /** Of each instance. */
  readonly connections: number;
  /** A request has sent a statement, or has had all answers. */
  readonly onRunning: (change: 1 | -1, request: Request) => void;
}

/** `dropped`: it still waited for a connection when the load had ended. */
export type RequestOutcome = 'served' | 'dropped' | LoadFailure;

/** A pooler closes the connection after its refusals; a session without its limits must not serve another request. */
const endsSession: readonly LoadFailureKind[] = [
  'connection-lost',
  'pooler-full',
  'pooler-wait',
  'server-full',
  'session-changed',
];

const rollback = { statement: { text: 'ROLLBACK', prepared: false }, values: [] } as const;

/**
 * One request at a time: a connection from the pool, the statements on it, and the connection given back. The object is used
 * again for the next request: at 20,000 a second new objects cost measurably. All moments are the host's clock.
 */
export class Request {
  intendedMs = 0;
  askedMs = 0;
  gotMs = 0;
  endMs = 0;
  /** How long opening the connection took, where one was opened for this request. */
  openedMs: number | undefined;
  /** It was due in the window; of an open loop. */
  isCounted = false;
  /** Every connection was taken when it asked. */
  foundFull = false;
  /** It has had a connection. */
  hasRun = false;
  outcome: RequestOutcome = 'dropped';
  readonly #host: RequestHost;
  readonly #ended: (request: Request) => void;
  #instance: Instance | undefined;
  #prepared: PreparedRequest | undefined;
  #connection: LoadConnection | undefined;
  #index = 0;

  constructor(host: RequestHost, ended: (request: Request) => void) {
    this.#host = host;
    this.#ended = ended;
  }

  /** Asks the instance for a connection. Without a moment it was meant for: now. */
  begin(instance: Instance, intendedMs?: number): void {
    this.#instance = instance;
    instance.inFlight += 1;
    this.hasRun = false;
    this.openedMs = undefined;
    this.#prepared = this.#host.draw.next();
    this.#index = 0;
    // As many of the instance's requests as it has connections had begun before this one.
    this.foundFull = instance.inFlight > this.#host.connections;
    this.askedMs = this.#host.now();
    this.intendedMs = intendedMs ?? this.askedMs;
    instance.pool.acquire(this.#acquired);
  }

  readonly #acquired = (error?: Error, connection?: LoadConnection, openedMs?: number): void => {
    this.gotMs = this.#host.now();
    if (!this.#host.isServing) {
      connection?.release();
      this.#end('dropped');
    } else if (connection) this.#run(connection, openedMs);
    else this.#end(this.#host.classify(error ?? new Error('The pool gave no connection.')));
  };

  #run(connection: LoadConnection, openedMs: number | undefined): void {
    this.hasRun = true;
    this.openedMs = openedMs;
    this.#connection = connection;
    this.#host.onRunning(1, this);
    this.#runNext();
  }

  #runNext(): void {
    const next = this.#prepared?.statements[this.#index];
    this.#index += 1;
    if (next) this.#connection?.run(next.statement, next.values, this.#answered);
    else this.#giveBack('served', false);
  }

  readonly #answered = (error: Error | undefined): void => {
    if (error) this.#fail(this.#host.classify(error));
    else this.#runNext();
  };

  #fail(failure: LoadFailure): void {
    this.endMs = this.#host.now();
    const isLost = endsSession.includes(failure.kind);
    if (isLost || !this.#prepared?.isTransaction) {
      this.#giveBack(failure, isLost);
      return;
    }
    // A connection whose transaction cannot be ended must not serve another request.
    this.#connection?.run(rollback.statement, rollback.values, (error) => this.#giveBack(failure, error !== undefined));
  }

  #giveBack(outcome: RequestOutcome, isBroken: boolean): void {
    if (outcome === 'served') this.endMs = this.#host.now();
    const connection = this.#connection;
    this.#connection = undefined;
    this.#host.onRunning(-1, this);
    connection?.release(isBroken);
    this.#finish(outcome);
  }

  #end(outcome: RequestOutcome): void {
    this.endMs = this.gotMs;
    this.#finish(outcome);
  }

  #finish(outcome: RequestOutcome): void {
    this.outcome = outcome;
    if (this.#instance) this.#instance.inFlight -= 1;
    this.#ended(this);
  }
}
