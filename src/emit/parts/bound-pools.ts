/** An acquire timeout for mysql2's callback pool, which has none; the promise pool and TypeORM go through it too. */
export const boundAcquire = `/** Gives up waiting for a connection after timeoutMs; one that arrives later goes back to the pool. */
function boundAcquire(pool⟨: Pool⟩, timeoutMs⟨: number⟩)⟨: void⟩ {
  const getConnection = pool.getConnection.bind(pool);
  pool.getConnection = (callback) => {
    let expired = false;
    const timer = setTimeout(() => {
      expired = true;
      const error = new Error(\`No connection within \${timeoutMs} ms\`);
      callback(Object.assign(error, { code: 'POOL_ACQUIRE_TIMEOUT' }), undefined⟨ as never⟩);
    }, timeoutMs);
    getConnection((error, connection) => {
      clearTimeout(timer);
      if (!expired) callback(error, connection);
      else if (!error) connection.release();
    });
  };
}`;

/** What a snippet with boundAcquire says of the missing option. */
export const insteadOfAcquireTimeout =
  'The snippet bounds the wait with boundAcquire(), which gives a late connection back to the pool.';

/** A queue limit for pg's pool, which has none; pool.query and TypeORM go through connect() too. */
export const boundQueue = `⟨type Connected = (error: Error | undefined, client: pg.PoolClient | undefined, done: () => void) => void;⟩

/** Refuses a request when queueLimit others already wait for a connection. */
function boundQueue(pool⟨: pg.Pool⟩, queueLimit⟨: number⟩)⟨: void⟩ {
  const connect = pool.connect.bind(pool);
  const bounded = (callback⟨?: Connected⟩) => {
    // pg also counts requests as waiting that it is about to serve, by an idle connection or a new one.
    const soonServed = pool.idleCount + pool.options.max - pool.totalCount;
    if (pool.waitingCount - soonServed < queueLimit) return callback ? connect(callback) : connect();
    const error = Object.assign(new Error(\`\${queueLimit} requests already wait\`), { code: 'POOL_QUEUE_LIMIT' });
    if (!callback) return Promise.reject(error);
    process.nextTick(() => callback(error, undefined, () => {}));
  };
  pool.connect = bounded⟨ as typeof pool.connect⟩;
}`;

/** What a snippet with boundQueue says of the missing option. */
export const insteadOfQueueLimit = 'The snippet refuses the request that would be one too many with boundQueue().';
