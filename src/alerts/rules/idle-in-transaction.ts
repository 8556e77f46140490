import { alertsAbove } from '../above.ts';
import type { AlertRule } from '../rule.ts';

export const idleInTransaction: AlertRule = {
  id: 'idle-in-transaction',
  alert: 'DatabaseIdleInTransaction',
  value: 'seconds',
  means:
    'A session holds its transaction open and does nothing. A minute is beyond any request; five minutes hold up vacuum and lock others out.',
  alerts: (figures, settings) =>
    alertsAbove(figures.now('idleTransactionAge'), settings.limits.idleTransactionSeconds, {
      // The age is a duration already.
      forSeconds: 0,
      say: ({ server, value }) => ({
        summary: `On the ${server} a session has been idle in a transaction for ${value}`,
        description:
          'It was left without COMMIT or ROLLBACK, or waits for something else while it holds its connection. poolctl watch DSN shows whose it is; poolctl lint finds code that does so.',
      }),
    }),
};
