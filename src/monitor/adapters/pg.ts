import type { PoolAcquire } from '../acquire.ts';
import { type Attached, poolAdapter } from '../adapter.ts';
import type { PoolSizes } from '../facts.ts';
import { type FailureSign, failureKind } from '../failure.ts';
import { type AnyMethod, interpose } from '../interpose.ts';
import type { PoolObserver } from '../observer.ts';
import { poolNameOf } from '../pool-name.ts';
import { followed, hasMethods, isObject, listen, undoAll, watched } from '../shape.ts';
import { waitLimitsOf } from '../wait-limits.ts';

/** What pg-pool 3.6 and newer has, whichever copy of it and whichever subclass. */
interface PgPool {
  readonly options: { readonly [option: string]: unknown };
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  Client: PgClientClass;
  Promise: PromiseConstructor;
  on(event: string | symbol, listener: AnyMethod): unknown;
  off(event: string | symbol, listener: AnyMethod): unknown;
}

type PromiseExecutor = (resolve: (value: unknown) => void, reject: (error: unknown) => void) => void;

type PgClientClass = new (...args: unknown[]) => object;

// pg-pool, index.js: connect, newClient; pg, client.js: _connect.
const signs: readonly FailureSign[] = [
  [/^timeout exceeded when trying to connect$/, 'timeout'],
  [/^Connection terminated due to connection timeout$/, 'timeout'],
  [/^timeout expired$/, 'timeout'],
  [/^Cannot use a pool after calling end on the pool$/, 'closed'],
  [/^Connection terminated(?: unexpectedly)?$/, 'connect'],
];

export const pgAdapter = poolAdapter('pg', isPgPool, attach);

function isPgPool(candidate: object): candidate is PgPool {
  return (
    'totalCount' in candidate &&
    'idleCount' in candidate &&
    'waitingCount' in candidate &&
    'options' in candidate &&
    isObject(candidate.options) &&
    hasMethods(candidate, 'connect', 'end', 'Client', 'Promise')
  );
}

/** OpenTelemetry's own instrumentation marks a pool at its first connect. */
function hasMark(pool: object): boolean {
  const marks = Object.getOwnPropertySymbols(pool);
  return marks.some(({ description }) => description === 'opentelemetry.instrumentation.pg.eventListenersSet');
}

function attach(pool: PgPool, observer: PoolObserver): Attached {
  const requests = new PgRequests(pool, observer);
  const undo = [
    interpose(pool, 'connect', (original, self, args) => requests.connect(original, self, args)),
    interpose(pool, 'end', (original, self, args) => {
      observer.ended();
      return Reflect.apply(original, self, args);
    }),
    requests.watchClients(),
    listen(pool, 'release', (error, client) => released(observer, error, client)),
    listen(pool, 'remove', (client) => {
      if (isObject(client)) observer.closed(client);
    }),
  ];
  return {
    name: poolNameOf({ ...pool.options, url: pool.options['connectionString'] }),
    system: 'postgresql',
    sizes: () => requests.sizes(),
    waitLimits: () => waitLimitsOf(pool.options['connectionTimeoutMillis']),
    alsoMeteredBy: () => (hasMark(pool) ? '@opentelemetry/instrumentation-pg' : undefined),
    detach: undoAll(undo),
  };
}

function released(observer: PoolObserver, error: unknown, client: unknown): void {
  if (!isObject(client)) return;
  const status = 'getTransactionStatus' in client ? (client as TellsTransaction).getTransactionStatus() : undefined;
  observer.released(client, { isBroken: Boolean(error), isInTransaction: status === 'T' || status === 'E' });
}

/** The requests of one pool, and the connections that it opens for them. */
class PgRequests {
  readonly #pool: PgPool;
  readonly #observer: PoolObserver;
  /** The one whose call is running. */
  #current: PoolAcquire | undefined;
  #connecting = 0;
  #hasPromised = false;
  #telling: { readonly base: PromiseConstructor; readonly made: PromiseConstructor } | undefined;

  constructor(pool: PgPool, observer: PoolObserver) {
    this.#pool = pool;
    this.#observer = observer;
  }

  sizes(): PoolSizes {
    const { totalCount, idleCount: idle, waitingCount: pending } = this.#pool;
    const connecting = Math.min(this.#connecting, totalCount - idle);
    return { used: totalCount - idle - connecting, idle, connecting, pending, limit: this.#limit };
  }

  get #limit(): number {
    return Number(this.#pool.options['max']);
  }

  connect(original: AnyMethod, self: unknown, args: readonly unknown[]): unknown {
    const acquire = this.#observer.asked();
    const { totalCount, idleCount, waitingCount } = this.#pool;
    if (waitingCount >= idleCount + Math.max(0, this.#limit - totalCount)) acquire.queues();
    const outer = this.#current;
    this.#current = acquire;
    try {
      const [callback, ...rest] = args;
      if (typeof callback !== 'function') return this.#promised(acquire, original, self, args);
      return Reflect.apply(original, self, [
        watched(callback as AnyMethod, ([error, client]) => settle(acquire, error, client)),
        ...rest,
      ]);
    } catch (error) {
      acquire.failed(error, failureKind(error, signs));
      throw error;
    } finally {
      this.#current = outer;
    }
  }

  /**
   * The pool makes its promise during the call, of the class in its property `Promise`. For that time it is one that tells
   * how the promise is settled: a reaction of our own would come a microtask late, or hide that nobody handles a rejection.
   */
  #promised(acquire: PoolAcquire, original: AnyMethod, self: unknown, args: readonly unknown[]): unknown {
    const pool = this.#pool;
    const before = pool.Promise;
    this.#hasPromised = false;
    pool.Promise = this.#tellingPromise(before);
    let result: unknown;
    try {
      result = Reflect.apply(original, self, args);
    } finally {
      pool.Promise = before;
    }
    if (this.#hasPromised) return result;
    // A subclass with a promise of its own.
    return followed(
      result,
      (client) => settle(acquire, undefined, client),
      (error) => settle(acquire, error, undefined),
    );
  }

  #tellingPromise(base: PromiseConstructor): PromiseConstructor {
    if (this.#telling?.base !== base) this.#telling = { base, made: tellingPromise(base, () => this.#promises()) };
    return this.#telling.made;
  }

  #promises(): PoolAcquire | undefined {
    if (this.#current) this.#hasPromised = true;
    return this.#current;
  }

  /** The class of the clients becomes one that tells when the pool connects one of them; its instances are those of before. */
  watchClients(): () => void {
    const before = this.#pool.Client;
    const watching = new Proxy(before, {
      construct: (target, args, newTarget) => {
        const client: object = Reflect.construct(target, args, newTarget === watching ? target : newTarget);
        const stop = interpose(client, 'connect', (original, self, connectArgs) => {
          stop();
          return this.#connectClient(original, self, connectArgs);
        });
        return client;
      },
    });
    this.#pool.Client = watching;
    return () => {
      if (this.#pool.Client === watching) this.#pool.Client = before;
    };
  }

  #connectClient(original: AnyMethod, self: unknown, [callback, ...rest]: readonly unknown[]): unknown {
    if (typeof callback !== 'function') return Reflect.apply(original, self, [callback, ...rest]);
    const asker = this.#current ?? firstQueued(this.#observer);
    asker?.connects();
    const connecting = this.#observer.connecting();
    this.#connecting += 1;
    const told = watched(callback as AnyMethod, ([error]) => {
      this.#connecting -= 1;
      if (error) connecting.failed(error);
      else connecting.connected();
    });
    return Reflect.apply(original, self, [told, ...rest]);
  }
}

interface TellsTransaction {
  getTransactionStatus(): string | null;
}

/** A constructor of `base`'s promises that tells how they are settled. A proxy would cost several microseconds a promise. */
function tellingPromise(base: PromiseConstructor, asker: () => PoolAcquire | undefined): PromiseConstructor {
  function TellingPromise(executor: PromiseExecutor): Promise<unknown> {
    const acquire = asker();
    if (!acquire) return new base(executor);
    return new base((resolve, reject) =>
      executor(
        (client) => {
          settle(acquire, undefined, client);
          resolve(client);
        },
        (error) => {
          settle(acquire, error, undefined);
          reject(error);
        },
      ),
    );
  }
  return Object.setPrototypeOf(TellingPromise, base); // with Promise.reject and the others
}

function settle(acquire: PoolAcquire, error: unknown, client: unknown): void {
  if (error) acquire.failed(error, failureKind(error, signs));
  else if (isObject(client)) acquire.granted(client);
}

/** The queue is first in, first out: a connection that the pool opens later is for the head of it. */
function firstQueued(observer: PoolObserver): PoolAcquire | undefined {
  for (const acquire of observer.waiting) if (!acquire.isConnecting) return acquire;
  return undefined;
}
