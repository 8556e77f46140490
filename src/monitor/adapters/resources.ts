import type { PoolAcquire } from '../acquire.ts';
import type { AcquireFailure } from '../facts.ts';
import { type FailureSign, failureKind } from '../failure.ts';
import { interpose } from '../interpose.ts';
import type { Connecting, PoolObserver } from '../observer.ts';

/** Generic pools lend anything, and an observer tells connections apart by identity: a number or a text gets an object. */
export class Resources {
  readonly #boxes = new Map<unknown, object>();

  of(resource: unknown): object {
    if ((typeof resource === 'object' && resource !== null) || typeof resource === 'function') return resource;
    const box = this.#boxes.get(resource) ?? {};
    this.#boxes.set(resource, box);
    return box;
  }
}

/** The queue is first in, first out: a connection that a pool opens is for the first request that has none coming. */
export function startConnecting(observer: PoolObserver): Connecting {
  for (const acquire of observer.waiting) {
    if (acquire.isConnecting) continue;
    acquire.connects();
    break;
  }
  return observer.connecting();
}

/** A promise whose rejection its pool handles, so that listening to it too hides nothing. */
export function tellConnected(observer: PoolObserver, opened: unknown): void {
  const connecting = startConnecting(observer);
  Promise.resolve(opened).then(
    () => connecting.connected(),
    (error: unknown) => connecting.failed(error),
  );
}

/** What a pool keeps for each request: it settles the promise that the caller has. */
export interface Deferred {
  resolve(resource: unknown): void;
  reject(error: unknown): void;
}

/** The requests of a pool that keeps a Deferred for each, from the call of `acquire` on. */
export class PoolRequests {
  readonly #observer: PoolObserver;
  readonly #resources: Resources;
  /** The one whose call is running and that the pool has not queued yet. */
  #asking: PoolAcquire | undefined;

  constructor(observer: PoolObserver, resources: Resources) {
    this.#observer = observer;
    this.#resources = resources;
  }

  ask(call: () => unknown, { mustQueue, refusal }: { mustQueue: boolean; refusal: () => AcquireFailure }): unknown {
    const acquire = this.#observer.asked();
    if (mustQueue) acquire.queues();
    this.#asking = acquire;
    try {
      return call();
    } catch (error) {
      acquire.failed(error, timeoutOr(error));
      throw error;
    } finally {
      // The pool has refused what it has not queued.
      if (this.#asking === acquire) acquire.failed(new Error('refused'), refusal());
      this.#asking = undefined;
    }
  }

  /** Tells how the request is settled when the pool settles it: before its caller hears of it. */
  queued(deferred: Deferred): void {
    const acquire = this.#asking;
    if (!acquire) return;
    this.#asking = undefined;
    const { resolve, reject } = deferred;
    deferred.resolve = (resource) => {
      acquire.granted(this.#resources.of(resource));
      resolve.call(deferred, resource);
    };
    deferred.reject = (error) => {
      acquire.failed(error, timeoutOr(error));
      reject.call(deferred, error);
    };
  }
}

/**
 * By the class TimeoutError, which each of these pools has, whatever its message: tarn's is that of the last failed connect.
 * Sequelize wraps the error of the driver.
 */
export function timeoutOr(error: unknown, signs: readonly FailureSign[] = []): AcquireFailure {
  if (!(error instanceof Error)) return 'other';
  if (error.constructor.name === 'TimeoutError') return 'timeout';
  return failureKind('parent' in error ? error.parent : error, signs);
}

/** Calls `tell` with the arguments of a method before each call; gives what ends it. */
export const before = (target: object, key: string, tell: (...args: readonly unknown[]) => void): (() => void) =>
  interpose(target, key, (original, self, args) => {
    tell(...args);
    return Reflect.apply(original, self, args);
  });

/** The same after each call. */
export const after = (target: object, key: string, tell: (result: unknown, args: readonly unknown[]) => void) =>
  interpose(target, key, (original, self, args) => {
    const result = Reflect.apply(original, self, args);
    tell(result, args);
    return result;
  });
