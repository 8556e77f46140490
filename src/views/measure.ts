import { engineNames } from '../base/engine.ts';
import { formatCount, formatDuration, formatNumber } from '../base/units.ts';
import type { Measurement } from '../measure/result.ts';
import type { TableView, View } from '../render/view.ts';
import type { Estimate } from '../stats/estimate.ts';

/** The answer of `measure` for a reader: the load as a pool sees it, each figure with its interval and source. */
export function measureView(measured: Measurement): View {
  const { ratePerSecond, holdTime, heldConnections, engine, scope, windowSeconds, agrees, heldBy } = measured;
  const unit = units[measured.unit];
  return {
    headline: `${formatNumber(ratePerSecond.value)} ${unit.many}/s × ${formatDuration(holdTime.meanMs.value)} = ${formatNumber(heldConnections.value)} connections in use`,
    verdict: {
      answer: agrees ? (heldBy.length > 1 ? 'yes' : 'unknown') : 'no',
      text: `${engineNames[engine]}, ${scope}, over ${formatDuration(windowSeconds * 1_000)}: ${verdict(measured)}`,
      details: [],
    },
    tables: [loadTable(measured), nameTable(measured), noteTable(measured)].filter((table) => table !== undefined),
  };
}

const units = {
  transaction: { many: 'transactions' },
  statement: { many: 'statements' },
  between: { many: 'transactions' },
} as const;

function verdict({ agrees, heldBy }: Measurement): string {
  if (heldBy.length < 2) return 'only one way showed the connections in use.';
  return agrees ? 'counters and samples agree.' : 'counters and samples contradict each other.';
}

function loadTable({
  unit,
  ratePerSecond,
  peakPerSecond,
  heldBy,
  holdTime,
  statements,
  connectedSessions,
}: Measurement): TableView {
  const rows: string[][] = [
    [
      `${units[unit].many} a second`,
      formatNumber(ratePerSecond.value),
      range(ratePerSecond, formatNumber),
      ratePerSecond.source,
    ],
    ['at the busiest', formatNumber(peakPerSecond), '', ''],
    ...heldBy.map((figure) => [
      'connections in use',
      formatNumber(figure.value),
      range(figure, formatNumber),
      figure.isSampled ? `sampled: ${figure.source}` : figure.source,
    ]),
    ['held for, mean', formatDuration(holdTime.meanMs.value), range(holdTime.meanMs, formatDuration), 'in use / rate'],
  ];
  for (const [name, estimate] of [
    ['p50', holdTime.p50Ms],
    ['p95', holdTime.p95Ms],
    ['p99', holdTime.p99Ms],
  ] as const) {
    if (estimate)
      rows.push([
        `held for, ${name}`,
        formatDuration(estimate.value),
        range(estimate, formatDuration),
        holdTime.source ?? '',
      ]);
  }
  if (statements && unit !== 'statement') {
    rows.push(['statements a second', formatNumber(statements.perSecond), '', '']);
    if (statements.meanMs !== undefined)
      rows.push(['a statement takes', formatDuration(statements.meanMs), '', 'mean']);
    if (statements.p95Ms)
      rows.push([
        'its p95',
        formatDuration(statements.p95Ms.value),
        range(statements.p95Ms, formatDuration),
        'of all statements',
      ]);
  }
  rows.push(['sessions open', formatNumber(connectedSessions), '', 'on average']);
  return { title: 'Load', rows, rightAligned: [1] };
}

function range({ low, high }: Estimate, format: (value: number) => string): string {
  return Number.isFinite(high) ? `${format(low)} to ${format(high)}` : `${format(low)} or more`;
}

function nameTable({ byName, engine }: Measurement): TableView | undefined {
  if (byName.length < 2) return undefined;
  const rows = byName.slice(0, 8).map(({ name, ratePerSecond }) => [name, formatNumber(ratePerSecond)]);
  return { title: `Transactions a second by ${engine === 'postgres' ? 'database' : 'user'}`, rows, rightAligned: [1] };
}

function noteTable({ notes, readings, samples }: Measurement): TableView {
  return {
    title: 'How it was measured',
    rows: [
      `${formatCount(readings, 'reading')} of the counters, ${formatCount(samples, 'sample')} of the sessions.`,
      ...notes,
    ].map((note) => ['·', note]),
  };
}
