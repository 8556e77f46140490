import type { PoolSettings } from '../../size/input.ts';
import { boundsQueue, limitsParameter, limitsType, queueRefusal, refuses, wrapperCall } from './limits.ts';

/** The call of boundQueue on a pool of pg and the function, where there is a queue limit, which pg has none of. */
export function queueOfPg(
  pool: string,
  settings: PoolSettings,
  why: string | null = 'pg has no queue limit of its own.',
): { readonly call?: string; readonly wrapper?: string } {
  if (!boundsQueue(settings)) return {};
  return {
    call: wrapperCall('boundQueue', pool, settings, ['connectionLimit', 'queueLimit'], why),
    wrapper: boundQueue(settings),
  };
}

/** pool.query and TypeORM go through connect() too. */
function boundQueue(settings: PoolSettings): string {
  return `⟨type Connected = (error: Error | undefined, client: pg.PoolClient | undefined, done: () => void) => void;⟩

${limitsType('connectionLimit', 'queueLimit')}

/** ${refuses(settings)}. */
function boundQueue(pool⟨: pg.Pool⟩, ${limitsParameter('connectionLimit', 'queueLimit')})⟨: void⟩ {
  const connect = pool.connect.bind(pool);
  const bounded = (callback⟨?: Connected⟩) => {
    // pg also counts requests as waiting that it is about to serve, by an idle connection or a new one.
    const soonServed = pool.idleCount + connectionLimit - pool.totalCount;
    if (pool.waitingCount - soonServed < queueLimit) return callback ? connect(callback) : connect();
${refusing(settings)}`;
}

/**
 * The same for a pool that has the methods of pg's and types of its own, as pg-promise and Neon bring one; `type` is the
 * pool's in TypeScript.
 */
export function queueOfPgLike(
  pool: string,
  settings: PoolSettings,
  { type, why }: { readonly type: string; readonly why: string },
): { readonly call?: string; readonly wrapper?: string } {
  if (!boundsQueue(settings)) return {};
  return {
    call: wrapperCall('boundQueue', pool, settings, ['connectionLimit', 'queueLimit'], why),
    wrapper: `⟨type Connect = (callback?: (error: Error, client: undefined, done: () => void) => void) => unknown;⟩

${limitsType('connectionLimit', 'queueLimit')}

/** ${refuses(settings)}. */
function boundQueue(pool⟨: ${type}⟩, ${limitsParameter('connectionLimit', 'queueLimit')})⟨: void⟩ {
  const connect = pool.connect.bind(pool)⟨ as Connect⟩;
  const bounded⟨: Connect⟩ = (callback) => {
    // It also counts requests as waiting that it is about to serve, by an idle connection or a new one.
    const soonServed = pool.idleCount + connectionLimit - pool.totalCount;
    if (pool.waitingCount - soonServed < queueLimit) return connect(callback);
${refusing(settings)}`,
  };
}

/** The end of both. */
function refusing(settings: PoolSettings): string {
  return `    const error = ${queueRefusal(settings)};
    if (!callback) return Promise.reject(error);
    process.nextTick(() => callback(error, undefined, () => {}));
  };
  pool.connect = bounded⟨ as typeof pool.connect⟩;
}`;
}

/**
 * The listeners that keep the process alive when the server ends a session. pg hands those of a pool only to idle
 * connections: it takes its own off a client that is checked out.
 */
export const listeners = `// Without listeners, a connection that the server closes ends the process.
pool.on('error', (error) => console.error('idle connection lost:', error.message));
pool.on('connect', (client) => client.on('error', () => {})); // in use: its query fails`;
