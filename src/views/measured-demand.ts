import { formatDuration, formatNumber, perSecond } from '../base/units.ts';
import type { DemandStretch, MeasuredDemand } from '../demand/demand.ts';
import type { TableView } from '../render/view.ts';

/** What metrics tell of a load: the window beside the peak hour, of which the pool is sized by the busier. */
export function measuredDemandTables(demand: MeasuredDemand): TableView[] {
  const { peak, notes } = demand;
  const stretches: readonly DemandStretch[] = peak ? [demand, peak] : [demand];
  const row = (label: string, of: (stretch: DemandStretch) => string | undefined): string[][] => {
    const cells = stretches.map(of);
    return cells.some((cell) => cell !== undefined) ? [[label, ...cells.map((cell) => cell ?? 'unknown')]] : [];
  };
  const table = {
    title: `Measured demand: ${demand.source}${demand.pool === undefined ? '' : `, pool ${demand.pool}`}`,
    head: ['', ...stretches.map((_stretch, at) => (at === 0 ? 'window' : 'peak hour'))],
    rows: [
      ...row('to (UTC)', ({ to }) => to?.slice(0, 16).replace('T', ' ')),
      ...row('requests', ({ ratePerSecond }) => perSecond(ratePerSecond)),
      ...row('instances', ({ instances }) => (instances === undefined ? undefined : formatNumber(instances))),
      ...row(
        'busiest instance',
        ({ perInstance: [busiest, other] }) => busiest && other && perSecond(busiest.ratePerSecond),
      ),
      ...row('mean hold', ({ meanHoldMs }) => (meanHoldMs === undefined ? undefined : formatDuration(meanHoldMs))),
      ...row('p95 of the holds', p95),
      ...row('in use', ({ inUse }) => (inUse === undefined ? undefined : formatNumber(inUse))),
      ...row('waiting', ({ waiters }) => (waiters === undefined ? undefined : formatNumber(waiters))),
      ...row('size of a pool', ({ limit }) => (limit === undefined ? undefined : formatNumber(limit))),
    ],
    rightAligned: [1, 2],
  };
  return notes.length === 0 ? [table] : [table, { title: 'Notes', rows: notes.map((note) => ['·', note]) }];
}

/** Within its bucket nothing is known. */
function p95({ p95Ms }: DemandStretch): string | undefined {
  if (!p95Ms) return undefined;
  if (p95Ms.high === Infinity) return `above ${formatDuration(p95Ms.low)}`;
  return `${formatDuration(p95Ms.low)} to ${formatDuration(p95Ms.high)}`;
}
