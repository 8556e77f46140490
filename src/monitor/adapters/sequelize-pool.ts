import { type Attached, poolAdapter } from '../adapter.ts';
import { interpose } from '../interpose.ts';
import type { PoolObserver } from '../observer.ts';
import { hasMethods, undoAll } from '../shape.ts';
import { waitLimitsOf } from '../wait-limits.ts';
import { before, type Deferred, PoolRequests, Resources, tellConnected } from './resources.ts';

/** What sequelize-pool 6 to 8 has. Requests are known by what the pool keeps of them, which no public member shows. */
interface SequelizePool {
  readonly size: number;
  readonly using: number;
  readonly available: number;
  readonly waiting: number;
  readonly maxSize: number;
  readonly acquireTimeoutMillis?: number;
  readonly name: string | undefined;
  _factory: Factory;
  readonly _pendingAcquires: readonly Deferred[];
}

interface Factory {
  create(): unknown;
}

export const sequelizePoolAdapter = poolAdapter('sequelize-pool', isSequelizePool, attach);

function isSequelizePool(candidate: object): candidate is SequelizePool {
  return (
    '_pendingAcquires' in candidate && hasMethods(candidate, 'acquire', 'release', 'destroy', 'drain', '_dispense')
  );
}

function attach(pool: SequelizePool, observer: PoolObserver): Attached {
  const resources = new Resources();
  const requests = new PoolRequests(observer, resources);
  const undo = [
    interpose(pool, 'acquire', (original, self, args) =>
      requests.ask(() => Reflect.apply(original, self, args), {
        mustQueue: pool.available === 0 && pool.size >= pool.maxSize,
        // It refuses only while it drains.
        refusal: () => 'closed',
      }),
    ),
    // Called as soon as a request is queued, before anything is done for it.
    before(pool, '_dispense', () => {
      const deferred = pool._pendingAcquires.at(-1);
      if (deferred) requests.queued(deferred);
    }),
    interpose(pool, '_createResource', (original, self, args) => {
      const { _factory: factory } = pool;
      pool._factory = tellingFactory(factory, observer);
      try {
        return Reflect.apply(original, self, args);
      } finally {
        pool._factory = factory;
      }
    }),
    before(pool, 'release', (resource) => observer.released(resources.of(resource))),
    interpose(pool, 'destroy', (original, self, args) => {
      const { size } = pool;
      const result = Reflect.apply(original, self, args);
      if (pool.size < size) observer.closed(resources.of(args[0]));
      return result;
    }),
    before(pool, 'drain', () => observer.ended()),
  ];
  return {
    name: pool.name ?? 'sequelize-pool',
    system: undefined,
    sizes: () => {
      const { size, using, available, waiting, maxSize } = pool;
      return { used: using, idle: available, connecting: size - using - available, pending: waiting, limit: maxSize };
    },
    waitLimits: () => waitLimitsOf(pool.acquireTimeoutMillis),
    detach: undoAll(undo),
  };
}

/** The factory is the application's, and perhaps of more than one pool: this one stands in for it during one call. */
function tellingFactory(factory: Factory, observer: PoolObserver): Factory {
  const create = () => {
    const opened = factory.create();
    tellConnected(observer, opened);
    return opened;
  };
  return Object.create(factory, { create: { value: create } });
}
