import type { RateWindow, SourceFigures } from '../figures.ts';
import { combined, type SeriesFigure } from '../promql.ts';
import type { AlertSettings } from '../settings.ts';

/** A panel of the dashboard: what it shows, and of each source the expressions. */
export interface PanelDefinition {
  readonly title: string;
  readonly description: string;
  /** As Grafana calls units: `percentunit`, `s`, `none`. */
  readonly unit: 'percentunit' | 's' | 'none';
  /** Where the colour changes to orange, and to red. */
  readonly limits: { readonly warn?: number; readonly crit?: number };
  targets(figures: SourceFigures): readonly (SeriesFigure & { readonly name?: string })[];
}

const rate: RateWindow = '$__rate_interval';
const some = <T>(values: readonly (T | undefined)[]): T[] => values.filter((value) => value !== undefined);

const named = (figure: SeriesFigure | undefined, name: string): (SeriesFigure & { name: string }) | undefined =>
  figure && { ...figure, name };

/** Time per event: the mean of the rates, never the mean of means. */
function meanTime(figures: SourceFigures, quantity: 'waitTime' | 'useTime'): SeriesFigure | undefined {
  const sum = figures.perSecond(quantity, rate);
  const count = figures.countPerSecond(quantity, rate);
  return sum && count && sum.expr !== count.expr ? { expr: combined(sum, '/', count), labels: sum.labels } : undefined;
}

/** Panels in their order; those without a figure in the chosen sources are left out. */
export const panelTable = ({ limits, plan }: AlertSettings): readonly PanelDefinition[] => [
  {
    title: 'Pool occupancy, mean of 5 minutes',
    description: 'Share of the connections in use. Instant values touch 100 % in health; the mean does not.',
    unit: 'percentunit',
    limits: limits.saturation,
    targets: (figures) => {
      const [used, limit] = [figures.mean('inUse', 300), figures.mean('limit', 300)];
      return used && limit ? [{ expr: combined(used, '/', limit), labels: used.labels }] : [];
    },
  },
  {
    title: 'Connections in use, and the limit',
    description: 'As of the last scrape.',
    unit: 'none',
    limits: {},
    targets: (figures) => some([named(figures.now('inUse'), 'in use'), named(figures.now('limit'), 'limit')]),
  },
  {
    title: 'Waiting requests',
    description: 'Mean of the scrapes, and where the source counts the time in the queue, that time a second.',
    unit: 'none',
    limits: limits.meanWaiters,
    targets: (figures) =>
      some([
        named(figures.mean('waiters', rate), 'waiting'),
        named(figures.perSecond('queuedTime', rate), 'by queued time'),
      ]),
  },
  {
    title: 'Wait for a connection',
    description: 'Mean of all requests, connecting included; of PgBouncer, how long the first in the queue has waited.',
    unit: 's',
    limits: limits.maxWaitSeconds,
    targets: (figures) =>
      some([named(meanTime(figures, 'waitTime'), 'mean'), named(figures.now('maxWait'), 'first in queue')]),
  },
  {
    title: 'Hold time',
    description: 'Mean time from taking a connection to giving it back. What never comes back is not in it.',
    unit: 's',
    limits: {},
    targets: (figures) => some([meanTime(figures, 'useTime')]),
  },
  {
    title: 'Requests that got no connection, in 5 minutes',
    description: 'Each is an error that a user saw.',
    unit: 'none',
    limits: { warn: 0.5 },
    targets: (figures) =>
      some([named(figures.increase('timeouts', 300), 'timeouts'), named(figures.increase('rejected', 300), 'refused')]),
  },
  {
    title: 'Usable connections taken',
    description: 'Of those that ordinary users can have; reserved ones are left out.',
    unit: 'percentunit',
    limits: limits.saturation,
    targets: (figures) => {
      const [taken, usable] = [figures.now('taken'), figures.usable()];
      return taken && usable ? [{ expr: combined(taken, '/', usable), labels: taken.labels }] : [];
    },
  },
  {
    title: 'Usable connections free',
    description:
      plan?.rolloutConnections === undefined
        ? 'What is left for a roll-out.'
        : `A roll-out adds ${plan.rolloutConnections}.`,
    unit: 'none',
    limits: {},
    targets: (figures) => {
      const [taken, usable] = [figures.now('taken'), figures.usable()];
      return taken && usable ? [{ expr: combined(usable, '-', taken), labels: taken.labels }] : [];
    },
  },
  {
    title: 'Longest idle in a transaction',
    description: 'It holds its connection, its locks, and vacuum.',
    unit: 's',
    limits: limits.idleTransactionSeconds,
    targets: (figures) => some([figures.now('idleTransactionAge')]),
  },
];
