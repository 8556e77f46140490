import { hikariAmount } from '../hikari/amount.ts';
import { atOption } from '../pools/words.ts';
import type { Rule } from '../rule.ts';

/** A wait for a connection, or for its test, that HikariCP refuses or that cannot work (HikariConfig.setConnectionTimeout). */
export const hikariConnectionTimeout: Rule = {
  severity: 'error',
  *checkPool(pool) {
    const wait = hikariAmount(pool, 'connectionTimeout');
    const test = hikariAmount(pool, 'validationTimeout');
    for (const timeout of [wait, test]) {
      // For connection-timeout, 0 is no limit: `acquire-timeout-missing` and `acquire-timeout-long` have that.
      if (!timeout || timeout.value >= 250 || (timeout === wait && timeout.value === 0)) continue;
      yield {
        ...atOption(pool, timeout.declared),
        message: `${timeout.shown} is refused by HikariCP: it is below 250 ms.`,
        expected: 'at least 250, in milliseconds',
        consequence: 'The application does not start: IllegalArgumentException.',
        fix: `Write milliseconds: ${Math.max(timeout.value, 1) * 1_000} for ${Math.max(timeout.value, 1)} s.`,
      };
    }
    if (!wait || !test || wait.value < 250 || test.value < 250 || wait.value > test.value) return;
    yield {
      ...atOption(pool, wait.declared),
      severity: 'info',
      message: `${wait.shown} is not above ${test.shown}.`,
      expected: 'a validation-timeout below connection-timeout',
      consequence:
        'A connection that is tested and does not answer uses up the whole wait, and the request fails although others are free.',
      fix: 'Set validation-timeout below connection-timeout.',
    };
  },
};
