import { formatNumber, formatRatio } from '../../base/units.ts';
import type { ProbePlan } from '../../probe/run/probe.ts';
import type { View } from '../../render/view.ts';
import { poolerTable } from './pooler.ts';
import { guardTable } from './tables.ts';

/** What --dry-run shows: nothing has been put on the server yet. */
export function planView({
  target,
  pooler,
  workload,
  budget,
  sentence,
  seconds,
  connectionsAtPeak,
  guards = [],
}: ProbePlan): View {
  const { freeConnections, usableConnections, limitedBy, share, allowed } = budget;
  return {
    headline: `would probe ${target.address}${pooler ? ` through ${pooler.address}` : ''} for about ${formatNumber(Math.ceil(seconds))} s`,
    verdict: {
      answer: 'yes',
      text: `${formatNumber(connectionsAtPeak)} connections at once, of ${formatNumber(allowed)} that the guard allows.`,
      details: [
        sentence,
        ...(pooler ? ['The sizes are chosen anew when it was tried what the pooler lets through.'] : []),
      ],
    },
    tables: [
      {
        title: 'Plan',
        rows: [
          ['workload', workload.name, workload.description],
          [
            'writes',
            workload.readOnly ? 'no' : 'yes',
            workload.readOnly ? (pooler ? 'no statement does' : 'every session is read-only') : '--allow-write',
          ],
          ['free now', formatNumber(freeConnections), `of ${formatNumber(usableConnections)}, by ${limitedBy}`],
          ['allowed', formatNumber(allowed), `${formatRatio(share)} of the free ones (--share)`],
        ],
        rightAligned: [1],
      },
      ...(pooler ? [poolerTable(pooler)] : []),
      guardTable(guards),
    ],
  };
}
