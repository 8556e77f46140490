import type { PoolSettings } from '../../size/input.ts';
import { literal, queueMeaning } from './code.ts';
import { limitsParameter, limitsType, queueRefusal, wrapperCall } from './limits.ts';

/** What a snippet with one of the wrappers says of the missing option. */
export const insteadOfAcquireTimeout =
  'The snippet bounds the wait with boundAcquire() or boundPool(), which gives a late connection back to the pool.';

/** How the wait for a connection of mysql2 or mysqljs is bounded. */
export interface BoundWait {
  /** The call of the wrapper and the wrapper; left out where the options of the pool are enough. */
  readonly call?: string;
  readonly wrapper?: string;
  /** The import of the types that the wrapper names. */
  readonly types?: string;
}

/**
 * Neither driver can give up a wait, and their own queueLimit goes on counting a request that did: it would refuse others
 * in its place. So where both are bounded, the wrapper counts.
 */
export function boundWait(pool: string, settings: PoolSettings, why: string | null = whyOf.mysql2): BoundWait {
  if (settings.acquireTimeoutMs === 0) return {};
  if (!isCounted(settings)) {
    return {
      call: wrapperCall('boundAcquire', pool, settings, ['acquireTimeoutMs'], why),
      wrapper: boundAcquire,
      types: "⟨import type { Pool } from 'mysql2';⟩",
    };
  }
  return {
    call: wrapperCall('boundPool', pool, settings, ['connectionLimit', 'queueLimit', 'acquireTimeoutMs'], why),
    wrapper: boundPool(settings),
    types: "⟨import type { Pool, PoolConnection } from 'mysql2';⟩",
  };
}

/** The options of the pool that say who may wait. */
export function waitOptions(settings: PoolSettings): string {
  if (settings.nobodyWaits) return 'waitForConnections: false, // a request that finds no connection free is refused';
  const queueLimit = isCounted(settings)
    ? '0, // boundPool() counts: this would count those who gave up too'
    : `${literal(settings.queueLimit)}, // ${queueMeaning(settings.queueLimit)}`;
  return `waitForConnections: true,\nqueueLimit: ${queueLimit}`;
}

function isCounted({ queueLimit, acquireTimeoutMs }: PoolSettings): boolean {
  return queueLimit > 0 && acquireTimeoutMs > 0;
}

export const whyOf = {
  mysql2: 'mysql2 has no acquire timeout of its own.',
  mysqljs: 'mysqljs has no timeout for the wait.',
} as const;

/** An acquire timeout for a callback pool; the promise pool of mysql2 and ORMs go through it too. */
const boundAcquire = `${limitsType('acquireTimeoutMs')}

/** Gives up waiting for a connection after acquireTimeoutMs; one that arrives later goes back to the pool. */
function boundAcquire(pool⟨: Pool⟩, ${limitsParameter('acquireTimeoutMs')})⟨: void⟩ {
  const getConnection = pool.getConnection.bind(pool);
  pool.getConnection = (callback) => {
    let expired = false;
    const timer = setTimeout(() => {
      expired = true;
      const error = new Error(\`No connection within \${acquireTimeoutMs} ms\`);
      callback(Object.assign(error, { code: 'POOL_ACQUIRE_TIMEOUT' }), undefined⟨ as never⟩);
    }, acquireTimeoutMs);
    getConnection((error, connection) => {
      clearTimeout(timer);
      if (!expired) callback(error, connection);
      else if (!error) connection.release();
    });
  };
}`;

/** An acquire timeout and a queue limit, counted by what the pool hands out and takes back. */
function boundPool(settings: PoolSettings): string {
  return `${limitsType('connectionLimit', 'queueLimit', 'acquireTimeoutMs')}

/**
 * Refuses a request when queueLimit others already wait for a connection, and gives up waiting after acquireTimeoutMs:
 * who gave up counts no more, and a connection that arrives later goes back to the pool.
 */
function boundPool(pool⟨: Pool⟩, ${limitsParameter('connectionLimit', 'queueLimit', 'acquireTimeoutMs')})⟨: void⟩ {
  const getConnection = pool.getConnection.bind(pool);
  const inUse = new Set⟨<PoolConnection>⟩();
  const known = new WeakSet();
  let waiting = 0;

  function use(connection⟨: PoolConnection⟩)⟨: void⟩ {
    inUse.add(connection);
    if (known.has(connection)) return;
    known.add(connection);
    const leave = () => void inUse.delete(connection);
    connection.on('end', leave);
    connection.on('error', leave);
    for (const method of ['release', 'destroy']⟨ as const⟩) {
      const own = connection[method].bind(connection);
      connection[method] = () => {
        leave();
        own();
      };
    }
  }

  pool.getConnection = (callback) => {
    // The pool itself asks once more for a request that waits, when a connection is lost.
    if (known.has(callback)) return getConnection(callback);
    if (inUse.size + waiting >= connectionLimit + queueLimit) {
      const error = ${queueRefusal(settings)};
      process.nextTick(callback, error);
      return;
    }
    let expired = false;
    const timer = setTimeout(() => {
      expired = true;
      waiting -= 1;
      const error = new Error(\`No connection within \${acquireTimeoutMs} ms\`);
      callback(Object.assign(error, { code: 'POOL_ACQUIRE_TIMEOUT' }), undefined⟨ as never⟩);
    }, acquireTimeoutMs);
    const answer⟨: typeof callback⟩ = (error, connection) => {
      clearTimeout(timer);
      if (expired) {
        if (!error) connection.release();
        return;
      }
      waiting -= 1;
      if (!error) use(connection);
      callback(error, connection);
    };
    known.add(answer);
    waiting += 1;
    getConnection(answer);
  };
}`;
}
