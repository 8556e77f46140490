import type { PoolAcquire } from '../acquire.ts';
import { type Attached, ownerAdapter, poolAdapter } from '../adapter.ts';
import type { PoolSizes } from '../facts.ts';
import { type FailureSign, failureKind } from '../failure.ts';
import { type AnyMethod, interpose } from '../interpose.ts';
import type { Connecting, PoolObserver } from '../observer.ts';
import { poolNameOf } from '../pool-name.ts';
import { hasMethods, isObject, undoAll, watched } from '../shape.ts';
import { waitLimitsOf } from '../wait-limits.ts';

interface Mysql2Queue {
  readonly length: number;
  get?(index: number): unknown;
  peekAt?(index: number): unknown;
}

/** The pool of mysql2, and of mysql, which it comes from. The queues are private and the only place that says its sizes. */
interface Mysql2Pool {
  readonly config: {
    readonly connectionLimit: number;
    readonly queueLimit?: number;
    readonly connectionConfig: object;
  };
  readonly _allConnections: Mysql2Queue;
  readonly _freeConnections: Mysql2Queue;
  readonly _connectionQueue: Mysql2Queue;
}

// mysql2, lib/base/pool.js: getConnection; lib/base/connection.js: _handleTimeoutError. mysql, lib/Pool.js, the same texts.
const signs: readonly FailureSign[] = [
  [/^Queue limit reached\.$/, 'refused'],
  [/^No connections available\.$/, 'refused'],
  [/^Pool is closed\.$/, 'closed'],
  [/^connect ETIMEDOUT$/, 'timeout'],
  ['PROTOCOL_SEQUENCE_TIMEOUT', 'timeout'], // mysql: the handshake or the ping before the hand-over
];

export const mysql2Adapter = poolAdapter('mysql2', isMysql2Pool, attach);

export const mysqlAdapter = poolAdapter('mysql', isMysqlPool, attach);

/** The promise form of a pool wraps the other one, in which everything happens. */
export const mysql2PromiseAdapter = ownerAdapter('mysql2', isPromisePool, ({ pool }, found) => {
  found([{ pool, role: undefined }]);
  return () => {};
});

function isPromisePool(candidate: object): candidate is { readonly pool: object } {
  return 'pool' in candidate && isObject(candidate.pool) && isMysql2Pool(candidate.pool);
}

function isMysqlPool(candidate: object): candidate is Mysql2Pool {
  return isMysql2Pool(candidate) && hasMethods(candidate, 'acquireConnection');
}

function isMysql2Pool(candidate: object): candidate is Mysql2Pool {
  return (
    'config' in candidate &&
    isObject(candidate.config) &&
    'connectionConfig' in candidate.config &&
    '_allConnections' in candidate &&
    '_freeConnections' in candidate &&
    '_connectionQueue' in candidate &&
    hasMethods(candidate, 'getConnection', 'releaseConnection', 'end')
  );
}

function attach(pool: Mysql2Pool, observer: PoolObserver): Attached {
  const requests = new Mysql2Requests(pool, observer);
  return {
    name: poolNameOf(pool.config.connectionConfig),
    system: 'mysql',
    sizes: () => requests.sizes(),
    waitLimits: () => waitLimitsOf(undefined, pool.config.queueLimit),
    detach: undoAll([
      interpose(pool, 'getConnection', (original, self, args) => requests.ask(original, self, args)),
      interpose(pool, 'releaseConnection', (original, self, args) => {
        requests.released(args[0]);
        return Reflect.apply(original, self, args);
      }),
      interpose(pool, 'end', (original, self, args) => {
        observer.ended();
        return Reflect.apply(original, self, args);
      }),
    ]),
  };
}

class Mysql2Requests {
  readonly #pool: Mysql2Pool;
  readonly #observer: PoolObserver;
  /** By callback. The pool calls its own getConnection once more with one that waits, when a connection was closed. */
  readonly #requests = new WeakMap<AnyMethod, Request>();
  #connecting = 0;

  constructor(pool: Mysql2Pool, observer: PoolObserver) {
    this.#pool = pool;
    this.#observer = observer;
  }

  sizes(): PoolSizes {
    const { config, _allConnections: all, _freeConnections: free, _connectionQueue: queue } = this.#pool;
    const [idle, connecting] = [free.length, Math.min(this.#connecting, all.length - free.length)];
    return {
      used: all.length - idle - connecting,
      idle,
      connecting,
      pending: queue.length,
      limit: config.connectionLimit || undefined,
    };
  }

  ask(original: AnyMethod, self: unknown, args: readonly unknown[]): unknown {
    const [callback, ...rest] = args;
    if (typeof callback !== 'function') return Reflect.apply(original, self, args);
    const again = this.#requests.get(callback as AnyMethod);
    const request = again ?? new Request(this.#observer);
    const told = again ? callback : this.#told(request, callback as AnyMethod);
    const { _allConnections: all, _connectionQueue: queue } = this.#pool;
    const [connections, queued] = [all.length, queue.length];
    try {
      return Reflect.apply(original, self, [told, ...rest]);
    } finally {
      if (all.length > connections) this.#connects(request);
      else if (queue.length > queued) this.#queues(request);
    }
  }

  #told(request: Request, callback: AnyMethod): AnyMethod {
    const told = watched(callback, (results) => this.#settle(request, results));
    this.#requests.set(told, request);
    return told;
  }

  released(connection: unknown): void {
    if (!isObject(connection)) return;
    // The pool has taken it out already: it is destroyed, ended, or broken.
    if ('_pool' in connection && !connection._pool) this.#observer.closed(connection);
    else this.#observer.released(connection);
  }

  #connects(request: Request): void {
    if (request.acquire.outcome !== 'waiting') return;
    request.acquire.connects();
    request.connecting = this.#observer.connecting();
    this.#connecting += 1;
  }

  #queues(request: Request): void {
    request.acquire.queues();
    const { _connectionQueue: queue } = this.#pool;
    // Tracing may have put a callback of its own round ours.
    const last = queue.get?.(queue.length - 1) ?? queue.peekAt?.(queue.length - 1);
    if (typeof last === 'function') this.#requests.set(last as AnyMethod, request);
  }

  #settle({ acquire, connecting }: Request, [error, connection]: readonly unknown[]): void {
    if (connecting) {
      this.#connecting -= 1;
      if (error) connecting.failed(error);
      else connecting.connected();
    }
    if (error) acquire.failed(error, failureKind(error, signs));
    else if (isObject(connection)) acquire.granted(connection);
  }
}

class Request {
  readonly acquire: PoolAcquire;
  connecting: Connecting | undefined;

  constructor(observer: PoolObserver) {
    this.acquire = observer.asked();
  }
}
