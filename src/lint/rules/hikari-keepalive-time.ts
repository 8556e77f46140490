import { hikariAmount } from '../hikari/amount.ts';
import { atOption } from '../pools/words.ts';
import type { Rule } from '../rule.ts';

/** A keepalive that HikariCP turns off (HikariConfig.validateNumerics). */
export const hikariKeepaliveTime: Rule = {
  severity: 'warn',
  *checkPool(pool) {
    const keepalive = hikariAmount(pool, 'keepaliveTime');
    if (!keepalive || keepalive.value <= 0) return;
    const lifetime = hikariAmount(pool, 'maxLifetime');
    const isLow = keepalive.value < 30_000;
    const isHigh = lifetime !== undefined && lifetime.value >= 30_000 && keepalive.value >= lifetime.value;
    if (!isLow && !isHigh) return;
    yield {
      ...atOption(pool, keepalive.declared),
      message: isLow
        ? `${keepalive.shown} is below what HikariCP takes, 30 s.`
        : `${keepalive.shown} is not below ${lifetime?.shown ?? 'max-lifetime'}.`,
      expected: '0, or at least 30000 ms and below max-lifetime',
      consequence:
        'HikariCP sends no keepalive at all; only a warning in the log says so. Firewalls then drop connections that are idle.',
      fix: 'Set keepalive-time to at least 30000 ms, below max-lifetime and the idle limits on the way.',
    };
  },
};
