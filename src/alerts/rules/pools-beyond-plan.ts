import { aggregated } from '../promql.ts';
import type { AlertRule } from '../rule.ts';
import { plannedBy } from '../settings.ts';

/** An autoscaler that was raised, or a pool that was set by hand, breaks a budget without a single error. */
export const poolsBeyondPlan: AlertRule = {
  id: 'pools-beyond-plan',
  alert: 'DatabasePoolsBeyondPlan',
  value: 'whole',
  means:
    'The limits of all instances of a pool together, against what the size answer planned for the worst minute of a roll-out.',
  alerts(figures, { plan }) {
    const limit = figures.now('limit');
    const most = plan?.mostConnections;
    if (!limit || most === undefined || figures.source.profile.of !== 'application') return [];
    const labels = ['job', ...limit.labels];
    return [
      {
        severity: 'warning',
        expr: `${aggregated('sum by', labels, limit.expr)} > ${most}`,
        labels,
        keepsTarget: false,
        forSeconds: 600,
        say: ({ pool, value }) => ({
          summary: `All instances of the ${pool} may open ${value} connections; ${most} were planned`,
          description: `More instances run than planned (${plannedBy(plan)}), or larger pools. Size them again with what runs now: poolctl size --instances N --server NAME.`,
        }),
      },
    ];
  },
};
