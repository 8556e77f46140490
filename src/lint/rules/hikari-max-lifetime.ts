import type { DeclaredPool } from '../../declarations/declared-pool.ts';
import { hikariAmount } from '../hikari/amount.ts';
import { serverOfPool } from '../hikari/server.ts';
import { atOption, atPool, shownMs } from '../pools/words.ts';
import type { Rule } from '../rule.ts';

/** The default wait_timeout of MySQL and MariaDB: they close a connection that was idle for 8 hours. */
const waitTimeoutMs = 28_800_000;

/** HikariCP's own maxLifetime. */
const defaultLifetimeMs = 1_800_000;

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
  /** Against the limit that a manifest sets; the server's default is judged above. */
  *checkProject({ pools, manifests }) {
    for (const pool of pools.filter(({ library }) => library === 'hikaricp')) {
      const lifetime = hikariAmount(pool, 'maxLifetime');
      const found = serverOfPool(pool, manifests);
      const limit = found?.server.idleLimitMs;
      const value = lifetime?.value ?? (isLeftOut(pool) ? defaultLifetimeMs : undefined);
      if (limit?.kind !== 'known' || value === undefined || value < 30_000 || isKeptAlive(pool, Number(limit.value)))
        continue;
      if (value < Number(limit.value) || value >= waitTimeoutMs) continue;
      const [origin] = limit.origins;
      yield {
        ...(lifetime ? atOption(pool, lifetime.declared) : atPool(pool, 'maxLifetime')),
        message: `${lifetime?.shown ?? 'max-lifetime (30 min, the default)'} is not below the ${shownMs(Number(limit.value))} after which ${found?.service.name} closes an idle connection${origin ? ` (${origin.text})` : ''}.`,
        expected: 'some seconds below the limit of the server',
        consequence: 'The server closes connections of the pool while they are idle, and requests find them broken.',
        fix: 'Set max-lifetime below it, or a keepalive-time that is shorter.',
        related: origin?.place ? [{ place: origin.place, message: 'the limit of the server' }] : [],
      };
    }
  },
};

function isLeftOut({ opaque, options }: DeclaredPool): boolean {
  return opaque === undefined && !options.some(({ name }) => name === 'maxLifetime');
}

/** HikariCP asks idle connections at that interval, so that they are never idle for longer. */
function isKeptAlive(pool: DeclaredPool, limitMs: number): boolean {
  const keepalive = hikariAmount(pool, 'keepaliveTime')?.value ?? 0;
  return keepalive > 0 && keepalive < limitMs;
}
