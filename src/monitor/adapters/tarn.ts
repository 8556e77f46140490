import type { PoolAcquire } from '../acquire.ts';
import { type Attached, poolAdapter } from '../adapter.ts';
import type { FailureSign } from '../failure.ts';
import type { Connecting, PoolObserver } from '../observer.ts';
import { hasMethods } from '../shape.ts';
import { waitLimitsOf } from '../wait-limits.ts';
import { Resources, startConnecting, timeoutOr } from './resources.ts';

/** What tarn 3 has, and the pool of Knex, which is one. */
interface TarnPool {
  readonly max: number;
  readonly acquireTimeoutMillis?: number;
  readonly destroyed: boolean;
  numUsed(): number;
  numFree(): number;
  numPendingAcquires(): number;
  numPendingCreates(): number;
  on(event: string, listener: (...args: never[]) => void): void;
  removeListener(event: string, listener: (...args: never[]) => void): void;
}

const signs: readonly FailureSign[] = [[/^aborted$/, 'aborted']];

export const tarnAdapter = poolAdapter('tarn', isTarn, attach);

function isTarn(candidate: object): candidate is TarnPool {
  return hasMethods(candidate, 'acquire', 'numUsed', 'numFree', 'numPendingAcquires', 'numPendingCreates', 'on');
}

/** Its events tell all of it: a request before it is queued, the hand-over before the caller has it. */
function attach(pool: TarnPool, observer: PoolObserver): Attached {
  const resources = new Resources();
  const acquires = new Map<number, PoolAcquire>();
  const creates = new Map<number, Connecting>();
  const settle = <Waiting>(open: Map<number, Waiting>, id: number): Waiting | undefined => {
    const found = open.get(id);
    open.delete(id);
    return found;
  };
  const events = {
    acquireRequest: (id: number) => {
      const acquire = observer.asked();
      acquires.set(id, acquire);
      if (mustQueue(pool)) acquire.queues();
    },
    acquireSuccess: (id: number, resource: unknown) => settle(acquires, id)?.granted(resources.of(resource)),
    acquireFail: (id: number, error: unknown) =>
      settle(acquires, id)?.failed(error, pool.destroyed ? 'closed' : timeoutOr(error, signs)),
    createRequest: (id: number) => creates.set(id, startConnecting(observer)),
    createSuccess: (id: number) => settle(creates, id)?.connected(),
    createFail: (id: number, error: unknown) => settle(creates, id)?.failed(error),
    release: (resource: unknown) => observer.released(resources.of(resource)),
    destroyRequest: (_id: number, resource: unknown) => observer.closed(resources.of(resource)),
    poolDestroySuccess: () => observer.ended(),
  };
  const listeners = Object.entries<(...args: never[]) => void>(events);
  for (const [event, listener] of listeners) pool.on(event, listener);
  return {
    name: 'tarn',
    system: undefined,
    sizes: () => ({
      used: pool.numUsed(),
      idle: pool.numFree(),
      connecting: pool.numPendingCreates(),
      pending: pool.numPendingAcquires(),
      limit: pool.max,
    }),
    waitLimits: () => waitLimitsOf(pool.acquireTimeoutMillis),
    detach: () => {
      for (const [event, listener] of listeners) pool.removeListener(event, listener);
    },
  };
}

/** tarn's own rule (Pool.js, _shouldCreateMoreResources), for a request that is not among the pending ones yet. */
function mustQueue(pool: TarnPool): boolean {
  const isFull = pool.numUsed() + pool.numPendingCreates() >= pool.max;
  return pool.numFree() === 0 && (isFull || pool.numPendingCreates() > pool.numPendingAcquires());
}
