import { aggregated } from '../promql.ts';
import type { AlertRule } from '../rule.ts';

/** Rules over series that are gone are quiet. absent() would need to know what has to be there. */
export const metricsGone: AlertRule = {
  id: 'metrics-gone',
  alert: 'DatabasePoolMetricsGone',
  value: 'none',
  means:
    'Metrics that a job had within the last hour are there no longer, so that the other rules are blind: the exporter ended, or an update renamed them.',
  alerts(figures) {
    const quantity = (['up', 'limit', 'taken'] as const).find((one) => figures.now(one));
    if (quantity === undefined) return [];
    const jobsOf = (expr = '') => aggregated('count by', ['job'], expr);
    const now = jobsOf(figures.now(quantity)?.expr);
    const before = jobsOf(figures.scrapes(quantity, 3_600)?.expr);
    return [
      {
        severity: 'warning',
        expr: `${before}\n  unless\n${now}`,
        labels: ['job'],
        keepsTarget: false,
        forSeconds: 300,
        say: ({ label }) => ({
          summary: `The metrics of connections of the job ${label('job')} are gone`,
          description:
            'No instance has them now; some had them within the last hour. Does the exporter run, and do its metrics have the same names? poolctl rules --list has the names.',
        }),
      },
    ];
  },
};
