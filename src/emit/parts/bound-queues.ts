/** The error of a refused request, the same in every wrapper with a queue limit. */
const refusal = `Object.assign(new Error(\`\${queueLimit} requests already wait\`), { code: 'POOL_QUEUE_LIMIT' })`;

/** A queue limit for the promise pool of mariadb, which has none; each of the methods takes a connection by itself. */
export function boundMariadbPoolQueue(methods: readonly string[]): string {
  return `/** Refuses a request when queueLimit others already wait for a connection. */
function boundQueue(pool⟨: mariadb.Pool⟩, connectionLimit⟨: number⟩, queueLimit⟨: number⟩)⟨: void⟩ {
  for (const method of [${methods.map((method) => `'${method}'`).join(', ')}]⟨ as const⟩) {
    const request = pool[method].bind(pool)⟨ as (...args: unknown[]) => Promise<unknown>⟩;
    const bounded = async (...args⟨: unknown[]⟩) => {
      // The task queue also holds requests for which a connection is about to open.
      if (pool.activeConnections() + pool.taskQueueSize() >= connectionLimit + queueLimit) {
        throw ${refusal};
      }
      return request(...args);
    };
    Object.assign(pool, { [method]: bounded });
  }
}`;
}

/** A queue limit for generic-pool that lets the pool open its connections; pool.use goes through acquire() too. */
export const boundGenericPoolQueue = `/**
 * Refuses a request when queueLimit others already wait for a connection. maxWaitingClients would also count those for
 * which one is being opened, and refuse a burst that the pool has room for.
 */
function boundQueue⟨<T>⟩(pool⟨: Pool<T>⟩, queueLimit⟨: number⟩)⟨: void⟩ {
  const acquire = pool.acquire.bind(pool);
  pool.acquire = async (priority) => {
    if (pool.borrowed + pool.pending >= pool.max + queueLimit) {
      throw ${refusal};
    }
    return acquire(priority);
  };
}`;

/** A queue limit for tarn, which has none. */
export const boundTarnQueue = `/** Refuses a request when queueLimit others already wait for a connection. */
function boundQueue⟨<T>⟩(pool⟨: Pool<T>⟩, max⟨: number⟩, queueLimit⟨: number⟩)⟨: void⟩ {
  const acquire = pool.acquire.bind(pool);
  pool.acquire = () => {
    // Requests for which a connection is being opened count as pending too.
    if (pool.numUsed() + pool.numPendingAcquires() < max + queueLimit) return acquire();
    const error = ${refusal};
    return { promise: Promise.reject(error), abort: () => {} }⟨ as unknown as ReturnType<typeof acquire>⟩;
  };
}`;
