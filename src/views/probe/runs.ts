import { formatDuration, formatRatio, perSecond } from '../../base/units.ts';
import { fateOf } from '../../probe/analyse/served.ts';
import type { Percentiles, ProbeRun } from '../../probe/result.ts';
import { poolsText } from '../../probe/runs.ts';
import type { TableView } from '../../render/view.ts';
import type { Estimate } from '../../stats/estimate.ts';
import { intervalText } from '../../stats/interval-text.ts';
import { busyText, timeText } from './text.ts';

/** What became of the requests, run by run, and then how long they took, with poolctl's own delay in a column of its own. */
export function runTables(runs: readonly ProbeRun[]): TableView[] {
  return runs.length === 0 ? [] : [servedTable(runs), ...runs.map(timesTable)];
}

function servedTable(runs: readonly ProbeRun[]): TableView {
  // Pools of several instances have long names, which a table of 80 columns has room for once.
  const isNamedByPools = runs.every((run) => run.instances !== undefined && run.label.startsWith(poolsText(run)));
  return {
    title: `${runs.length === 1 ? 'Run' : 'Runs'}, 95 % intervals`,
    head: ['', ...(isNamedByPools ? [] : ['pool']), 'wanted', 'served', 'waited', 'lost'],
    rows: runs.map((run) => [
      run.label,
      ...(isNamedByPools ? [] : [poolsText(run)]),
      run.wantedPerSecond === undefined ? `${run.loop} loop` : perSecond(run.wantedPerSecond),
      intervalText(run.throughputPerSecond, perSecond),
      run.waitProbability ? marked(run, formatRatio(run.waitProbability.value)) : 'none',
      formatRatio(fateOf(run).lostRatio),
    ]),
    rightAligned: [1, 2, 3, 4, 5],
  };
}

function timesTable(run: ProbeRun): TableView {
  const { lagMs, waitMs, serviceMs, totalMs, connectMs, loop, client } = run;
  const busy = busyText(client.eventLoopUtilization);
  const opened = connectMs && connectMs.count > 0 ? connectMs : undefined;
  const time = (ms: number | undefined) => (ms === undefined ? timeText(ms) : marked(run, formatDuration(ms)));
  const row = (label: string, name: Exclude<keyof Percentiles, 'count'>) => [
    label,
    timeText(lagMs[name]),
    time(waitMs[name]),
    ...(opened ? [time(opened[name])] : []),
    time(serviceMs[name]),
    time(totalMs[name]),
  ];
  const interval = (wait: Estimate | undefined, service?: Estimate) =>
    run.trustworthy && wait
      ? [['  95 %', '', span(wait), ...(opened ? [''] : []), ...(service ? [span(service)] : [])]]
      : [];
  return {
    title: `${run.label}: times ${loop === 'open' ? 'from the intended start' : 'in a closed loop'}, poolctl ${busy} busy`,
    head: ['', 'poolctl late', 'wait', ...(opened ? ['connect'] : []), 'service', 'total'],
    rows: [
      row('mean', 'mean'),
      ...interval(run.meanWaitMs, run.meanServiceMs),
      row('p50', 'p50'),
      row('p95', 'p95'),
      row('p99', 'p99'),
      ...interval(run.p99WaitMs),
      row('p99.9', 'p999'),
      row('max', 'max'),
    ],
    rightAligned: [1, 2, 3, 4, 5],
  };
}

function span({ low, high }: Estimate): string {
  return Number.isFinite(high) ? `${formatDuration(low)} to ${formatDuration(high)}` : `${formatDuration(low)} or more`;
}

/** A time that poolctl's own delay spoils is in parentheses. */
function marked({ trustworthy }: ProbeRun, text: string): string {
  return trustworthy ? text : `(${text})`;
}
