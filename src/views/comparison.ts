import { type Format, formatDuration, formatNumber, formatRatio, perSecond } from '../base/units.ts';
import { type ComparedFigure, type Comparison, changeOf, type FigureVerdict } from '../probe/compare.ts';
import type { TableView, View } from '../render/view.ts';
import type { Estimate } from '../stats/estimate.ts';
import { intervalText } from '../stats/interval-text.ts';

const formats: Readonly<Record<Exclude<ComparedFigure['unit'], 'text'>, Format>> = {
  ms: formatDuration,
  perSecond,
  ratio: formatRatio,
  connections: formatNumber,
};
const words: Readonly<Record<FigureVerdict, string>> = {
  better: '✓ better',
  worse: '✗ worse',
  same: '= within the noise',
  unknown: '? no interval',
};

/** The comparison for a reader. */
export function comparisonView(comparison: Comparison): View {
  const { files, figures, levels, differences, comparable } = comparison;
  const judged = [...figures, ...levels].filter(({ verdict }) => verdict === 'better' || verdict === 'worse');
  const better = judged.filter(({ verdict }) => verdict === 'better').length;
  const names = figures.filter(({ verdict }) => verdict === 'better' || verdict === 'worse').map(({ name }) => name);
  return {
    headline:
      judged.length === 0
        ? `no difference beyond the noise from ${files[0]} to ${files[1]}`
        : `from ${files[0]} to ${files[1]}: ${formatNumber(better)} better, ${formatNumber(judged.length - better)} worse`,
    verdict: {
      answer: comparable ? (judged.length === better ? 'yes' : 'no') : 'unknown',
      text: comparable
        ? names.length > 0
          ? `beyond the 95 % intervals: ${names.join(', ')}.`
          : 'the 95 % intervals of what was measured overlap.'
        : `not comparable as it stands: ${differences.map(({ what }) => what).join(', ')} differ${differences.length === 1 ? 's' : ''}, and so may explain what changed.`,
      details: [],
    },
    tables: [differenceTable(comparison), figureTable(comparison), levelTable(comparison)].filter(
      (table) => table !== undefined,
    ),
  };
}

function differenceTable({ differences, files }: Comparison): TableView | undefined {
  if (differences.length === 0) return undefined;
  return {
    title: 'Not the same',
    head: ['', ...files],
    rows: differences.map(({ what, values }) => [what, ...values]),
  };
}

function figureTable({ figures, files }: Comparison): TableView | undefined {
  if (figures.length === 0) return undefined;
  const cell = (value: Estimate | string, unit: ComparedFigure['unit']) =>
    typeof value === 'string' || unit === 'text' ? String(value) : intervalText(value, formats[unit]);
  return {
    title: 'Figures, with 95 % intervals',
    head: ['', ...files, 'change', ''],
    rows: figures.map(({ name, unit, values, change, verdict }) => [
      name,
      ...values.map((value) => cell(value, unit)),
      changeText(change),
      verdict === undefined ? '' : words[verdict],
    ]),
    rightAligned: [1, 2, 3],
  };
}

function levelTable({ levels, files }: Comparison): TableView | undefined {
  if (levels.length === 0) return undefined;
  return {
    title: 'Throughput by connectionLimit',
    head: ['size', ...files, 'change', ''],
    rows: levels.map(({ connectionLimit, throughputPerSecond: [a, b], verdict }) => [
      formatNumber(connectionLimit),
      intervalText(a, perSecond),
      intervalText(b, perSecond),
      changeText(changeOf(a.value, b.value).change),
      words[verdict],
    ]),
    rightAligned: [0, 1, 2, 3],
  };
}

function changeText(change: number | undefined): string {
  if (change === undefined) return '';
  const percent = Math.round(change * 1_000) / 10;
  return `${percent > 0 ? '+' : ''}${formatNumber(percent)} %`;
}
