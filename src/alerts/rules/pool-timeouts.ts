import { errorsIn } from '../errors-in.ts';
import { promDuration } from '../promql.ts';
import type { AlertRule } from '../rule.ts';
import { windowsOf } from '../settings.ts';

export const poolTimeouts: AlertRule = {
  id: 'pool-timeouts',
  alert: 'DatabasePoolTimeouts',
  value: 'whole',
  means:
    'Requests that got no connection in time during five minutes; the very first one included, which increase() does not see.',
  alerts(figures, settings) {
    const { long } = windowsOf(settings);
    const errors = errorsIn(figures, 'timeouts', long);
    if (!errors) return [];
    return [
      {
        severity: 'warning',
        ...errors,
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
