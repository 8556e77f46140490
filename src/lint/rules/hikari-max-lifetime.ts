import { hikariAmount } from '../hikari/amount.ts';
import { atOption } from '../pools/words.ts';
import type { Rule } from '../rule.ts';

/** The default wait_timeout of MySQL and MariaDB: they close a connection that was idle for 8 hours. */
const waitTimeoutMs = 28_800_000;

/** A lifetime that HikariCP replaces, or that outlasts what the server keeps. */
export const hikariMaxLifetime: Rule = {
  severity: 'warn',
  *checkPool(pool) {
    const lifetime = hikariAmount(pool, 'maxLifetime');
    if (!lifetime) return;
    const { declared, value, shown } = lifetime;
    if (value > 0 && value < 30_000) {
      yield {
        ...atOption(pool, declared),
        message: `${shown} is below what HikariCP takes, 30 s.`,
        expected: '0, or at least 30000 ms',
        consequence:
          'HikariCP uses 30 minutes instead; only a warning in the log says so. A server or firewall that ends connections earlier breaks them in use.',
        fix: 'Set max-lifetime some seconds below the shortest limit on the way, and at least to 30000 ms.',
      };
    } else if (value <= 0) {
      yield {
        ...atOption(pool, declared),
        message: `Connections live without a limit: ${shown} turns it off.`,
        expected: 'some seconds below the shortest limit of the server, its proxies and firewalls',
        consequence:
          'Connections that the server or a firewall has dropped stay in the pool until a request finds them.',
        fix: 'Leave max-lifetime out for 30 minutes, or set it below the limit of the server.',
      };
    } else if (value >= waitTimeoutMs && (pool.engine === 'mysql' || pool.engine === 'mariadb')) {
      yield {
        ...atOption(pool, declared),
        message: `${shown} is not below the 8 h after which the server closes an idle connection (wait_timeout).`,
        expected: 'some seconds below wait_timeout',
        consequence: 'The server closes connections of the pool while they are idle, and requests find them broken.',
        fix: 'Set max-lifetime below the wait_timeout of the server, or leave it out for 30 minutes.',
      };
    }
  },
};
