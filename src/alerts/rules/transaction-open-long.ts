import { alertsAbove } from '../above.ts';
import type { AlertRule } from '../rule.ts';

export const transactionOpenLong: AlertRule = {
  id: 'transaction-open-long',
  alert: 'DatabaseTransactionOpenLong',
  value: 'seconds',
  means:
    'Age of the oldest open transaction, whether it works or not. A backup is one too: leave its server out by --selector.',
  alerts: (figures, settings) =>
    alertsAbove(figures.now('transactionAge'), settings.limits.transactionSeconds, {
      forSeconds: 0,
      say: ({ server, value }) => ({
        summary: `On the ${server} a transaction has been open for ${value}`,
        description:
          'It holds its connection, its locks, and back what vacuum or purge may remove. poolctl watch DSN shows whose it is.',
      }),
    }),
};
