import { type MeasuredQuantity, type MetricSourceProfile, metricsFor } from '../profiles/metrics.ts';
import type { View } from '../render/view.ts';

/** Columns of the list: what rules need to know. */
const columns = {
  'in use': ['inUse', 'limit'],
  waiting: ['waiters', 'queuedTime', 'maxWait'],
  timeouts: ['timeouts'],
  server: ['taken'],
  'idle in tx': ['idleTransactionAge'],
} as const satisfies Readonly<Record<string, readonly MeasuredQuantity[]>>;

/** The sources that rules can be written for. */
export function sourcesView(sources: readonly { readonly id: string; readonly profile: MetricSourceProfile }[]): View {
  return {
    headline: `${sources.length} sources of metrics`,
    tables: [
      {
        title: 'Sources',
        head: ['--for', ...Object.keys(columns)],
        rows: sources.map(({ id, profile }) => [
          id,
          ...Object.values(columns).map((quantities) =>
            quantities.some((quantity) => metricsFor(profile, quantity).length > 0) ? 'yes' : '-',
          ),
        ]),
      },
      {
        title: 'Whose metrics they are',
        rows: sources.map(({ id, profile }) => [id, profile.title]),
      },
    ],
  };
}
