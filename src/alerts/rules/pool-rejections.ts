import { errorsIn } from '../errors-in.ts';
import { promDuration } from '../promql.ts';
import type { AlertRule } from '../rule.ts';
import { windowsOf } from '../settings.ts';

/** A full queue gives errors at once, so that nobody times out and few wait. */
export const poolRejections: AlertRule = {
  id: 'pool-rejections',
  alert: 'DatabasePoolRejections',
  value: 'whole',
  means: 'Requests that a pool refused at once during five minutes, because its queue was full. They are no timeouts.',
  alerts(figures, settings) {
    const { long } = windowsOf(settings);
    const errors = errorsIn(figures, 'rejected', long);
    if (!errors) return [];
    return [
      {
        severity: 'warning',
        ...errors,
        keepsTarget: true,
        forSeconds: 0,
        say: ({ pool, value }) => ({
          summary: `The ${pool} refused ${value} requests in ${promDuration(long)}: its queue was full`,
          description:
            'Each is an error that a user saw. The queue is shorter than a burst, or the pool is too small: poolctl explain queue-limit has what to set, poolctl watch DSN what holds the connections.',
        }),
      },
    ];
  },
};
