import { settingOf } from '../../declarations/setting.ts';
import { type TransactionPooler, transactionPooler } from '../pools/pooler-evidence.ts';
import { withoutLimit } from '../pools/without-limit.ts';
import { whenTaken } from '../pools/words.ts';
import type { Rule } from '../rule.ts';

/** A request waits without a limit, where the library can limit it. */
export const acquireTimeoutMissing: Rule = {
  severity: 'warn',
  *checkPool(pool, context) {
    const { profiles } = context;
    const wait = withoutLimit(pool, 'acquireTimeout', profiles);
    if (!wait) return;
    const { name, declared } = wait;
    const connects = settingOf(pool, 'connectTimeout', profiles);
    const isBoth = 'option' in connects && connects.option.name === name;
    const pooler = transactionPooler(pool, context);
    yield {
      ...wait.at,
      message: `A request waits for a connection without a limit: ${declared ? `${declared.name} turns it off` : `nothing sets ${name}`}.`,
      expected: `${name} below the deadline of a request`,
      consequence: `${whenTaken(pool, profiles)}${isBoth ? ', or the server does not answer' : ''}, requests hang until their callers give up, and no error says why.`,
      fix: `Set ${name}, for example to 5000, or to less than your requests may take.${pooler ? ` ${waitsInPooler(pooler)}` : ''}`,
    };
  },
};

/** It takes the login at once, and lets the first query wait: findings and test/live/pooler-limits.test.ts. */
function waitsInPooler({ why }: TransactionPooler): string {
  return `It does not bound the wait in the pooler (${why}), which takes logins at once: limit queries as well, or the wait there (query_wait_timeout of PgBouncer).`;
}
