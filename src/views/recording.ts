import { formatCount, formatDuration, formatNumber, formatRatio, perSecond } from '../base/units.ts';
import type { Cause, Diagnosis, TimeShares } from '../diagnose/diagnosis.ts';
import { timelineOf } from '../diagnose/timeline.ts';
import type { Recording } from '../measurements/recording.ts';
import type { ChartView, TableView, VerdictView, View } from '../render/view.ts';

const causeTitles: Readonly<Record<Cause, string>> = {
  leak: 'Connections leak: they are taken and never returned',
  'too-small': 'The pool is too small for this load',
  'slow-database': 'The database was slow',
  'nested-acquire': 'Requests hold a connection and wait for another one',
  burst: 'A burst of requests came',
  'event-loop': 'The event loop stood still',
  'slow-connects': 'Connections take too long to open',
};

const causeNames: Readonly<Record<Cause, string>> = {
  leak: 'a leak',
  'too-small': 'too small a pool',
  'slow-database': 'a slow database',
  'nested-acquire': 'nested acquires',
  burst: 'a burst',
  'event-loop': 'a blocked event loop',
  'slow-connects': 'slow connects',
};

const shareLabels: readonly (readonly [keyof TimeShares, string])[] = [
  ['working', 'work, at the usual holds'],
  ['slower', 'longer holds'],
  ['leaked', 'never returned'],
  ['nested', 'held by who waited for another one'],
  ['stopped', 'the event loop stood still'],
  ['connecting', 'being opened'],
];

/** Why requests waited, for a reader. */
export function recordingView(recording: Recording, diagnosis: Diagnosis): View {
  return {
    headline: `${recording.pool.name}: ${headlineOf(diagnosis)}`,
    verdict: verdictOf(diagnosis),
    tables: [waitTable(recording, diagnosis), loadTable(diagnosis), shareTable(diagnosis), siteTable(diagnosis)].filter(
      (table) => table !== undefined,
    ),
    charts: charts(recording),
  };
}

function headlineOf({ cause, answer }: Diagnosis): string {
  if (cause) return causeTitles[cause];
  return answer === 'no waits' ? 'Nobody waited long for a connection' : 'It is not clear why requests waited';
}

function verdictOf({ answer, candidates = [], evidence, advice }: Diagnosis): VerdictView {
  const [first = '', ...others] = evidence;
  const maybe =
    candidates.length > 0
      ? [`It may be ${candidates.map((cause) => causeNames[cause]).join(' or ')}; the recording does not tell which.`]
      : ['No cause that poolctl knows explains it.'];
  return {
    answer: answer === 'cause' ? 'no' : answer === 'no waits' ? 'yes' : 'unknown',
    text: first,
    details: [...(answer === 'not clear' ? maybe : []), ...others, ...advice],
  };
}

function waitTable({ durationMs, startedAt, overwritten }: Recording, { waits }: Diagnosis): TableView {
  const { asked, failed, stillWaiting, p50Ms, p99Ms, longestMs } = waits;
  return {
    title: `${formatDuration(durationMs)} from ${startedAt}`,
    rows: [
      ['requests', formatNumber(asked)],
      ['failed to get a connection', formatNumber(failed)],
      ['still waiting at the end', formatNumber(stillWaiting)],
      ['wait: median, p99, longest', [p50Ms, p99Ms, longestMs].map(formatDuration).join(', ')],
      ...(overwritten > 0 ? [['requests before it that were overwritten', formatNumber(overwritten)]] : []),
    ],
    rightAligned: [1],
  };
}

function loadTable({ load }: Diagnosis): TableView | undefined {
  if (!load) return undefined;
  const { limit, ratePerSecond, usualHoldMs, usualLoad, peakRatePerSecond, holdThenMs } = load;
  return {
    title: 'The load',
    head: ['', 'usual', 'while more and more waited'],
    rows: [
      ['requests', perSecond(ratePerSecond), perSecond(peakRatePerSecond)],
      [
        'a connection is held for',
        formatDuration(usualHoldMs),
        holdThenMs === undefined ? '' : formatDuration(holdThenMs),
      ],
      ['connections busy', `${formatNumber(usualLoad)} of ${formatNumber(limit)}`, ''],
    ],
    rightAligned: [1, 2],
  };
}

function shareTable({ shares, load }: Diagnosis): TableView | undefined {
  if (!shares || !load) return undefined;
  const shown = shareLabels.filter(([part]) => shares[part] >= 0.005);
  return {
    title: `Where the time of ${formatCount(load.limit, 'connection')} went while more and more waited`,
    rows: [
      ...shown.map(([part, label]) => [label, formatRatio(shares[part])]),
      ...(shares.excess >= 0.005 ? [['wanted beyond all of it', formatRatio(shares.excess)]] : []),
    ],
    rightAligned: [1],
  };
}

function siteTable({ sites }: Diagnosis): TableView | undefined {
  if (sites.length === 0) return undefined;
  return {
    title: 'Where in the code, by the stacks that were taken',
    head: ['', 'connections', ''],
    rows: sites.map(({ site, count, role }) => [site, formatNumber(count), role]),
    rightAligned: [1],
  };
}

const slices = 60;

function charts(recording: Recording): ChartView[] {
  const timeline = timelineOf(recording, slices);
  const chart = (title: string, values: readonly number[], highest: string): ChartView => ({
    ...{ title, values, highest, from: '0 s', to: formatDuration(recording.durationMs) },
  });
  const waiting = timeline.map(({ mostWaiting }) => mostWaiting);
  const rates = timeline.map(({ askedPerSecond }) => askedPerSecond);
  return [
    chart('requests waiting', waiting, formatNumber(Math.max(0, ...waiting))),
    chart('requests a second', rates, perSecond(Math.max(0, ...rates))),
  ].filter(({ values }) => values.some((value) => value > 0));
}
