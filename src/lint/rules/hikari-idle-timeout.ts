import { hikariAmount } from '../hikari/amount.ts';
import { unmetNeeds } from '../pools/unmet-need.ts';
import { atOption } from '../pools/words.ts';
import type { Rule } from '../rule.ts';

/** An idle timeout that HikariCP replaces or does not use (HikariConfig.validateNumerics). */
export const hikariIdleTimeout: Rule = {
  severity: 'warn',
  *checkPool(pool, { profiles }) {
    const idle = hikariAmount(pool, 'idleTimeout');
    if (!idle || idle.value <= 0) return;
    const about = {
      ...atOption(pool, idle.declared),
      fix: 'Leave idle-timeout out, or set it to at least 10000 ms with a minimum-idle below the size of the pool.',
    };
    if (idle.value < 10_000) {
      yield {
        ...about,
        message: `${idle.shown} is below what HikariCP takes, 10 s.`,
        expected: '0, or at least 10000 ms',
        consequence: 'HikariCP uses 10 minutes instead, not 10 s; only a warning in the log says so.',
      };
      return;
    }
    const need = unmetNeeds(pool, profiles).find(({ declared }) => declared === idle.declared)?.need;
    const lifetime = hikariAmount(pool, 'maxLifetime');
    if (need?.option === 'maxLifetime' && (lifetime === undefined || lifetime.value >= 30_000)) {
      yield {
        ...about,
        message: `${idle.shown} is not below ${lifetime?.shown ?? 'max-lifetime (30 min, the default)'}.`,
        expected: 'at least 1 s below max-lifetime',
        consequence: 'HikariCP turns the idle timeout off.',
      };
      return;
    }
    if (need?.option !== 'minimumIdle') return;
    const least = hikariAmount(pool, 'minimumIdle');
    yield {
      ...about,
      severity: 'info',
      message: `${idle.shown} has no effect: the pool keeps its size, because ${least ? 'minimum-idle is as large' : 'minimum-idle is not set'}.`,
      expected: 'no idle-timeout',
      consequence: 'Connections are closed by max-lifetime only.',
    };
  },
};
