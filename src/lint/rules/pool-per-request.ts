import { atPool, libraryOf } from '../pools/words.ts';
import type { Rule } from '../rule.ts';

/** A pool that is made anew for each request. */
export const poolPerRequest: Rule = {
  severity: 'error',
  *checkPool(pool) {
    if (pool.lives !== 'request') return;
    yield {
      ...atPool(pool, 'lives'),
      message: `Each request makes a ${libraryOf(pool)} pool of its own.`,
      expected: 'one pool for the process, made outside of the handler',
      consequence:
        'Nothing is pooled: each request pays for new connections, and as many requests as are in flight multiply the size of the pool against the limit of the server.',
      fix: 'Make the pool once, at the top of a module, and use it in the handler.',
    };
  },
};
