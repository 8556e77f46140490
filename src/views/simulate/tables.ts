import { type Format, formatCount, formatDuration, formatNumber, formatRatio, perSecond } from '../../base/units.ts';
import type { TableView } from '../../render/view.ts';
import type { FigureName } from '../../simulate/figures.ts';
import type { MeanEstimate } from '../../simulate/model.ts';
import { intervalText } from '../../stats/interval-text.ts';
import { answerOf, type SimulatedPool, type SimulationOutcome, settingsText } from './outcome.ts';

type Row = readonly [label: string, figure: FigureName, format: Format];

const rows: readonly Row[] = [
  ['served', 'throughputPerSecond', perSecond],
  ['had to wait', 'waitProbability', formatRatio],
  ['mean wait', 'meanWaitMs', formatDuration],
  ['median wait', 'p50WaitMs', formatDuration],
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
  p50WaitMs: 0,
  refusedByServerRatio: 0,
  attemptsPerRequest: 1,
  stillWaitingRatio: 0.001,
};

/** The figures of the pools side by side. */
export function comparisonTable({ pools, durationMs, warmupMs, deadlineMs }: SimulationOutcome): TableView {
  const shown = rows.filter(
    ([, figure]) =>
      !(figure in onlyAbove) || pools.some(({ figures }) => figures[figure].mean > (onlyAbove[figure] ?? 0)),
  );
  const inTime: readonly Row[] =
    deadlineMs === undefined
      ? []
      : [[`answered within ${formatDuration(deadlineMs)}`, 'answeredInTimeRatio', formatRatio]];
  const recoveries = pools.some(({ recovery }) => recovery)
    ? [['back to normal after', ...pools.map(({ recovery }) => recoveryText(recovery, durationMs))]]
    : [];
  return {
    title: `${formatCount(pools[0]?.replications ?? 0, 'run')} of ${formatDuration(durationMs)} after ${formatDuration(warmupMs)} of warm-up, with 95 % intervals`,
    head: ['', ...pools.map(settingsText)],
    rows: [
      ...[...shown, ...inTime].map(([label, figure, format]) => [
        label,
        ...pools.map(({ figures }) => estimateText(figures[figure], format)),
      ]),
      ...recoveries,
    ],
    rightAligned: pools.map((_, index) => index + 1),
  };
}

/** `12 ms ± 1 ms`; `1.3 s (1.1 s or more)` where the runs know no upper bound. */
export function estimateText({ mean, low, high, halfWidth }: MeanEstimate, format: Format): string {
  if (high < Infinity && halfWidth < Infinity) return intervalText({ value: mean, low, high }, format);
  return low > 0 ? `${format(mean)} (${format(low)} or more)` : format(mean);
}

function recoveryText(recovery: SimulatedPool['recovery'], durationMs: number): string {
  if (!recovery) return '';
  return recovery.meanMs === undefined ? `not within ${formatDuration(durationMs)}` : formatDuration(recovery.meanMs);
}

const sweptFigures: ReadonlySet<FigureName> = new Set([
  'waitProbability',
  'meanWaitMs',
  'p99WaitMs',
  'longestQueue',
  'meanBusy',
  'lostRatio',
]);

const answerMarks = { yes: '✓', no: '✗', unknown: '?' } as const;

/** A pool a line. */
export function sweepTable(pools: readonly SimulatedPool[]): TableView {
  const shown = rows.filter(([, figure]) => sweptFigures.has(figure));
  return {
    title: 'By connectionLimit',
    head: ['connectionLimit', ...shown.map(([label]) => label), 'targets'],
    rows: pools.map(({ settings, figures, verdict }) => [
      formatNumber(settings.connections),
      ...shown.map(([, figure, format]) => format(figures[figure].mean)),
      answerMarks[answerOf(verdict)],
    ]),
    rightAligned: [0, ...shown.map((_, index) => index + 1)],
  };
}
