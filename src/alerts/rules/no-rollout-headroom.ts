import { combined } from '../promql.ts';
import type { AlertRule } from '../rule.ts';
import { plannedBy } from '../settings.ts';

/** The next deploy fails, though nothing is wrong before it. */
export const noRolloutHeadroom: AlertRule = {
  id: 'no-rollout-headroom',
  alert: 'DatabaseNoRolloutHeadroom',
  value: 'whole',
  means:
    'Free usable connections are fewer than one roll-out adds, for a quarter of an hour, so that a roll-out under way does not raise it.',
  alerts(figures, { plan }) {
    const usable = figures.usable();
    const taken = figures.now('taken');
    const surge = plan?.rolloutConnections;
    if (!usable || !taken || surge === undefined || surge === 0) return [];
    return [
      {
        severity: 'warning',
        expr: `${combined(usable, '-', taken)}\n  < ${surge}`,
        labels: taken.labels,
        keepsTarget: true,
        forSeconds: 900,
        say: ({ server, value }) => ({
          summary: `The ${server} has ${value} connections free; the next roll-out adds ${surge}`,
          description: `New instances would be refused while the old ones still run (planned by ${plannedBy(plan)}). Lower the surge or connectionLimit, or free connections first: poolctl explain rolling-deploy.`,
        }),
      },
    ];
  },
};
