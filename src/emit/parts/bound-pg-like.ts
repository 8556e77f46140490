import type { PoolSettings } from '../../size/input.ts';
import { literal } from './code.ts';
import { boundsWaiters, refusalText } from './gate.ts';

/**
 * The call of boundQueue() and the function, for a pool that has the methods of pg's: pg-promise and Neon bring one with types
 * of their own.
 */
export function queueOfPgLike(
  pool: string,
  settings: PoolSettings,
  { type, why }: { readonly type: string; readonly why: string },
): { readonly call?: string; readonly wrapper?: string } {
  if (!boundsWaiters(settings)) return {};
  const { connectionLimit, queueLimit } = settings;
  const limits = `{ connectionLimit: ${literal(connectionLimit)}, queueLimit: ${literal(queueLimit)} }`;
  return { call: `// ${why}\nboundQueue(${pool}, ${limits});`, wrapper: boundQueue(settings, type) };
}

function boundQueue(settings: PoolSettings, type: string): string {
  const refuses = settings.nobodyWaits
    ? 'Refuses a request when no connection is free'
    : 'Refuses a request when queueLimit others already wait for a connection';
  return `⟨type Connect = (callback?: (error: Error, client: undefined, done: () => void) => void) => unknown;⟩

⟨type Limits = { connectionLimit: number; queueLimit: number };⟩

/** ${refuses}. */
function boundQueue(pool⟨: ${type}⟩, { connectionLimit, queueLimit }⟨: Limits⟩)⟨: void⟩ {
  const connect = pool.connect.bind(pool)⟨ as Connect⟩;
  const bounded⟨: Connect⟩ = (callback) => {
    // It also counts requests as waiting that it is about to serve, by an idle connection or a new one.
    const soonServed = pool.idleCount + connectionLimit - pool.totalCount;
    if (pool.waitingCount - soonServed < queueLimit) return connect(callback);
    const error = ${refusalText(settings)};
    if (!callback) return Promise.reject(error);
    process.nextTick(() => callback(error, undefined, () => {}));
  };
  pool.connect = bounded⟨ as typeof pool.connect⟩;
}`;
}
