import { poolText } from '../base/pool-notation.ts';
import { formatDuration, formatNumber, formatRatio } from '../base/units.ts';
import type { ChartView, TableView, View } from '../render/view.ts';
import type { FigureName } from '../simulate/figures.ts';
import type { MeanEstimate, TimelineSlice } from '../simulate/model.ts';

/** A pool with what several runs of it came to. */
export interface SimulatedPool {
  readonly settings: { readonly connections: number; readonly queueLimit?: number; readonly acquireTimeoutMs?: number };
  readonly replications: number;
  readonly figures: Readonly<Record<FigureName, MeanEstimate>>;
  /** The first run's slices, without its warm-up. */
  readonly timeline: readonly TimelineSlice[];
  /** When the incident was, and how long after it the pool was back, on average; absent when it never was in some run. */
  readonly recovery?: { readonly fromMs: number; readonly toMs: number; readonly meanMs?: number };
}

export interface SimulationOutcome {
  readonly scenario: string;
  readonly summary: string;
  /** What the charts mark. */
  readonly label?: string;
  /** The load in words. */
  readonly load: string;
  readonly instances: number;
  readonly durationMs: number;
  readonly seed: number;
  readonly isSweep: boolean;
  readonly isFinished: boolean;
  readonly pools: readonly SimulatedPool[];
}

/** What happened, side by side or as a curve. */
export function simulationView(outcome: SimulationOutcome): View {
  const { pools, isSweep, isFinished, scenario, summary, load } = outcome;
  return {
    headline:
      pools
        .map(headlineOf)
        .slice(0, isSweep ? 0 : 2)
        .join('   ·   ') || `${pools.length} pools, ${scenario}`,
    verdict: {
      answer: isFinished ? 'yes' : 'unknown',
      text: isFinished ? `${scenario}: ${summary}.` : `interrupted: what was done until then. ${scenario}: ${summary}.`,
      details: [load],
    },
    tables: [isSweep ? sweepTable(pools) : comparisonTable(outcome)],
    charts: isSweep ? [sweepChart(pools)] : pools.flatMap((pool) => timeCharts(pool, outcome)),
  };
}

/** The same for programs; an interval that one run cannot have is left out. */
export function simulationResult({ pools, ...outcome }: SimulationOutcome): object {
  const finite = ({ mean, halfWidth }: MeanEstimate) => (Number.isFinite(halfWidth) ? { mean, halfWidth } : { mean });
  return {
    ...outcome,
    pools: pools.map((pool) => ({
      ...pool,
      figures: Object.fromEntries(Object.entries(pool.figures).map(([name, figure]) => [name, finite(figure)])),
    })),
  };
}

function settingsText({ connections, ...limits }: SimulatedPool['settings']): string {
  return poolText({ connectionLimit: connections, ...limits });
}

function headlineOf({ settings, figures }: SimulatedPool): string {
  return `${settingsText(settings)}: p99 wait ${formatDuration(figures.p99WaitMs.mean)}, ${formatRatio(figures.lostRatio.mean)} lost`;
}

type Format = (value: number) => string;
const perSecond: Format = (value) => `${formatNumber(value)}/s`;

const rows: readonly (readonly [label: string, figure: FigureName, format: Format])[] = [
  ['served', 'throughputPerSecond', perSecond],
  ['had to wait', 'waitProbability', formatRatio],
  ['mean wait', 'meanWaitMs', formatDuration],
  ['p95 wait', 'p95WaitMs', formatDuration],
  ['p99 wait', 'p99WaitMs', formatDuration],
  ['longest wait', 'maxWaitMs', formatDuration],
  ['longest queue', 'longestQueue', formatNumber],
  ['in use on average', 'meanBusy', formatNumber],
  ['refused, queue full', 'rejectedRatio', formatRatio],
  ['gave up waiting', 'timedOutRatio', formatRatio],
  ['refused by the server', 'refusedByServerRatio', formatRatio],
  ['attempts a request', 'attemptsPerRequest', formatNumber],
  ['lost for good', 'lostRatio', formatRatio],
  ['still waiting at the end', 'stillWaitingRatio', formatRatio],
];

/** Rows that are left out while no pool is above this. */
const onlyAbove: Partial<Record<FigureName, number>> = {
  refusedByServerRatio: 0,
  attemptsPerRequest: 1,
  stillWaitingRatio: 0.001,
};

function comparisonTable({ pools, durationMs }: SimulationOutcome): TableView {
  const shown = rows.filter(
    ([, figure]) =>
      !(figure in onlyAbove) || pools.some(({ figures }) => figures[figure].mean > (onlyAbove[figure] ?? 0)),
  );
  const recoveries = pools.some(({ recovery }) => recovery)
    ? [['back to normal after', ...pools.map(({ recovery }) => recoveryText(recovery, durationMs))]]
    : [];
  return {
    title: `connectionLimit/queueLimit/acquireTimeout, mean of ${pools[0]?.replications ?? 0} runs ± 95 % interval`,
    head: ['', ...pools.map(({ settings }) => settingsText(settings))],
    rows: [
      ...shown.map(([label, figure, format]) => [
        label,
        ...pools.map(({ figures }) => interval(figures[figure], format)),
      ]),
      ...recoveries,
    ],
    rightAligned: pools.map((_, index) => index + 1),
  };
}

function interval({ mean, halfWidth }: MeanEstimate, format: Format): string {
  const isKnown = Number.isFinite(halfWidth) && halfWidth > Math.abs(mean) * 0.005;
  return isKnown ? `${format(mean)} ± ${format(halfWidth)}` : format(mean);
}

function recoveryText(recovery: SimulatedPool['recovery'], durationMs: number): string {
  if (!recovery) return '';
  return recovery.meanMs === undefined ? `not within ${formatDuration(durationMs)}` : formatDuration(recovery.meanMs);
}

function sweepTable(pools: readonly SimulatedPool[]): TableView {
  const shown = rows.filter(([, figure]) =>
    ['waitProbability', 'meanWaitMs', 'p99WaitMs', 'longestQueue', 'meanBusy', 'lostRatio'].includes(figure),
  );
  return {
    title: 'By connectionLimit',
    head: ['connectionLimit', ...shown.map(([label]) => label)],
    rows: pools.map(({ settings, figures }) => [
      formatNumber(settings.connections),
      ...shown.map(([, figure, format]) => format(figures[figure].mean)),
    ]),
    rightAligned: [0, ...shown.map((_, index) => index + 1)],
  };
}

function sweepChart(pools: readonly SimulatedPool[]): ChartView {
  const waits = pools.map(({ figures }) => figures.p99WaitMs.mean);
  return {
    title: 'p99 wait by connectionLimit',
    values: waits.flatMap((wait) => [wait, wait]),
    highest: formatDuration(Math.max(...waits)),
    from: String(pools[0]?.settings.connections ?? ''),
    to: String(pools.at(-1)?.settings.connections ?? ''),
  };
}

function timeCharts({ settings, timeline, recovery }: SimulatedPool, { label }: SimulationOutcome): ChartView[] {
  const startMs = timeline[0]?.fromMs ?? 0;
  const sliceMs = (timeline[1]?.fromMs ?? startMs + 1) - startMs;
  const at = (ms: number) => Math.round((ms - startMs) / sliceMs);
  const common = {
    from: '0 s',
    to: formatDuration(timeline.length * sliceMs),
    ...(recovery && label
      ? { mark: { from: at(recovery.fromMs), to: Math.max(at(recovery.fromMs) + 1, at(recovery.toMs)), label } }
      : {}),
  };
  const chart = (title: string, values: readonly number[], format: Format): ChartView => ({
    title: `${settingsText(settings)}: ${title}`,
    values,
    highest: format(Math.max(0, ...values)),
    ...common,
  });
  const charts = [
    chart(
      'longest queue',
      timeline.map((slice) => slice.longestQueue),
      formatNumber,
    ),
    chart(
      'mean wait',
      timeline.map((slice) => slice.meanWaitMs),
      formatDuration,
    ),
  ];
  return charts.filter(({ values }) => values.some((value) => value > 0));
}
