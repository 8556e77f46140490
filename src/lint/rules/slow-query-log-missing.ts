import { atPool, libraryOf } from '../pools/words.ts';
import type { Rule } from '../rule.ts';

const option = 'maxQueryExecutionTime';

/** TypeORM names slow statements in its log where it is told what is slow. */
export const slowQueryLogMissing: Rule = {
  severity: 'info',
  library: 'off',
  *checkPool(pool, { config }) {
    if (!pool.library.startsWith('typeorm-') || pool.opaque !== undefined || config.assume.slowQueryLog) return;
    if (pool.options.some(({ name }) => name === option || name === 'logger')) return;
    yield {
      ...atPool(pool, option),
      message: `${libraryOf(pool)} logs no slow statement: nothing sets ${option}.`,
      expected: `${option}, in ms`,
      consequence: 'When the pool is full, nothing tells which statements held its connections.',
      fix: `Set ${option}: 1000, or use the slow query log of the server and \`assume: { slowQueryLog: true }\`.`,
    };
  },
};
