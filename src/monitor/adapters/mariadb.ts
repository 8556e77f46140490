import { errorMonitor } from 'node:events';
import type { PoolAcquire } from '../acquire.ts';
import { type Attached, poolAdapter } from '../adapter.ts';
import type { PoolSizes } from '../facts.ts';
import { type FailureSign, failureKind } from '../failure.ts';
import { type AnyMethod, interpose } from '../interpose.ts';
import type { PoolObserver } from '../observer.ts';
import { followed, hasMethods, isObject, listen, undoAll, watched } from '../shape.ts';

/** The pool of mariadb 3, promise and callback. Its core is private: it shows sizes and events, and what is called on it. */
interface MariadbPool {
  totalConnections(): number;
  activeConnections(): number;
  idleConnections(): number;
  taskQueueSize(): number;
  /** poolPromise(active=1 idle=2 limit=10) */
  toString(): string;
  on(event: string | symbol, listener: AnyMethod): unknown;
  off(event: string | symbol, listener: AnyMethod): unknown;
}

/** The connection under what the application gets. */
interface MariadbConnection {
  isValid(): boolean;
}

// mariadb, lib/misc/errors.js.
const signs: readonly FailureSign[] = [
  ['ER_GET_CONNECTION_TIMEOUT', 'timeout'],
  ['ER_POOL_ALREADY_CLOSED', 'closed'],
  ['ER_CLOSING_POOL', 'closed'],
];

/** All that take a connection of the pool. */
const asking = ['getConnection', 'query', 'execute', 'batch', 'importFile'] as const;

export const mariadbAdapter = poolAdapter('mariadb', isMariadbPool, attach);

function isMariadbPool(candidate: object): candidate is MariadbPool {
  return hasMethods(candidate, 'totalConnections', 'activeConnections', 'idleConnections', 'taskQueueSize', ...asking);
}

function attach(pool: MariadbPool, observer: PoolObserver): Attached {
  const requests = new MariadbRequests(pool, observer);
  return {
    name: 'mariadb',
    system: 'mariadb',
    sizes: () => requests.sizes(),
    detach: undoAll([
      ...asking.map((key) => interpose(pool, key, (original, self, args) => requests.ask(original, self, args))),
      interpose(pool, 'end', (original, self, args) => {
        observer.ended();
        return Reflect.apply(original, self, args);
      }),
      listen(pool, 'connection', () => observer.opened()),
      listen(pool, 'acquire', (connection) => requests.acquired(connection)),
      listen(pool, 'release', (connection) => {
        if (isObject(connection)) observer.released(connection);
      }),
      listen(pool, errorMonitor, (error) => observer.opened(error)),
    ]),
  };
}

class MariadbRequests {
  readonly #pool: MariadbPool;
  readonly #observer: PoolObserver;
  readonly #limit: number | undefined;
  /** The one whose call is running. */
  #current: PoolAcquire | undefined;

  constructor(pool: MariadbPool, observer: PoolObserver) {
    this.#pool = pool;
    this.#observer = observer;
    const [, limit] = /\blimit=(\d+)/.exec(pool.toString()) ?? [];
    this.#limit = limit === undefined ? undefined : Number(limit);
  }

  sizes(): PoolSizes {
    this.#dropBroken();
    const pool = this.#pool;
    return {
      used: pool.activeConnections(),
      idle: pool.idleConnections(),
      connecting: undefined,
      pending: pool.taskQueueSize(),
      limit: this.#limit,
    };
  }

  ask(original: AnyMethod, self: unknown, args: readonly unknown[]): unknown {
    const acquire = this.#observer.asked();
    // With an idle connection the pool may test it first; without one the request waits in the queue.
    const mustQueue = this.#pool.idleConnections() === 0;
    const fail = (error: unknown) => acquire.failed(error, failureKind(error, signs));
    this.#current = acquire;
    try {
      return followed(Reflect.apply(original, self, toldOfError(args, fail)), () => {}, fail);
    } catch (error) {
      fail(error);
      throw error;
    } finally {
      this.#current = undefined;
      if (mustQueue) acquire.queues();
    }
  }

  /** During the call itself, or else for the request that waits the longest: the queue is first in, first out. */
  acquired(connection: unknown): void {
    this.#dropBroken();
    const [oldest] = this.#observer.waiting;
    const acquire = this.#current ?? oldest;
    if (isObject(connection)) acquire?.granted(connection);
  }

  /** A connection that broke or was destroyed while in use has no event of its own. */
  #dropBroken(): void {
    for (const connection of this.#observer.held.keys()) {
      if (isMariadbConnection(connection) && !connection.isValid()) this.#observer.closed(connection);
    }
  }
}

function isMariadbConnection(connection: object): connection is MariadbConnection {
  return hasMethods(connection, 'isValid');
}

/** The callback form: the error comes as the first argument of the callback, which is the last of the call. */
function toldOfError(args: readonly unknown[], fail: (error: unknown) => void): readonly unknown[] {
  const last = args.at(-1);
  if (typeof last !== 'function') return args;
  const told = watched(last as AnyMethod, ([error]) => {
    if (error) fail(error);
  });
  return [...args.slice(0, -1), told];
}
