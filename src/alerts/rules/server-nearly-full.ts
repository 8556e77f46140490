import { formatRatio } from '../../base/units.ts';
import { alertLevels } from '../levels.ts';
import { combined } from '../promql.ts';
import type { AlertRule } from '../rule.ts';

/** Of usable slots: with the plain maximum, a server that lets nobody in reads 90 %. */
export const serverNearlyFull: AlertRule = {
  id: 'server-nearly-full',
  alert: 'DatabaseServerNearlyFull',
  value: 'share',
  means:
    'Taken connections as a share of those that ordinary users can have, reserved ones left out. The last 5 % is where a deploy fails.',
  alerts(figures, settings) {
    const taken = figures.now('taken');
    const usable = figures.usable();
    if (!taken || !usable) return [];
    const full = figures.now('full');
    return alertLevels(settings.limits.saturation).map(({ severity, limit }) => {
      const share = `${combined(taken, '/', usable)}\n  > ${limit}`;
      return {
        severity,
        // A server that is full may refuse the one who counts, too.
        expr: full ? `${full.expr} == 1\n  or\n${share}` : share,
        labels: taken.labels,
        keepsTarget: true,
        // A roll-out is over sooner, at the lower limit.
        forSeconds: severity === 'critical' ? 60 : 300,
        say: ({ server, value }) => ({
          summary: `The ${server} has ${value} of its usable connections taken`,
          description: `Above ${formatRatio(limit)}. When it is full, every new connection is refused. poolctl inspect DSN shows who takes them and what is left; poolctl size --server NAME divides what there is.`,
        }),
      };
    });
  },
};
