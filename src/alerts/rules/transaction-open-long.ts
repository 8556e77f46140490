import { alertLevels } from '../levels.ts';
import type { AlertRule } from '../rule.ts';

export const transactionOpenLong: AlertRule = {
  id: 'transaction-open-long',
  alert: 'DatabaseTransactionOpenLong',
  value: 'seconds',
  means:
    'Age of the oldest open transaction, whether it works or not. A backup is one too: leave its server out by --selector.',
  alerts(figures, settings) {
    const age = figures.now('transactionAge');
    if (!age) return [];
    return alertLevels(settings.limits.transactionSeconds).map(({ severity, limit }) => ({
      severity,
      expr: `${age.expr} > ${limit}`,
      labels: age.labels,
      keepsTarget: true,
      forSeconds: 0,
      say: ({ server, value }) => ({
        summary: `On the ${server} a transaction has been open for ${value}`,
        description:
          'It holds its connection, its locks, and back what vacuum or purge may remove. poolctl watch DSN shows whose it is.',
      }),
    }));
  },
};
