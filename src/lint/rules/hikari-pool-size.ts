import { hikariAmount } from '../hikari/amount.ts';
import { atOption } from '../pools/words.ts';
import type { Rule } from '../rule.ts';

/** A size that HikariCP refuses, so that the application does not start (HikariConfig.setMaximumPoolSize). */
export const hikariPoolSize: Rule = {
  severity: 'error',
  *checkPool(pool) {
    const size = hikariAmount(pool, 'maximumPoolSize');
    if (!size || size.value >= 1) return;
    yield {
      ...atOption(pool, size.declared),
      message: `${size.shown} is refused by HikariCP.`,
      expected: 'at least 1 connection',
      consequence: 'The application does not start: IllegalArgumentException, maxPoolSize cannot be less than 1.',
      fix: 'Set maximum-pool-size to the connections that this instance may take, or leave it out for 10.',
    };
  },
};
