import { known } from '../core/known.ts';
import type { Percentiles, ProbeRun } from '../probe/result.ts';
import { formatCount, formatDuration, formatRatio } from '../units.ts';
import { busyText, intervalText, lostOf, perSecond, poolText } from './probe-text.ts';
import type { TableView } from './view.ts';

/** What became of the requests, run by run, and then how long they took, with poolctl's own delay in a column of its own. */
export function runTables(runs: readonly ProbeRun[]): TableView[] {
  return runs.length === 0 ? [] : [servedTable(runs), ...runs.map(timesTable)];
}

function servedTable(runs: readonly ProbeRun[]): TableView {
  return {
    title: `${runs.length === 1 ? 'Run' : 'Runs'}, 95 % intervals`,
    head: ['', 'pool', 'wanted', 'served', 'waited', 'lost'],
    rows: runs.map((run) => [
      run.label,
      poolText(run.pool),
      run.wantedPerSecond === undefined ? `${run.loop} loop` : perSecond(run.wantedPerSecond),
      intervalText(run.throughputPerSecond, perSecond),
      marked(run, formatRatio(run.waitProbability.value)),
      formatRatio(run.requests > 0 ? lostOf(run) / run.requests : 0),
    ]),
    rightAligned: [1, 2, 3, 4, 5],
  };
}

function timesTable(run: ProbeRun): TableView {
  const { lagMs, waitMs, serviceMs, totalMs, connectMs, loop, client } = run;
  const busy = busyText(client.eventLoopUtilization);
  const opened = connectMs && connectMs.count > 0 ? connectMs : undefined;
  const estimates = { mean: [run.meanWaitMs, run.meanServiceMs], p99: [run.p99WaitMs, undefined] } as const;
  const time = (ms: number) => marked(run, formatDuration(ms));
  const row = (label: string, name: Exclude<keyof Percentiles, 'count'>) => {
    const [wait, service] = name === 'mean' || name === 'p99' ? estimates[name] : [];
    return [
      label,
      formatDuration(lagMs[name]),
      wait && run.trustworthy ? intervalText(wait, formatDuration) : time(waitMs[name]),
      ...(opened ? [time(opened[name])] : []),
      service && run.trustworthy ? intervalText(service, formatDuration) : time(serviceMs[name]),
      time(totalMs[name]),
    ];
  };
  return {
    title: `${run.label}: times ${loop === 'open' ? 'from the intended start' : 'in a closed loop'}, poolctl ${busy} busy`,
    head: ['', 'poolctl late', 'wait', ...(opened ? ['connect'] : []), 'service', 'total'],
    rows: [
      row('mean', 'mean'),
      row('p50', 'p50'),
      row('p95', 'p95'),
      row('p99', 'p99'),
      row('p99.9', 'p999'),
      row('max', 'max'),
    ],
    rightAligned: [1, 2, 3, 4, 5],
  };
}

/** A time that poolctl's own delay spoils is in parentheses. */
function marked({ trustworthy }: ProbeRun, text: string): string {
  return trustworthy ? text : `(${text})`;
}

/** What a reader must know before believing a column. */
export function runNotes(runs: readonly ProbeRun[]): TableView | undefined {
  const spoilt = runs.filter(({ trustworthy }) => !trustworthy);
  const unsteady = runs.filter(({ steady }) => !steady);
  const over = runs.filter(({ overCapacity }) => overCapacity);
  const names = (some: readonly ProbeRun[]) => some.map(({ label }) => label).join(', ');
  const notes = Object.values(
    known({
      spoilt:
        spoilt.length === 0
          ? undefined
          : `${names(spoilt)}: times in parentheses hold poolctl's own delay (late p99 ${formatDuration(Math.max(...spoilt.map(({ lagMs }) => lagMs.p99)))}), so they are not the server's.`,
      over:
        over.length === 0
          ? undefined
          : `${names(over)}: more was due than was served, so waits grew with the length of the run.`,
      unsteady:
        unsteady.length === 0
          ? undefined
          : `${names(unsteady)}: the rate had not settled; its intervals are too narrow.`,
    }),
  );
  if (notes.length === 0) return undefined;
  return { title: formatCount(notes.length, 'note'), rows: notes.map((note) => ['·', note]) };
}
