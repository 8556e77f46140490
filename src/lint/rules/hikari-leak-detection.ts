import { hikariAmount } from '../hikari/amount.ts';
import { atOption } from '../pools/words.ts';
import type { Rule } from '../rule.ts';

/** A leak detection that HikariCP turns off (HikariConfig.validateNumerics). */
export const hikariLeakDetection: Rule = {
  severity: 'warn',
  *checkPool(pool) {
    const threshold = hikariAmount(pool, 'leakDetectionThreshold');
    if (!threshold || threshold.value <= 0) return;
    const lifetime = hikariAmount(pool, 'maxLifetime');
    const isLow = threshold.value < 2_000;
    const isHigh = lifetime !== undefined && lifetime.value > 0 && threshold.value > lifetime.value;
    if (!isLow && !isHigh) return;
    yield {
      ...atOption(pool, threshold.declared),
      message: isLow
        ? `${threshold.shown} is below what HikariCP takes, 2 s.`
        : `${threshold.shown} is above ${lifetime?.shown ?? 'max-lifetime'}.`,
      expected: '0, or at least 2000 ms and below max-lifetime',
      consequence: 'HikariCP turns leak detection off; only a warning in the log says so.',
      fix: 'Set leak-detection-threshold to longer than the slowest use of a connection, for example 60000.',
    };
  },
};
