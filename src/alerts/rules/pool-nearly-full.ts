import { formatRatio } from '../../base/units.ts';
import { alertLevels } from '../levels.ts';
import { combined } from '../promql.ts';
import type { AlertRule } from '../rule.ts';
import { windowsOf } from '../settings.ts';

/** An instant value touches the limit in health, so it is the mean; both figures come from the same scrapes. */
export const poolNearlyFull: AlertRule = {
  id: 'pool-nearly-full',
  alert: 'DatabasePoolNearlyFull',
  value: 'share',
  means:
    'Mean share of the connections in use over five minutes, of one pool of one instance. A burst that fills the pool for half a minute leaves it far below the limit; a leak does not.',
  alerts(figures, settings) {
    const { short, long } = windowsOf(settings);
    const used = figures.mean('inUse', long);
    const limit = figures.mean('limit', long);
    if (!used || !limit) return [];
    return alertLevels(settings.limits.saturation).map(({ severity, limit: above }) => ({
      severity,
      expr: `${combined(used, '/', limit)}\n  > ${above}`,
      labels: used.labels,
      keepsTarget: true,
      // A pool that has just begun has a mean of few scrapes, and may begin with a burst.
      forSeconds: short,
      say: ({ pool, value }) => ({
        summary: `The ${pool} is ${value} in use, as the mean of ${long / 60} minutes`,
        description: `Above ${formatRatio(above)}, requests begin to wait. Look first for connections that do not come back or a slow database: poolctl watch DSN shows who holds them, poolctl doctor DSN what is wrong. If the load really needs them, poolctl size says how many.`,
      }),
    }));
  },
};
