import { alertsAbove } from '../above.ts';
import type { AlertRule } from '../rule.ts';

/** PgBouncer's documentation names a rising maxwait as the sign of a pool too small or a server too slow. */
export const poolerClientsWait: AlertRule = {
  id: 'pooler-clients-wait',
  alert: 'PgBouncerClientsWait',
  value: 'seconds',
  means: 'How long the first client in the queue of a pool of PgBouncer has waited, for a minute.',
  alerts: (figures, settings) =>
    alertsAbove(figures.now('maxWait'), settings.limits.maxWaitSeconds, {
      forSeconds: 60,
      say: ({ pool, value }) => ({
        summary: `A client has waited ${value} for a server connection of the ${pool}`,
        description:
          'PgBouncer has no server connection for it: pool_size is too small, or transactions are too long. After query_wait_timeout (120 s) it is disconnected. poolctl watch DSN, on the console of PgBouncer, shows the pools; poolctl explain transaction-pooler what holds a connection.',
      }),
    }),
};
