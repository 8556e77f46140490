import { atOption } from '../pools/words.ts';
import type { Rule } from '../rule.ts';

/** A test query where the driver has a faster test of its own, as all JDBC 4 drivers have. */
export const hikariTestQuery: Rule = {
  severity: 'warn',
  *checkPool(pool) {
    if (pool.library !== 'hikaricp' || pool.engine === undefined) return;
    const query = pool.options.find(({ name, misplaced }) => name === 'connectionTestQuery' && misplaced === undefined);
    if (query?.value.kind !== 'known' || query.value.value === null || query.value.value === '') return;
    yield {
      ...atOption(pool, query),
      message:
        'connection-test-query makes HikariCP send a statement where the driver has a faster test (JDBC 4, isValid).',
      expected: 'no connection-test-query',
      consequence:
        'A connection that was idle for more than half a second costs a statement more before the first of its request.',
      fix: 'Leave connection-test-query out.',
    };
  },
};
