import type { AlertRule } from '../rule.ts';

export const targetDown: AlertRule = {
  id: 'target-down',
  alert: 'DatabaseTargetDown',
  value: 'none',
  means:
    'Whoever asks the server gets no answer, or none that is fresh. An exporter that logs in for each scrape says so of a full server too.',
  alerts(figures) {
    const up = figures.now('up');
    if (!up) return [];
    // Full is said by server-nearly-full.
    const full = figures.now('full');
    return [
      {
        severity: 'critical',
        expr: full ? `${up.expr} == 0 unless ${full.expr} == 1` : `${up.expr} == 0`,
        labels: up.labels,
        keepsTarget: true,
        forSeconds: 60,
        say: ({ server }) => ({
          summary: `The ${server} does not answer, or lets the one who asks not in`,
          description:
            'Down, out of reach, full, or the login has changed. poolctl doctor DSN says which. While it lasts, no other rule sees this server.',
        }),
      },
    ];
  },
};
