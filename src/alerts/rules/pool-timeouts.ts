import { promDuration } from '../promql.ts';
import type { AlertRule } from '../rule.ts';
import { windowsOf } from '../settings.ts';

/**
 * Many sources have no series before the first timeout, and increase() knows no 0 before it. So a series that is new and
 * above 0 counts too, where the pool itself has been there before: after a gap in the scrapes both are new.
 */
export const poolTimeouts: AlertRule = {
  id: 'pool-timeouts',
  alert: 'DatabasePoolTimeouts',
  value: 'whole',
  means:
    'Requests that got no connection in time during five minutes; the very first one included, which increase() does not see.',
  alerts(figures, settings) {
    const { long } = windowsOf(settings);
    const grown = figures.increase('timeouts', long);
    const now = figures.now('timeouts');
    const before = figures.before('timeouts', long);
    const poolBefore = figures.before('limit', long);
    if (!grown || !now || !before || !poolBefore) return [];
    return [
      {
        severity: 'warning',
        expr: `${grown.expr} > 0\n  or\n(${now.expr} > 0 unless ${before.expr}) and ${poolBefore.expr}`,
        labels: now.labels,
        keepsTarget: true,
        forSeconds: 0,
        say: ({ pool, value }) => ({
          summary: `${value} requests got no connection of the ${pool} in time in ${promDuration(long)}`,
          description:
            'Each is an error that a user saw. poolctl watch DSN shows whether the server is full, slow, or has connections that do not come back; poolctl explain acquire-timeout has what to set.',
        }),
      },
    ];
  },
};
