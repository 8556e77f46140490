import type { PoolSettings } from '../../size/input.ts';
import { boundsQueue, limitsParameter, limitsType, queueRefusal, refuses, wrapperCall } from './limits.ts';

const limits = ['connectionLimit', 'queueLimit'] as const;

/** The call of boundQueue, with what it is for, and the function. */
interface BoundQueue {
  readonly call?: string;
  readonly wrapper?: string;
}

function boundQueue(
  pool: string,
  settings: PoolSettings,
  why: string | null,
  wrapper: (settings: PoolSettings) => string,
): BoundQueue {
  if (!boundsQueue(settings)) return {};
  return {
    call: wrapperCall('boundQueue', pool, settings, limits, why),
    wrapper: `${limitsType(...limits)}\n\n${wrapper(settings)}`,
  };
}

/**
 * A queue limit for the promise pool of mariadb, which has none. The functions count for themselves: before its 3.4.1 the
 * pool sees requests only some time after they were made.
 */
export function queueOfMariadb(
  pool: string,
  settings: PoolSettings,
  { methods, type = 'mariadb.Pool' }: { readonly methods: readonly string[]; readonly type?: string },
): BoundQueue {
  return boundQueue(pool, settings, 'mariadb has no queue limit of its own.', (given) => {
    return `/** ${refuses(given)}. */
function boundQueue(pool⟨: ${type}⟩, ${limitsParameter(...limits)})⟨: void⟩ {
  let requests = 0; // that wait for a connection or have one

  function enter()⟨: void⟩ {
    if (requests >= connectionLimit + queueLimit) {
      throw ${queueRefusal(given)};
    }
    requests += 1;
  }

  for (const method of [${methods.map((method) => `'${method}'`).join(', ')}]⟨ as const⟩) {
    if (!(method in pool)) continue; // in this version of mariadb
    const request = pool[method].bind(pool)⟨ as (...args: unknown[]) => Promise<unknown>⟩;
    const bounded = async (...args⟨: unknown[]⟩) => {
      enter();
      return request(...args).finally(() => {
        requests -= 1;
      });
    };
    Object.assign(pool, { [method]: bounded });
  }

  const getConnection = pool.getConnection.bind(pool);
  pool.getConnection = async () => {
    enter();
    let isCounted = true;
    const leave = () => {
      if (isCounted) requests -= 1;
      isCounted = false;
    };
    const connection = await getConnection().catch((error⟨: unknown⟩) => {
      leave();
      throw error;
    });
    for (const method of ['release', 'end', 'close', 'destroy']⟨ as const⟩) {
      const giveBack = connection[method]⟨ as () => Promise<void>⟩;
      if (!giveBack) continue;
      Object.assign(connection, {
        [method]: () => {
          leave();
          return giveBack.call(connection);
        },
      });
    }
    return connection;
  };
}`;
  });
}

/** A queue limit for generic-pool that lets the pool open its connections; pool.use goes through acquire() too. */
export function queueOfGenericPool(pool: string, settings: PoolSettings): BoundQueue {
  return boundQueue(pool, settings, null, (given) => {
    return `/**
 * ${refuses(given)}. maxWaitingClients would also count those for
 * which one is being opened, and refuse a burst that the pool has room for.
 */
function boundQueue⟨<T>⟩(pool⟨: Pool<T>⟩, ${limitsParameter(...limits)})⟨: void⟩ {
  const acquire = pool.acquire.bind(pool);
  pool.acquire = async (priority) => {
    if (pool.borrowed + pool.pending >= connectionLimit + queueLimit) {
      throw ${queueRefusal(given)};
    }
    return acquire(priority);
  };
}`;
  });
}

/** A queue limit for tarn, which has none. */
export function queueOfTarn(pool: string, settings: PoolSettings): BoundQueue {
  return boundQueue(pool, settings, 'tarn has no queue limit of its own.', (given) => {
    return `/** ${refuses(given)}. */
function boundQueue⟨<T>⟩(pool⟨: Pool<T>⟩, ${limitsParameter(...limits)})⟨: void⟩ {
  const acquire = pool.acquire.bind(pool);
  pool.acquire = () => {
    // Requests for which a connection is being opened count as pending too.
    if (pool.numUsed() + pool.numPendingAcquires() < connectionLimit + queueLimit) return acquire();
    const error = ${queueRefusal(given)};
    return { promise: Promise.reject(error), abort: () => {} }⟨ as unknown as ReturnType<typeof acquire>⟩;
  };
}`;
  });
}

/** A queue limit for Knex, which has none; queries and transactions go through its client. */
export function queueOfKnex(
  db: string,
  settings: PoolSettings,
  why: string | null = 'Knex has no queue limit of its own.',
): BoundQueue {
  return boundQueue(db, settings, why, (given) => {
    return `/** ${refuses(given)}. */
function boundQueue({ client }⟨: Knex⟩, ${limitsParameter(...limits)})⟨: void⟩ {
  const acquireConnection = client.acquireConnection.bind(client);
  client.acquireConnection = async () => {
    const { pool } = client;
    // Pending requests wait for a connection in use, or for one that is being opened.
    if (pool.numUsed() + pool.numPendingAcquires() >= connectionLimit + queueLimit) {
      throw ${queueRefusal(given)};
    }
    return acquireConnection();
  };
}`;
  });
}

/** A queue limit for Sequelize 6, which has none. */
export function queueOfSequelize(sequelize: string, settings: PoolSettings): BoundQueue {
  return boundQueue(sequelize, settings, 'Sequelize has no queue limit of its own.', (given) => {
    return `⟨type Pool = { using: number; waiting: number; acquire(...how: unknown[]): Promise<unknown> };⟩

/** ${refuses(given)}. */
function boundQueue({ connectionManager }⟨: Sequelize⟩, ${limitsParameter(...limits)})⟨: void⟩ {
  const { pool } = connectionManager⟨ as unknown as { pool: Pool }⟩;
  const acquire = pool.acquire.bind(pool);
  pool.acquire = async (...how) => {
    // Requests for which a connection is being opened count as waiting too.
    if (pool.using + pool.waiting >= connectionLimit + queueLimit) {
      throw ${queueRefusal(given)};
    }
    return acquire(...how);
  };
}`;
  });
}
