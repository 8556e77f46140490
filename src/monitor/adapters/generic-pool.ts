import { type Attached, poolAdapter } from '../adapter.ts';
import { interpose } from '../interpose.ts';
import type { PoolObserver } from '../observer.ts';
import { hasMethods, undoAll } from '../shape.ts';
import { waitLimitsOf } from '../wait-limits.ts';
import { before, type Deferred, PoolRequests, Resources, tellConnected } from './resources.ts';

/** What generic-pool 3 has. Requests are known by what the pool keeps of them, which no public member shows. */
interface GenericPool {
  readonly size: number;
  readonly max: number;
  readonly borrowed: number;
  readonly available: number;
  readonly pending: number;
  readonly spareResourceCapacity: number;
  readonly _draining: boolean;
  readonly _config?: { readonly acquireTimeoutMillis?: unknown; readonly maxWaitingClients?: unknown };
  readonly _waitingClientsQueue: object;
  readonly _factoryCreateOperations: ReadonlySet<unknown>;
  isBorrowedResource(resource: unknown): boolean;
}

export const genericPoolAdapter = poolAdapter('generic-pool', isGenericPool, attach);

function isGenericPool(candidate: object): candidate is GenericPool {
  return (
    '_waitingClientsQueue' in candidate &&
    '_factoryCreateOperations' in candidate &&
    hasMethods(candidate, 'acquire', 'release', 'destroy', 'isBorrowedResource', '_trackOperation', '_destroy')
  );
}

function attach(pool: GenericPool, observer: PoolObserver): Attached {
  const resources = new Resources();
  const requests = new PoolRequests(observer, resources);
  const lent = (resource: unknown, isBroken: boolean) => {
    if (pool.isBorrowedResource(resource)) observer.released(resources.of(resource), { isBroken });
  };
  const undo = [
    interpose(pool, 'acquire', (original, self, args) =>
      requests.ask(() => Reflect.apply(original, self, args), {
        mustQueue: pool.available === 0 && pool.spareResourceCapacity < 1,
        refusal: () => (pool._draining ? 'closed' : 'refused'),
      }),
    ),
    before(pool._waitingClientsQueue, 'enqueue', (request) => requests.queued(request as Deferred)),
    before(pool, '_trackOperation', (operation, operations) => {
      if (operations === pool._factoryCreateOperations) tellConnected(observer, operation);
    }),
    before(pool, 'release', (resource) => lent(resource, false)),
    before(pool, 'destroy', (resource) => lent(resource, true)),
    before(pool, '_destroy', (pooled) => observer.closed(resources.of((pooled as { readonly obj: unknown }).obj))),
    before(pool, 'drain', () => observer.ended()),
  ];
  return {
    name: 'generic-pool',
    system: undefined,
    sizes: () => {
      const { size, borrowed, pending, max } = pool;
      const connecting = pool._factoryCreateOperations.size;
      // Those that are tested before they are lent count as idle.
      return { used: borrowed, idle: size - borrowed - connecting, connecting, pending, limit: max };
    },
    waitLimits: () => waitLimitsOf(pool._config?.acquireTimeoutMillis, pool._config?.maxWaitingClients),
    detach: undoAll(undo),
  };
}
