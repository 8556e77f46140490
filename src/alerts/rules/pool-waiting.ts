import { alertLevels } from '../levels.ts';
import { aggregated, promDuration, type SeriesFigure } from '../promql.ts';
import type { AlertRule } from '../rule.ts';
import { windowsOf } from '../settings.ts';

/**
 * By Little's law the rate of the queued time is the mean number of waiters, however short the waits. But a wait is counted
 * when it ends: while nobody gets a connection any more, only the gauge shows who waits.
 */
export const poolWaiting: AlertRule = {
  id: 'pool-waiting',
  alert: 'DatabasePoolRequestsWait',
  value: 'amount',
  means:
    'Mean number of requests that wait for a connection over a minute, for two minutes: the time they queued a second, or the mean of the scrapes. Time that includes connecting, or requests that found a connection, is never taken for it.',
  alerts(figures, settings) {
    const { short } = windowsOf(settings);
    const queued = figures.perSecond('queuedTime', short);
    const labels = (queued ?? figures.mean('waiters', short))?.labels ?? [];
    const waiting = summedTo(labels, figures.mean('waiters', short));
    const both = [waiting, queued].filter((figure) => figure !== undefined);
    if (both.length === 0) return [];
    return alertLevels(settings.limits.meanWaiters).map(({ severity, limit }) => ({
      severity,
      expr: both.map(({ expr }) => `${expr} > ${limit}`).join('\n  or\n'),
      labels,
      keepsTarget: true,
      // Half a minute of waiting is in the window for a minute and a half.
      forSeconds: 2 * short,
      say: ({ pool, value }) => ({
        summary: `${value} requests wait for a connection of the ${pool}, as the mean of ${promDuration(short)}`,
        description:
          'The pool is too small for this load, the database has become slower, or connections do not come back. poolctl watch DSN tells the last two; poolctl recommend, from figures before and after, tells the first.',
      }),
    }));
  },
};

/** The same with no other labels than these, so that both figures are of the same series. */
function summedTo(labels: readonly string[], figure: SeriesFigure | undefined): SeriesFigure | undefined {
  const more = figure?.labels.filter((label) => !labels.includes(label)) ?? [];
  return figure && more.length > 0 ? { expr: aggregated('sum without', more, figure.expr), labels } : figure;
}
